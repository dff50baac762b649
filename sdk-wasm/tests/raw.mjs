// Calls the raw exports of the built module in Node, over a fake transport: no sdk-js, no network, no clock.
// `cargo xtask test --only wasm --only wasm-test` builds and runs it.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";

const built = new URL("../../sdk-js/src/wasm/", import.meta.url);
const { Client, initSync, printFilter } = await import(new URL("matchlist_sdk.js", built));
initSync({ module: readFileSync(new URL("matchlist_sdk_bg.wasm", built)) });

const MATCHLIST = { "Matchlist-Features": "repeatability, next-sequence" };
const READ = "GET /_api/web/lists/getbytitle('Configuration')/items?$filter=Title%20eq%20'LastSeqAAAA'&$orderby=Id&$top=1";

/** A reply as the host gives it. */
function reply(status, { headers = {}, body } = {}) {
  const text = body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body);
  return { status, header: (name) => headers[name] ?? null, text };
}

const lost = () => {
  throw new TypeError("Failed to fetch");
};

/** The page that holds the counter. */
const counter = (tag, value, id = 3) => ({
  value: [{ "odata.etag": tag, Id: id, Title: "LastSeqAAAA", ParamValue: value }],
});

/** A host that gives one reply after another, and keeps what it was asked. */
function scripted(replies, { random = 0.5 } = {}) {
  const host = { requests: [], lines: [], sleeps: [], uuids: 0 };
  host.send = async (request) => {
    host.requests.push(request);
    const special = ["X-HTTP-Method", "IF-MATCH"].flatMap((name) => request.headers[name] ?? []);
    host.lines.push([request.method, ...special, request.url, request.body].filter(Boolean).join(" "));
    const next = replies.shift();
    assert.ok(next, `nothing is scripted for ${host.lines.at(-1)}`);
    return typeof next === "function" ? next(request) : next;
  };
  host.sleep = async (milliseconds, signal) => {
    host.sleeps.push(milliseconds);
    host.slept?.();
    signal?.throwIfAborted();
  };
  host.random = () => random;
  host.uuid = () => `uuid-${++host.uuids}`;
  host.now = () => 784_111_777_000;
  return host;
}

const client = (host, site = "") => new Client(site, host);

/** What a promise rejects with. */
const reason = (promise) =>
  promise.then(
    (value) => assert.fail(`resolved to ${value}`),
    (error) => error,
  );

test("getNextSeq resolves to the number that it wrote, padded", async () => {
  const host = scripted([reply(200, { body: counter('"7"', "3") }), reply(204, { headers: { ETag: '"8"' } })]);
  assert.equal(await client(host).getNextSeq("AAAA"), "0004");
  assert.deepEqual(host.lines, [
    READ,
    "POST MERGE \"7\" /_api/web/lists/getbytitle('Configuration')/items(3) {\"ParamValue\":\"4\"}",
  ]);
  assert.equal(host.requests[0].headers.Accept, "application/json;odata=minimalmetadata");
  assert.equal("signal" in host.requests[0], false);
});

test("verbose replies are read as well, and every option counts", async () => {
  const item = { __metadata: { etag: '"g,7"' }, Id: 3, Value: 3 };
  const host = scripted([reply(200, { body: { d: { results: [item] } } }), reply(204)]);
  const options = { list: "Bob's", field: "Value", pad: 6, count: 5, returns: "read", signal: undefined };
  assert.equal(await client(host, "https://h/sites/a b/").getNextSeq("AAAA", options), "000003");
  assert.equal(
    host.lines[1],
    "POST MERGE \"g,7\" https://h/sites/a%20b/_api/web/lists/getbytitle('Bob''s')/items(3) {\"Value\":8}",
  );
});

test("a lost race is run again", async () => {
  const changed = reply(412, { body: { "odata.error": { code: "-1", message: { value: "changed" } } } });
  const host = scripted([
    reply(200, { body: counter('"7"', "3") }),
    changed,
    reply(200, { body: counter('"8"', "4") }),
    changed,
    reply(200, { body: counter('"9"', "5") }),
    reply(204),
  ]);
  assert.equal(await client(host).getNextSeq("AAAA"), "0006");
  assert.deepEqual(host.sleeps, [5]);
});

