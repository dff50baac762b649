// The rules that tsc doesn't check: no `any`, nothing silenced, files of at most 400 lines that say what they are.
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const src = fileURLToPath(new URL("../src/", import.meta.url));
const RULES = [
  [/(?:[:<|&,=(]|\bas)\s*any\b(?!\s*[a-z])/, "`any`: say what it is, or `unknown`"],
  [/@ts-(ignore|nocheck|expect-error)/, "a silenced error in the sources"],
  [/\bconsole\./, "the package does not write to the console"],
  [/\bfrom "(?!\.)/, "the package has no dependencies"],
];
let found = 0;
const report = (where, what) => {
  found += 1;
  console.error(`${where}: ${what}`);
};
for (const name of readdirSync(src, { recursive: true })) {
  if (!name.endsWith(".ts") || name.startsWith("wasm")) continue;
  const text = readFileSync(src + name, "utf8");
  const lines = text.split("\n");
  if (!text.startsWith("/**")) report(`${name}:1`, "the file does not say what it is");
  if (lines.length > 401) report(name, `${lines.length} lines`);
  lines.forEach((line, at) => {
    const code = line.replace(/^\s*(\*|\/\/|\/\*\*).*/, "");
    for (const [rule, why] of RULES) if (rule.test(code)) report(`${name}:${at + 1}`, why);
  });
}
process.exitCode = found > 0 ? 1 : 0;
