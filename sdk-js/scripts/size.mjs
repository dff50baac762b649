// Prints what each entry weighs, and fails where a budget is spent. The wasm module has its own budget, in xtask.
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { transformSync } from "esbuild";

const BUDGET = 8_000;
const dist = fileURLToPath(new URL("../dist/", import.meta.url));

/** All of the JavaScript, with the wasm module's glue and without the module itself. */
const WITHOUT_WASM = "slim.js";

export function printSizes() {
  const rows = ["slim.js", "browser.js", "node.js", "cjs/node.cjs", "matchlist.iife.js", "matchlist.wasm"]
    .filter((name) => existsSync(dist + name))
    .map((name) => {
      const raw = readFileSync(dist + name);
      const isScript = !name.endsWith(".wasm");
      const small = isScript ? Buffer.from(transformSync(raw.toString(), { minify: true, charset: "utf8" }).code) : raw;
      return { name, raw: raw.length, small: small.length, gzip: gzipSync(small, { level: 9 }).length };
    });
  console.log(`${"dist/".padEnd(20)}${"bytes".padStart(10)}${"minified".padStart(10)}${"gzipped".padStart(10)}`);
  for (const { name, raw, small, gzip } of rows) {
    const note = name === WITHOUT_WASM ? `  of ${BUDGET}, all JavaScript without the wasm` : "";
    console.log(name.padEnd(20) + [raw, small, gzip].map((n) => String(n).padStart(10)).join("") + note);
  }
  const spent = rows.find(({ name }) => name === WITHOUT_WASM)?.gzip ?? 0;
  if (spent === 0 || spent > BUDGET) {
    console.error(`the JavaScript is ${spent} bytes gzipped; its budget is ${BUDGET}`);
    process.exitCode = 1;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) printSizes();