test("the item that a 412 brings saves the read", async () => {
  const present = counter('"8"', "6").value[0];
  const conflict = { etag: '"8"', by: "ada", at: "2024-05-01T08:00:00Z", fields: ["ParamValue"], item: present };
  const features = { headers: { "Matchlist-Features": "repeatability" } };
  const host = scripted([
    reply(200, { ...features, body: counter('"7"', "3") }),
    reply(412, { ...features, body: { "odata.error": { code: "-1", message: { value: "m" }, conflict } } }),
    reply(204),
  ]);
  assert.equal(await client(host).getNextSeq("AAAA"), "0007");
  assert.equal(host.requests[1].headers.Prefer, "return=representation");
  assert.match(host.lines[2], /^POST MERGE "8" /);
});

test("attempts end", async () => {
  const round = () => [reply(200, { body: counter('"7"', "3") }), reply(412)];
  const error = await reason(client(scripted([...round(), ...round()])).getNextSeq("AAAA", { attempts: 2 }));
  assert.ok(error instanceof Error);
  assert.deepEqual([error.code, error.status], ["attempts", 412]);
});

test("a lost reply of a plain write costs its number and gives none twice", async () => {
  const host = scripted([
    reply(200, { body: counter('"7"', "3") }),
    lost,
    reply(200, { body: counter('"8"', "4") }),
    reply(204),
  ]);
  assert.equal(await client(host).getNextSeq("AAAA"), "0005");
});

test("a lost reply of a repeatable write is sent again, with the same id", async () => {
  const host = scripted([
    reply(200, { headers: MATCHLIST, body: counter('"7"', "3") }),
    lost,
    reply(200, { headers: MATCHLIST, body: { value: 4, first: 4 } }),
  ]);
  assert.equal(await client(host).getNextSeq("AAAA"), "0004");
  assert.deepEqual(host.requests[1], host.requests[2]);
  assert.match(host.lines[1], /items\(3\)\/increment \{"field":"ParamValue","by":1\}$/);
  assert.equal(host.requests[1].headers["Repeatability-First-Sent"], "Sun, 06 Nov 1994 08:49:37 GMT");
  assert.match(host.requests[1].headers["Repeatability-Request-ID"], /^uuid-\d+$/);
  assert.deepEqual(host.sleeps, [250]);
});

test("throttling is waited out: seconds, a date, or neither", async () => {
  for (const [value, wait] of [["3", 3_000], ["Sun, 06 Nov 1994 08:49:47 GMT", 10_000], ["2x", 250]]) {
    const headers = { "Retry-After": value };
    const host = scripted([reply(429, { headers }), reply(200, { body: counter('"7"', "3") }), reply(204)]);
    assert.equal(await client(host).getNextSeq("AAAA"), "0004");
    assert.deepEqual(host.sleeps, [wait]);
  }
  const busy = () => reply(503, { headers: { "Retry-After": "1" } });
  const error = await reason(client(scripted([busy(), busy()])).getItem("A", 1, { attempts: 2 }));
  assert.deepEqual([error.code, error.status, error.retryAfter], ["throttled", 503, 1]);
});

test("abort before the send, during it, between the steps and in a wait rejects with the signal's reason", async () => {
  const why = { why: "closed" };
  const before = scripted([]);
  assert.equal(await reason(client(before).getNextSeq("AAAA", { signal: AbortSignal.abort(why) })), why);
  assert.deepEqual(before.lines, []);

  const during = new AbortController();
  const cut = () => {
    during.abort(why);
    throw new Error("the host's own words");
  };
  assert.equal(await reason(client(scripted([cut])).getNextSeq("AAAA", { signal: during.signal })), why);

  const between = new AbortController();
  const answered = (request) => {
    assert.equal(request.signal, between.signal);
    between.abort(why);
    return reply(200, { body: counter('"7"', "3") });
  };
  const host = scripted([answered]);
  assert.equal(await reason(client(host).getNextSeq("AAAA", { signal: between.signal })), why);
  assert.equal(host.lines.length, 1, "the write was not sent");

  const waiting = new AbortController();
  const asleep = scripted([reply(429, { headers: { "Retry-After": "60" } })]);
  asleep.slept = () => waiting.abort(why);
  assert.equal(await reason(client(asleep).getNextSeq("AAAA", { signal: waiting.signal })), why);
});

