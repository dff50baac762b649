// Breaks the service in one way after another, and sees that the suites notice: `node mutants/run.mjs [fault …]`.
// First all suites run behind the stand-in with nothing broken, where every check must pass.
// Set by `cargo xtask clients`: MATCHLIST_BIN (the real binary), MATCHLIST_PYTHON.
import { fileURLToPath } from "node:url";
import { SUITES, plainName, runSuite } from "../suites.mjs";
import { FAULTS } from "./faults.mjs";
import { MUST_NOTICE } from "./table.mjs";

const AT_ONCE = 2;
const stand_in = fileURLToPath(new URL("matchlist.mjs", import.meta.url));
const environment = (fault) => ({
  MATCHLIST_BIN: stand_in, MATCHLIST_REAL: process.env.MATCHLIST_BIN, MATCHLIST_MUTANT: fault,
});
const problems = [];

/** Runs the jobs, some at a time. */
async function together(jobs) {
  const waiting = [...jobs];
  const worker = async () => {
    for (let job = waiting.shift(); job; job = waiting.shift()) await job();
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

async function control(suite) {
  const { results, said } = await runSuite(suite, [], environment("none"));
  const passes = results.filter((each) => each.state === "passed");
  const passed = new Set(passes.map((each) => plainName[suite](each.name)));
  const failed = results.filter((each) => each.state === "failed").map((each) => each.name);
  if (failed.length || !passed.size) problems.push(`${suite}, nothing broken: ${failed.join("; ") || said}`);
  for (const [fault, row] of Object.entries(MUST_NOTICE)) {
    for (const check of row[suite].unseen ? [] : row[suite]) {
      const name = check.split(/: (.*)/s)[1];
      if (!passed.has(name)) problems.push(`${fault} names a check of ${suite} that does not pass: ${check}`);
    }
  }
  return `${passes.length} pass`;
}

/** A check has noticed when it failed: under both versions of jQuery, and with some of pytest's parameters. */
async function attempt(fault, suite, checks) {
  const { results, said } = await runSuite(suite, checks, environment(fault));
  for (const check of checks) {
    const name = check.split(/: (.*)/s)[1];
    const states = results.filter((each) => plainName[suite](each.name) === name).map((each) => each.state);
    const noticed = suite === "jquery" ? states.every((state) => state === "failed") : states.includes("failed");
    if (noticed && states.length) continue;
    problems.push(`${fault} survives ${suite}'s check ${check} (${states.join(", ") || `did not run: ${said}`})`);
    return "SURVIVES";
  }
  return `noticed by ${checks.length}`;
}

const wanted = process.argv.slice(2);
const faults = Object.keys(FAULTS).filter((fault) => fault !== "none" && (!wanted.length || wanted.includes(fault)));
for (const name of wanted) if (!(name in MUST_NOTICE)) problems.push(`there is no fault ${name}`);
for (const name of Object.keys(FAULTS)) if (name !== "none" && !(name in MUST_NOTICE)) problems.push(`${name} has no row`);

const table = new Map([["none", {}], ...faults.map((fault) => [fault, {}])]);
const jobs = SUITES.map((suite) => async () => { table.get("none")[suite] = await control(suite); });
for (const fault of faults) {
  for (const suite of SUITES) {
    const must = MUST_NOTICE[fault][suite];
    jobs.push(async () => { table.get(fault)[suite] = must.unseen ?? await attempt(fault, suite, must); });
  }
}
await together(jobs);

const line = (fault, ...cells) => console.log([fault.padEnd(24), ...cells.map((cell) => cell.padEnd(30))].join("").trimEnd());
line("fault", ...SUITES);
for (const [fault, row] of table) line(fault, ...SUITES.map((suite) => row[suite]));
for (const problem of problems) console.error(`mutants: ${problem}`);
process.exitCode = problems.length ? 1 : 0;
