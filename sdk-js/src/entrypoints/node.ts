/** The default entry for Node, as ESM and as CJS. It differs from the browser's in how base64 is read. */
export * from "./browser.js";
