// rows.json says of each call and fact of a client which checks prove it, or by which skip it waits, and why.
// Held against what really ran. Set by `cargo xtask clients`: MATCHLIST_RESULTS, the folder of the suites' results.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { readResults } from "./results.mjs";
import { SUITES, plainName } from "./suites.mjs";

const rows = JSON.parse(await readFile(new URL("rows.json", import.meta.url), "utf8"));

/** jQuery runs each check under these. */
const VERSIONS = 2;

/** Names of checks, each with what came of its variants. A skip keeps pytest's parameter: it is the call. */
async function ran(suite) {
  const xml = await readFile(join(process.env.MATCHLIST_RESULTS, `${suite}.xml`), "utf8");
  const byName = new Map();
  for (const result of readResults(xml)) {
    const name = suite === "python" && result.state === "skipped" ? result.name : plainName[suite](result.name);
    byName.set(name, [...(byName.get(name) ?? []), result]);
  }
  return byName;
}

test("the rows are of the suites that there are", () => assert.deepEqual(Object.keys(rows), SUITES));

const readme = await readFile(new URL("../../README.md", import.meta.url), "utf8");
const NUMBERS_IN_README = {
  pnpjs: (passed, skipped) => [`PnPjs 4: ${passed} pass`, `PnPjs 4: [${skipped} calls]`],
  python: (passed, skipped) => [`Office365-REST-Python-Client 3.3 and pyodata 1.12: ${passed} pass`, `Python: [${skipped} calls]`],
  jquery: (passed) => [`jQuery 1.12 and 3.7: ${passed / VERSIONS} pass under each`],
};

for (const suite of SUITES) {
  const results = await ran(suite);
  const named = (kind) => new Set(rows[suite].flatMap((row) => row[kind] ?? []));
  const all = (name, state) => {
    const found = results.get(name) ?? [];
    return found.length >= (suite === "jquery" ? VERSIONS : 1) && found.every((each) => each.state === state);
  };

  test(`${suite}: each row names what proves it, or its skip and the reason`, () => {
    for (const { row, checks = [], skips = [], reason, ...more } of rows[suite]) {
      assert.deepEqual(Object.keys(more), [], row);
      assert.ok(typeof row === "string" && row, "a row says what it is of");
      assert.ok(checks.length + skips.length > 0, `nothing proves: ${row}`);
      assert.equal(Boolean(reason), skips.length > 0, `a reason goes with skips: ${row}`);
    }
    const texts = rows[suite].map(({ row }) => row);
    assert.deepEqual(texts.filter((text, at) => texts.indexOf(text) !== at), [], "rows that stand there twice");
  });

  test(`${suite}: each check that a row names ran and passed`, () => {
    assert.deepEqual([...named("checks")].filter((name) => !all(name, "passed")), []);
  });

  test(`${suite}: each skip that a row names is one, for that reason`, () => {
    for (const { row, skips = [], reason } of rows[suite]) {
      for (const name of skips) {
        assert.ok(all(name, "skipped"), `no skip: ${name} (${row})`);
        for (const skipped of results.get(name)) assert.ok(skipped.reason.includes(reason), `${name}: ${skipped.reason}`);
      }
    }
  });

  test(`${suite}: each check and each skip is named by a row`, () => {
    const known = new Set([...named("checks"), ...named("skips")]);
    assert.deepEqual([...results.keys()].filter((name) => !known.has(name)), []);
  });

  test(`${suite}: the README gives the numbers of today`, () => {
    const number = (state) => [...results.values()].flat().filter((each) => each.state === state).length;
    const due = NUMBERS_IN_README[suite](number("passed"), number("skipped"));
    assert.deepEqual(due.filter((text) => !readme.includes(text)), []);
  });
}