test("abort after the write gives the number: it is taken", async () => {
  const after = new AbortController();
  const written = () => {
    after.abort();
    return reply(204);
  };
  const host = scripted([reply(200, { body: counter('"7"', "3") }), written]);
  assert.equal(await client(host).getNextSeq("AAAA", { signal: after.signal }), "0004");
});

test("a transport that answers HTML, or 200 without a body, gets no number out of us", async () => {
  for (const body of ["<!doctype html><title>Sign in</title>", "", "null", "[]", "{}"]) {
    const read = await reason(client(scripted([reply(200, { body })])).getNextSeq("AAAA"));
    assert.deepEqual([read.code, read.status], ["protocol", 200], body);
    const page = reply(200, { body: counter('"7"', "3") });
    const write = await reason(client(scripted([page, reply(200, { body })])).getNextSeq("AAAA"));
    assert.equal(write.code, "protocol", body);
  }
});

test("a transport that is broken is told", async () => {
  for (const answer of [undefined, null, "text", {}, { status: "200" }, { status: 200 }]) {
    const host = { ...scripted([]), send: () => answer };
    assert.equal((await reason(client(host).getItem("A", 1))).code, "protocol");
  }
  const host = { ...scripted([]), send: lost };
  const error = await reason(client(host).getItem("A", 1, { attempts: 1 }));
  assert.deepEqual([error.code, error.status, error.message], ["network", null, "No reply came: Failed to fetch."]);
  assert.ok(error.cause instanceof TypeError);
  assert.throws(() => client({ send() {} }), { code: "invalid", message: "The host has no function 'sleep'." });
  assert.throws(() => client(scripted([]), "no site"), { code: "invalid" });
});

test("a missing list or item says how to create it; create makes it", async () => {
  const none = () => reply(200, { body: { value: [] } });
  const missing = await reason(client(scripted([none()])).getNextSeq("AAAA"));
  assert.deepEqual([missing.code, missing.what], ["not-found", "item"]);
  assert.match(missing.message, /create an item titled LastSeqAAAA in list Configuration with ParamValue "0", or pass create: true/);

  const body = { "odata.error": { code: "-1, System.ArgumentException", message: { value: "gone" } } };
  const list = await reason(client(scripted([reply(404, { body })])).getNextSeq("AAAA"));
  assert.deepEqual([list.code, list.what, list.status, list.serverMessage], ["not-found", "list", 404, "gone"]);

  const host = scripted([none(), reply(201, { body: { Id: 9 } }), reply(200, { body: counter('"1"', "0", 5) }), reply(204)]);
  assert.equal(await client(host).getNextSeq("AAAA", { create: true }), "0001");
  assert.match(host.lines[3], /items\(5\)/);
});

test("what is no number, and options that are none, are refused", async () => {
  const error = await reason(client(scripted([reply(200, { body: counter('"7"', "AAAA-3") })])).getNextSeq("AAAA"));
  assert.equal(error.code, "not-a-number");
  for (const [abbrev, options] of [
    ["", {}],
    ["AAAA", "x"],
    ["AAAA", { pad: -1 }],
    ["AAAA", { count: 0 }],
    ["AAAA", { count: 1.5 }],
    ["AAAA", { count: "2" }],
    ["AAAA", { attempts: 0 }],
    ["AAAA", { returns: "both" }],
    ["AAAA", { list: "" }],
  ]) {
    const host = scripted([]);
    assert.equal((await reason(client(host).getNextSeq(abbrev, options))).code, "invalid");
    assert.deepEqual(host.lines, []);
  }
});

test("calls that run at once on one client do not disturb each other, even from within the host", async () => {
  const host = scripted([]);
  let held = 3;
  host.send = async (request) => {
    if (request.method === "GET") return reply(200, { body: counter(`"${held}"`, String(held)) });
    if (request.headers["IF-MATCH"] !== `"${held}"`) return reply(412);
    held += 1;
    return reply(204);
  };
  const one = client(host);
  host.uuid = () => {
    host.uuid = () => "uuid";
    host.inner = one.getNextSeq("AAAA");
    return "uuid";
  };
  const numbers = await Promise.all(Array.from({ length: 20 }, () => one.getNextSeq("AAAA")));
  assert.equal(new Set([...numbers, await host.inner]).size, 21);
  assert.equal(held, 24);
});

