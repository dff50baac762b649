// Which checks of a suite ran and what came of each, read from JUnit's XML, which node and pytest both write.

/** @returns {{ name: string, state: "passed" | "failed" | "skipped", reason: string }[]} */
export function readResults(xml) {
  const cases = xml.matchAll(/<testcase\b((?:[^>"]|"[^"]*")*?)(?:\/>|>([\s\S]*?)<\/testcase>)/g);
  return Array.from(cases, ([, attributes, inside = ""]) => {
    const skipped = /<skipped\b((?:[^>"]|"[^"]*")*)>/.exec(inside);
    const state = /<(failure|error)\b/.test(inside) ? "failed" : skipped ? "skipped" : "passed";
    return { name: attribute(attributes, "name"), state, reason: skipped ? attribute(skipped[1], "message") : "" };
  });
}

function attribute(text, name) {
  const found = new RegExp(`\\b${name}="([^"]*)"`).exec(text);
  return found ? unescape(found[1]) : "";
}

function unescape(text) {
  const named = { lt: "<", gt: ">", quot: '"', apos: "'" };
  // Node escapes quotes, and then the ampersand of that.
  const plain = text.replace(/&amp;quot;/g, '"').replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(code));
  return plain.replace(/&(lt|gt|quot|apos);/g, (_, name) => named[name]).replace(/&amp;/g, "&");
}
