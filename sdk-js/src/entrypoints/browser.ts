/** The default entry: the wasm module is inside, nothing is to be set up. */
import { api, type Api } from "../client.js";
import bytes from "../wasm/matchlist_sdk_bg.wasm";
import { start } from "./module.js";

export * from "../index.js";

const { connect, getNextSeq }: Api = api(() => start(bytes));
export { connect, getNextSeq };