test("coalesced calls share a block; who is aborted leaves at once, and no listener stays", async () => {
  const held = { value: 3, writes: 0 };
  const host = scripted([]);
  const gates = [];
  host.send = async (request) => {
    if (request.method === "GET") return reply(200, { body: counter(`"${held.value}"`, String(held.value)) });
    await new Promise((resolve) => gates.push(resolve));
    held.value = Number(JSON.parse(request.body).ParamValue);
    held.writes += 1;
    return reply(204);
  };
  const one = client(host);
  const opened = async () => {
    while (gates.length === 0) await new Promise((resolve) => setImmediate(resolve));
    gates.shift()();
  };
  const [own, long] = [new AbortController(), new AbortController()];
  const ask = (options) => one.getNextSeq("AAAA", { coalesce: true, signal: long.signal, ...options });
  const calls = [ask(), ask({ count: 3 }), ask({ signal: own.signal }), ask({ pad: 0 }), ask({ signal: undefined })];
  await new Promise((resolve) => setImmediate(resolve));
  own.abort("enough");
  assert.equal(await reason(calls.splice(2, 1)[0]), "enough");
  await opened();
  await opened();
  assert.deepEqual(await Promise.all(calls), ["0004", "0005", "8", "0009"]);
  assert.deepEqual(held, { value: 9, writes: 2 });
  for (const { signal } of [own, long]) assert.equal(getEventListeners(signal, "abort").length, 0);
  assert.equal(await reason(ask({ signal: AbortSignal.abort("before") })), "before");
  const after = ask();
  await opened();
  assert.equal(await after, "0010");
});

test("a host that sent nothing says why, or what it learnt before", async () => {
  const why = new RangeError("signed out");
  for (const told of [why, undefined, "text"]) {
    const host = scripted([{ unsent: true, reason: told }]);
    assert.equal(await reason(client(host).addItem("A", {})), told);
    assert.equal(host.lines.length, 1);
  }
  const host = scripted([
    { ...reply(200, { headers: MATCHLIST, body: {} }), unsent: true },
    lost,
    reply(201, { body: { Id: 7 } }),
  ]);
  await client(host).addItem("A", { Title: "a" });
  const ids = host.requests.map(({ headers }) => headers["Repeatability-Request-ID"]);
  assert.equal(ids[0], undefined);
  assert.ok(ids[1] && ids[1] === ids[2]);
});

test("items are read, added, updated, replaced and deleted", async () => {
  const item = { "odata.etag": '"3"', "odata.type": "T", Id: 7, Title: "a", Big: 1e21, When: null };
  const plain = { Id: 7, Title: "a", Big: 1e21, When: null };
  const url = "/_api/web/lists/getbytitle('A')/items";
  const host = scripted([
    reply(200, { body: item }),
    reply(200, { body: { "odata.nextLink": `http://inside${url}?%24skiptoken=x`, value: [item] } }),
    reply(200, { body: { value: [] } }),
    reply(201, { body: item }),
    reply(204, { headers: { ETag: '"4"' } }),
    reply(204),
    reply(200),
  ]);
  const one = client(host);
  assert.deepEqual(await one.getItem("A", 7), { item: plain, etag: '"3"' });
  const page = await one.getPage("A", { select: ["Id"], filter: "Id gt 1", orderby: "Id desc", top: 1 });
  assert.deepEqual(page.items, [{ item: plain, etag: '"3"' }]);
  assert.deepEqual(await one.getPage("A", { next: page.next }), { items: [] });
  assert.deepEqual(await one.addItem("A", { Title: "a" }), { item: plain, etag: '"3"' });
  assert.deepEqual(await one.updateItem("A", 7, '"3"', { Title: "b" }), { etag: '"4"' });
  assert.deepEqual(await one.replaceItem("A", 7, "*", { Title: "b" }), { etag: null });
  assert.equal(await one.deleteItem("A", 7, '"4"'), undefined);
  assert.deepEqual(host.lines, [
    `GET ${url}(7)`,
    `GET ${url}?$select=Id&$filter=Id%20gt%201&$orderby=Id%20desc&$top=1`,
    `GET ${url}?%24skiptoken=x`,
    `POST ${url} {"Title":"a"}`,
    `POST MERGE "3" ${url}(7) {"Title":"b"}`,
    `POST PUT * ${url}(7) {"Title":"b"}`,
    `POST DELETE "4" ${url}(7)`,
  ]);
});

