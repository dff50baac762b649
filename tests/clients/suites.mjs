// The suites as commands: which checks of them to run, and what came of each.
// Set by `cargo xtask clients`: MATCHLIST_PYTHON, the interpreter that has the client.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readResults } from "./results.mjs";

export const SUITES = ["pnpjs", "python", "jquery"];

/** Names of checks without what makes several of one: jQuery's version, pytest's parameters. */
export const plainName = {
  pnpjs: (name) => name,
  jquery: (name) => name.replace(/^\d+(\.\d+)*: /, ""),
  python: (name) => name.replace(/\[.*\]$/s, ""),
};

/** Not anchored, for the version of jQuery stands before the name. */
const literally = (name) => name.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");

function command(suite, checks, xml) {
  const split = checks.map((check) => check.split(/: (.*)/s));
  const files = [...new Set(split.map(([file]) => file))];
  if (suite === "python") {
    const ids = split.map(([file, name]) => `${file}.py::${name}`);
    return [process.env.MATCHLIST_PYTHON, ["-m", "pytest", "-q", "-p", "no:cacheprovider", `--junitxml=${xml}`, ...ids]];
  }
  // Checks of PnPjs build on those before them in their file.
  const patterns = suite === "jquery" ? split.map(([, name]) => `--test-name-pattern=${literally(name)}`) : [];
  const report = ["--test-reporter=junit", `--test-reporter-destination=${xml}`, "--test-timeout=60000"];
  return [process.execPath, ["--test", ...report, ...patterns, ...files.map((file) => `${file}.test.mjs`)]];
}

/** Runs these checks of a suite, or all where none is named, with further environment. */
export async function runSuite(suite, checks, environment) {
  const folder = await mkdtemp(join(tmpdir(), "matchlist-clients-"));
  const xml = join(folder, "results.xml");
  try {
    const [program, args] = command(suite, checks, xml);
    const env = { ...process.env, PYTHONDONTWRITEBYTECODE: "1", ...environment };
    // Within a test runner node would take itself for a part of that.
    delete env.NODE_TEST_CONTEXT;
    const child = spawn(program, args, { cwd: new URL(suite, import.meta.url), env, stdio: ["ignore", "pipe", "pipe"] });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => { said += chunk; });
    await once(child, "close");
    return { results: readResults(await readFile(xml, "utf8").catch(() => "")), said };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
