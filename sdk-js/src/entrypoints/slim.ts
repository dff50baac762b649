/**
 * The entry without the wasm module: the host says where `matchlist/matchlist.wasm` is, for a CDN, or for
 * bundlers and workers that compile it themselves.
 */
import { api, type Api } from "../client.js";
import { invalid } from "../errors.js";
import type { Source, Wasm } from "../wire.js";
import { start } from "./module.js";

export * from "../index.js";
export type { Source };

let started: Promise<Wasm> | undefined;

/** Starts the module. Once is enough. */
export async function init(source: Source): Promise<void> {
  started ??= start(source).catch((error: unknown) => {
    started = undefined;
    throw error;
  });
  await started;
}

const { connect, getNextSeq }: Api = api(async () => {
  if (!started) throw invalid("call init(address or bytes of matchlist.wasm) first");
  return started;
});
export { connect, getNextSeq };