test("an item by a field has an address at Matchlist, and is looked up elsewhere", async () => {
  const item = { "odata.etag": '"3"', Id: 7 };
  const known = scripted([reply(200, { headers: MATCHLIST, body: { value: [item] } }), reply(200, { body: item })]);
  await client(known).getItem("A", { field: "Key", value: "a'b" });
  assert.match(known.lines[1], /items\(Key='a''b'\)$/);
  const other = scripted([reply(200, { body: { value: [item] } }), reply(200, { body: item })]);
  await client(other).getItem("A", { field: "Key", value: "a'b" });
  assert.match(other.lines[0], /\?\$select=Id&\$filter=Key%20eq%20'a''b'&\$top=2$/);
  assert.match(other.lines[1], /items\(7\)$/);
  for (const [value, code] of [[[], "not-found"], [[item, item], "invalid"]]) {
    const error = await reason(client(scripted([reply(200, { body: { value } })])).getItem("A", { field: "Key", value: 1 }));
    assert.equal(error.code, code);
  }
});

test("a conflict tells all that is known, and no write goes without a tag", async () => {
  const conflict = { etag: '"9"', by: "ada", at: "t", fields: ["Title"], item: { "odata.etag": '"9"', Id: 7 } };
  const body = { error: { code: "-1", message: "m", conflict } };
  const error = await reason(client(scripted([reply(412, { body })])).updateItem("A", 7, '"3"', { Title: "b" }));
  const { code, status, current, etag, by, at, fields, serverMessage } = error;
  assert.deepEqual(
    { code, status, current, etag, by, at, fields, serverMessage },
    { code: "conflict", status: 412, current: { Id: 7 }, etag: '"9"', by: "ada", at: "t", fields: ["Title"], serverMessage: "m" },
  );
  for (const tag of [undefined, null, "", " ", "\"3\"\n", 3]) {
    assert.equal((await reason(client(scripted([])).updateItem("A", 7, tag, {}))).code, "invalid");
    assert.equal((await reason(client(scripted([])).deleteItem("A", 7, tag))).code, "invalid");
  }
  assert.equal((await reason(client(scripted([lost])).updateItem("A", 7, '"3"', {}))).code, "unknown-outcome");
});

test("editItem runs the change again after a lost race", async () => {
  const item = (tag, visits) => reply(200, { body: { "odata.etag": tag, Id: 7, Visits: visits } });
  const host = scripted([item('"3"', 1), reply(412), item('"4"', 5), reply(204, { headers: { ETag: '"5"' } })]);
  const edited = await client(host).editItem("A", 7, async (found) => ({ Visits: found.Visits + 1 }));
  assert.deepEqual(edited, { item: { Id: 7, Visits: 6 }, etag: '"5"' });
  assert.match(host.lines[3], /^POST MERGE "4" .*\{"Visits":6\}$/);

  const unchanged = scripted([item('"3"', 1)]);
  const same = await client(unchanged).editItem("A", 7, () => undefined);
  assert.deepEqual(same, { item: { Id: 7, Visits: 1 }, etag: '"3"' });

  const thrown = new RangeError("mine");
  const failing = client(scripted([item('"3"', 1)])).editItem("A", 7, () => {
    throw thrown;
  });
  assert.equal(await reason(failing), thrown);
});

test("filters are printed", () => {
  const when = new Date(Date.UTC(2024, 4, 1, 8));
  const tree = {
    and: [
      { op: "eq", field: "City", value: "O'Brien" },
      { or: [{ op: "gt", field: "Visits", value: 3 }, { not: { contains: ["Title", "x"] } }] },
      { op: "lt", field: "Modified", value: when },
      { op: "eq", field: "Load", value: 0.5 },
      { op: "ne", field: "Phone", value: null },
    ],
  };
  assert.equal(
    printFilter(tree),
    "City eq 'O''Brien' and (Visits gt 3 or not substringof('x',Title)) and " +
      "Modified lt datetime'2024-05-01T08:00:00.000Z' and Load eq 0.5 and Phone ne null",
  );
  for (const wrong of [null, undefined, {}, { op: "eq", field: "A or B", value: 1 }, { op: "eq", field: "A" }, { op: "eq", field: "A", value: NaN }, { op: "eq", field: "A", value: new Date(NaN) }]) {
    assert.throws(() => printFilter(wrong), { code: "invalid" });
  }
});
