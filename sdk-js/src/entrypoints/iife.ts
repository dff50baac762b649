/** For a plain script tag: all of the default entry as one global, `Matchlist`. */
export * from "./browser.js";

declare global {
  const Matchlist: typeof import("./browser.js");
}
