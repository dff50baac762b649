// The package as others get it: packed, installed in an empty project, and used there from ESM, CJS, a script tag
// and with the wasm module given by the host. Nothing comes from the network.
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import vm from "node:vm";
import { SharePoint } from "./sharepoint-double.mjs";

const execute = promisify(execFile);
const root = fileURLToPath(new URL("..", import.meta.url));
const npm = (args, cwd) => execute("npm", args, { cwd, shell: process.platform === "win32" });

describe("the packed package", () => {
  let project;
  let files;
  before(async () => {
    project = await mkdtemp(join(tmpdir(), "matchlist-"));
    const { stdout } = await npm(["pack", "--json", "--ignore-scripts", "--pack-destination", project], root);
    const told = JSON.parse(stdout);
    const [packed] = Array.isArray(told) ? told : Object.values(told);
    files = packed.files.map(({ path }) => path);
    await writeFile(join(project, "package.json"), '{ "private": true }');
    await npm(["install", "--offline", "--no-audit", "--no-fund", "--ignore-scripts", `./${packed.filename}`], project);
  });
  after(() => rm(project, { recursive: true, force: true }));

  /** Runs a script in the project, against a server that counts. */
  async function run(context, name, script) {
    const double = await new SharePoint().start(context);
    double.list("Configuration", { Title: "LastSeqAAAA", ParamValue: "3" });
    await writeFile(join(project, name), script);
    const { stdout } = await execute(process.execPath, [name, double.site], { cwd: project });
    return stdout.trim();
  }

  it("holds what is used and nothing else", () => {
    const tops = new Set(files.map((path) => path.split("/")[0]));
    assert.deepEqual([...tops].sort(), ["LICENSE-APACHE", "LICENSE-MIT", "README.md", "dist", "package.json", "src"]);
    assert.ok(!files.some((path) => path.startsWith("src/wasm")), "the sources hold generated files");
    for (const path of ["dist/node.js.map", "dist/browser.js.map", "dist/matchlist.iife.js.map", "dist/cjs/node.cjs.map"]) {
      assert.ok(files.includes(path), path);
    }
  });

  it("exports only what is there", async () => {
    const { exports, main, module, types, unpkg, jsdelivr } = JSON.parse(await readFile(join(root, "package.json"), "utf8"));
    const leaves = (value) => (typeof value === "string" ? [value] : Object.values(value).flatMap(leaves));
    for (const path of leaves([exports, main, module, types, unpkg, jsdelivr])) {
      assert.ok(path === "./package.json" || files.includes(path.slice(2)), path);
    }
  });

  it("leaves bundlers no file to look for", async () => {
    for (const name of ["browser.js", "slim.js", "node.js"]) {
      const text = await readFile(join(root, "dist", name), "utf8");
      assert.doesNotMatch(text, /import\.meta|new URL\([^)]*\.wasm/, name);
    }
  });

  it("counts from ESM", async (context) => {
    const script = 'import { connect } from "matchlist"; console.log(await (await connect(process.argv[2])).getNextSeq("AAAA"));';
    assert.equal(await run(context, "esm.mjs", script), "0004");
  });

  it("counts from CJS", async (context) => {
    const script = 'require("matchlist").connect(process.argv[2]).then((site) => site.getNextSeq("AAAA")).then(console.log);';
    assert.equal(await run(context, "cjs.cjs", script), "0004");
  });

  for (const source of ["bytes", "new WebAssembly.Module(bytes)", "new Response(bytes)", "`data:text/plain;base64,${bytes.toString('base64')}`"]) {
    it(`slim counts with what the host gives, and says what it lacks before: ${source}`, async (context) => {
      const script = `
      import { readFileSync } from "node:fs";
      import { createRequire } from "node:module";
      import { connect, init } from "matchlist/slim";
      await connect(process.argv[2]).catch((error) => console.log(error.code));
      const bytes = readFileSync(createRequire(import.meta.url).resolve("matchlist/matchlist.wasm"));
      await init(new Uint8Array(3)).catch((error) => console.log(error.name));
      await init(Promise.resolve(new Response("", { status: 404 }))).catch((error) => console.log(error.code, error.status));
      await init(${source});
      await init(bytes);
      console.log(await (await connect(process.argv[2])).getNextSeq("AAAA"));`;
      assert.deepEqual((await run(context, "slim.mjs", script)).split(/\s+/), ["invalid", "CompileError", "network", "404", "0004"]);
    });
  }

  it("the script tag makes one global", async (context) => {
    const double = await new SharePoint().start(context);
    double.list("Configuration", { Title: "LastSeqAAAA", ParamValue: "3" });
    const page = vm.createContext({
      fetch, Headers, Response, AbortController, TextDecoder, TextEncoder, WebAssembly, setTimeout, clearTimeout, crypto, atob, URL, console, FinalizationRegistry,
    });
    const before = new Set(vm.runInContext("Object.getOwnPropertyNames(globalThis)", page));
    vm.runInContext(await readFile(join(root, "dist/matchlist.iife.js"), "utf8"), page);
    const made = vm.runInContext("Object.getOwnPropertyNames(globalThis)", page).filter((name) => !before.has(name));
    assert.deepEqual([...made], ["Matchlist"]);
    page.url = double.site;
    assert.equal(await vm.runInContext("typeof Matchlist.getNextSeq", page), "function");
    assert.equal(await vm.runInContext('Matchlist.connect(url).then((site) => site.getNextSeq("AAAA"))', page), "0004");
    page._spPageContextInfo = { webServerRelativeUrl: "/sites/crm" };
    page.location = new URL(double.site);
    page.fetch = (path, init) => fetch(new URL(path, double.site), init);
    assert.equal(await vm.runInContext('Matchlist.getNextSeq("AAAA")', page), "0005");
  });
});
