// Builds dist: a bundle for each entry point (esbuild), and declarations (tsc). `--core` builds what the tests
// with a scripted module need, without the wasm module.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { fileURLToPath } from "node:url";
import { printSizes } from "./size.mjs";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));

// The glue is started by src/entrypoints/module.ts, which needs two functions that the glue keeps to itself.
const INNER = ["__wbg_get_imports", "__wbg_finalize_init"];
const openedGlue = {
  name: "opened-glue",
  setup({ onLoad }) {
    onLoad({ filter: /src[\\/]wasm[\\/]\w+\.js$/ }, ({ path }) => {
      const glue = readFileSync(path, "utf8");
      const lacks = INNER.filter((name) => !glue.includes(`function ${name}(`));
      if (lacks.length > 0) return { errors: [{ text: `wasm-bindgen's glue has no ${lacks.join(", ")} any more` }] };
      return { contents: `${glue}\nexport { ${INNER.join(", ")} };\n` };
    });
  },
};

const common = {
  bundle: true,
  sourcemap: true,
  target: "es2022",
  charset: "utf8",
  legalComments: "none",
  loader: { ".wasm": "binary" },
  plugins: [openedGlue],
  logLevel: "warning",
};
const entry = (name) => [`src/entrypoints/${name}.ts`];

rmSync(".build", { recursive: true, force: true });
await build({ ...common, entryPoints: ["test/core.ts"], outfile: ".build/core.js", format: "esm" });
if (process.argv.includes("--core")) process.exit();

if (!existsSync("src/wasm/matchlist_sdk_bg.wasm")) {
  console.error("src/wasm is not there: `cargo xtask wasm` makes it");
  process.exit(1);
}
rmSync("dist", { recursive: true, force: true });
await Promise.all([
  build({ ...common, entryPoints: entry("browser"), outfile: "dist/browser.js", format: "esm", platform: "browser" }),
  build({ ...common, entryPoints: entry("slim"), outfile: "dist/slim.js", format: "esm", platform: "neutral" }),
  build({ ...common, entryPoints: entry("slim"), outfile: "dist/cjs/slim.cjs", format: "cjs", platform: "neutral" }),
  build({ ...common, entryPoints: entry("node"), outfile: "dist/node.js", format: "esm", platform: "node" }),
  build({ ...common, entryPoints: entry("node"), outfile: "dist/cjs/node.cjs", format: "cjs", platform: "node" }),
  build({
    ...common,
    entryPoints: entry("iife"),
    outfile: "dist/matchlist.iife.js",
    format: "iife",
    globalName: "Matchlist",
    platform: "browser",
    minify: true,
  }),
]);
cpSync("src/wasm/matchlist_sdk_bg.wasm", "dist/matchlist.wasm");
for (const name of ["LICENSE-MIT", "LICENSE-APACHE"]) cpSync(`../${name}`, name);

const tsc = fileURLToPath(new URL("../node_modules/typescript/bin/tsc", import.meta.url));
execFileSync(process.execPath, [tsc, "-p", "tsconfig.json", "--emitDeclarationOnly"], { stdio: "inherit" });
// It speaks of generated files, which are inside the bundles.
for (const end of ["d.ts", "d.ts.map"]) rmSync(`dist/types/entrypoints/module.${end}`);
// The same declarations count as CommonJS in a folder that says so.
mkdirSync("dist/cjs", { recursive: true });
writeFileSync("dist/cjs/package.json", '{ "type": "commonjs" }\n');
cpSync("dist/types", "dist/cjs/types", { recursive: true });

printSizes();
