/**
 * The generated glue of the wasm module, and how it is started; the only place that names it. The glue's own
 * start is left out: it weighs more than this, and refuses a .wasm that a server sends under a wrong type.
 */
import { __wbg_finalize_init, __wbg_get_imports, Client, printFilter } from "../wasm/matchlist_sdk.js";
import { MatchlistError } from "../errors.js";
import type { Source, Wasm } from "../wire.js";

declare module "../wasm/matchlist_sdk.js" {
  // The glue keeps these to itself; the build exports them (scripts/build.mjs).
  export function __wbg_get_imports(): WebAssembly.Imports;
  export function __wbg_finalize_init(instance: WebAssembly.Instance): void;
}

export async function start(source: Source): Promise<Wasm> {
  let given = await source;
  if (typeof given === "string" || given instanceof URL) given = await fetch(given);
  if (given instanceof Response) {
    if (!given.ok) throw new MatchlistError("network", `${given.url}: ${given.status}`, { status: given.status });
    given = await given.arrayBuffer();
  }
  const made: WebAssembly.Instance | WebAssembly.WebAssemblyInstantiatedSource =
    await WebAssembly.instantiate(given as BufferSource, __wbg_get_imports());
  __wbg_finalize_init("instance" in made ? made.instance : made);
  return { Client, printFilter };
}
