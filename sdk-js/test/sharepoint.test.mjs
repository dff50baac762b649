// The whole package, wasm module included, against a server with SharePoint's quirks. `npm run build` comes first.
import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { describe, it } from "node:test";
import {
  AttemptsError, ConflictError, connect, etagOf, ForbiddenError, InvalidRequestError, NetworkError, NotANumberError,
  NotFoundError, ProtocolError, ServerError, ThrottledError, UnknownOutcomeError,
} from "matchlist";
import { SharePoint } from "./sharepoint-double.mjs";

const anyWrite = ({ verb, path }) => verb !== "GET" && !path.endsWith("/contextinfo");
const anyRead = ({ verb }) => verb === "GET";
const busy = (after) => ({ status: 429, headers: after === undefined ? {} : { "Retry-After": after }, text: "429 TOO MANY REQUESTS" });
const HTML = { status: 200, text: "<!DOCTYPE html><html><body>Sign in</body></html>" };
const EMPTY = { status: 200, text: "" };

/** A server with customers and a counter, and a site to reach it by; no wait between attempts. */
async function start(context, { double: options, waits = false, ...connection } = {}) {
  if (!waits) context.mock.method(Math, "random", () => 0);
  const double = await new SharePoint(options).start(context);
  double.list("Customers", ...["Ann", "Bob", "O'Hara"].map((Title, at) => ({ Title, City: "Oslo", Visits: at, Tags: null })));
  double.list("Configuration", { Title: "Theme", ParamValue: "dark" }, { Title: "LastSeqAAAA", ParamValue: "3" });
  const site = await connect(double.site, connection);
  const counter = () => [...double.lists.get("Configuration").items.values()].find(({ values }) => values.Title === "LastSeqAAAA").values;
  return { double, site, customers: site.list("Customers"), counter, present: (id) => double.lists.get("Customers").items.get(id) };
}

/** Node 20 has no Array.fromAsync. */
async function collect(iterable) {
  const all = [];
  for await (const each of iterable) all.push(each);
  return all;
}

const DIALECTS = {
  "2013 (verbose alone, 406)": { picky: true },
  "verbose whatever was asked": {},
  "verbose, untyped bodies": { typed: false },
  "online (light)": { light: true, typed: false },
};

for (const [dialect, double] of Object.entries(DIALECTS)) {
  describe(`every list call, ${dialect}`, () => {
    it("reads, adds, updates, replaces, edits and deletes", async (context) => {
      const { customers, present } = await start(context, { double });
      const added = await customers.add({ Title: "Eva", City: "Bergen", Visits: 1 });
      assert.deepEqual({ ...added }, { Id: 4, Title: "Eva", City: "Bergen", Visits: 1, ID: 4 });
      await customers.update(added, { City: "Tromsø" });
      await customers.update(added, { Visits: 2 });
      assert.deepEqual([present(4).version, present(4).values], [3, { Title: "Eva", City: "Tromsø", Visits: 2 }]);

      const read = await customers.get(4);
      assert.deepEqual({ ...read }, { Id: 4, Title: "Eva", City: "Tromsø", Visits: 2, ID: 4 });
      const edited = await customers.edit(read, ({ Visits }) => ({ Visits: Visits + 1 }));
      assert.deepEqual([edited.Visits, present(4).values.Visits, present(4).version], [3, 3, 4]);
      await assert.rejects(customers.update(read, { City: "x" }), ConflictError);
      await customers.update(edited, { City: "Bodø" });

      const tag = await customers.update(4, { City: "Alta" }, { etag: etagOf(edited) });
      assert.equal(await customers.replace(4, { Title: "Eve" }, { etag: tag }), `"${present(4).guid},7"`);
      assert.deepEqual(present(4).values, { Title: "Eve" });
      await customers.update(4, { City: "forced" }, { force: true });
      await assert.rejects(customers.delete(4, { etag: tag }), ConflictError);
      await customers.delete(await customers.get(4));
      await assert.rejects(customers.get(4), (error) => error instanceof NotFoundError && error.what === "item");
    });

    it("iterates over all pages, filtered, each item with its tag", async (context) => {
      const { double: server, customers } = await start(context, { double });
      for (let at = 0; at < 20; at += 1) await customers.add({ Title: `C${at}`, City: at % 2 ? "Oslo" : "Bergen", Visits: at });
      const seen = [];
      for await (const item of customers.items({ filter: (f) => f.City.eq("Oslo").and(f.Visits.gt(3)), top: 3, select: ["Title"] })) {
        assert.deepEqual(Object.keys(item), ["Id", "Title"]);
        assert.equal(etagOf(item), '"1"');
        seen.push(item.Title);
      }
      assert.deepEqual(seen, ["C5", "C7", "C9", "C11", "C13", "C15", "C17", "C19"]);
      const sizes = [];
      for await (const page of customers.items({ top: 10 }).pages()) sizes.push(page.length);
      assert.deepEqual(sizes, [10, 10, 3]);
      const [found] = await collect(customers.items({ filter: (f) => f.Title.eq("O'Hara") }));
      await customers.update(found, { City: "Hamar" });
      assert.equal(server.lists.get("Customers").items.get(3).values.City, "Hamar");
    });

    it("counts", async (context) => {
      const { site, counter } = await start(context, { double });
      assert.equal(await site.getNextSeq("AAAA"), "0004");
      assert.equal(await site.getNextSeq("AAAA", { pad: 6 }), "000005");
      assert.equal(await site.getNextSeq("AAAA", { count: 10 }), "0006");
      assert.equal(await site.getNextSeq("AAAA"), "0016");
      assert.deepEqual(counter().ParamValue, "16");
    });
  });
}

describe("races", () => {
  it("8 clients x 25: all numbers distinct, no gap, the counter at the last", async (context) => {
    const { double, counter } = await start(context, { waits: true });
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect(double.site)));
    const taken = await Promise.all(clients.map(async (client) => {
      const own = [];
      for (let at = 0; at < 25; at += 1) own.push(await client.getNextSeq("AAAA"));
      assert.deepEqual(own, own.toSorted());
      return own;
    }));
    const expected = Array.from({ length: 200 }, (_, at) => String(at + 4).padStart(4, "0"));
    assert.deepEqual(taken.flat().sort(), expected);
    assert.equal(counter().ParamValue, "203");
  });

  it("create: true with 8 rivals: one sequence, whoever made the counter", async (context) => {
    const { double, site } = await start(context, { waits: true });
    await assert.rejects(site.getNextSeq("NEW"), (error) => error instanceof NotFoundError && /LastSeqNEW/.test(error.message) && /create: true/.test(error.message));
    const clients = await Promise.all(Array.from({ length: 8 }, () => connect(double.site)));
    const taken = await Promise.all(clients.flatMap((client) => [1, 2, 3].map(() => client.getNextSeq("NEW", { create: true }))));
    assert.deepEqual(taken.sort(), Array.from({ length: 24 }, (_, at) => String(at + 1).padStart(4, "0")));
  });

  it("first writes at once on one connection: each gets the type name that the server wants", async (context) => {
    const { double, customers } = await start(context);
    await Promise.all(Array.from({ length: 8 }, (_, at) => customers.add({ Title: `C${at}` })));
    assert.equal(double.lists.get("Customers").items.size, 11);
  });

  it("edit: 8 clients add up", async (context) => {
    const { double, present } = await start(context, { waits: true });
    const lists = await Promise.all(Array.from({ length: 8 }, async () => (await connect(double.site)).list("Customers")));
    await Promise.all(lists.map(async (list) => {
      for (let at = 0; at < 5; at += 1) await list.edit(1, ({ Visits }) => ({ Visits: Visits + 1 }), { attempts: 100 });
    }));
    assert.equal(present(1).values.Visits, 40);
  });

  it("two conventions on one counter give a number twice: hence one counter, one convention", async (context) => {
    const { site } = await start(context);
    const written = await site.getNextSeq("AAAA", { returns: "written" });
    const read = await site.getNextSeq("AAAA", { returns: "read" });
    assert.deepEqual([written, read], ["0004", "0004"]);
  });

  it("one convention, whichever, does not", async (context) => {
    const { site } = await start(context);
    const taken = [];
    for (let at = 0; at < 3; at += 1) taken.push(await site.getNextSeq("AAAA", { returns: "read" }));
    assert.deepEqual(taken, ["0003", "0004", "0005"]);
  });
});

describe("coalesce", () => {
  const numbers = (first, count) => Array.from({ length: count }, (_, at) => String(first + at).padStart(4, "0"));
  const merges = (double) => double.requests("MERGE").length;
  const light = { light: true, typed: false };
  /** Calls `count` times at once. */
  const burst = (site, count, options) => Array.from({ length: count }, () => site.getNextSeq("AAAA", { coalesce: true, ...options }));
  /** A fault that says when it was reached, and lasts until it is let go. */
  const gate = () => {
    const made = {};
    made.reached = new Promise((resolve) => (made.reach = resolve));
    made.way = () => (made.reach(), new Promise((resolve) => (made.open = resolve)));
    return made;
  };

  it("50 calls at once: two writes, all numbers distinct, in the order of the calls", async (context) => {
    const { double, site, counter } = await start(context, { double: light });
    assert.deepEqual(await Promise.all(burst(site, 50)), numbers(4, 50));
    assert.deepEqual([merges(double), counter().ParamValue], [2, "53"]);
    // Later calls don't wait for anything.
    assert.deepEqual(await Promise.all([...burst(site, 1, { returns: "read", pad: 2 })]), ["53"]);
  });

  it("each call takes as many as it asked for, with its own padding", async (context) => {
    const { double, site } = await start(context, { double: light });
    const asked = [{}, { count: 5 }, { pad: 6 }, { count: 2 }, {}].map((options) => burst(site, 1, options)[0]);
    assert.deepEqual(await Promise.all(asked), ["0004", "0005", "000010", "0011", "0013"]);
    assert.equal(merges(double), 2);
  });

  it("with plain callers and other pages, no number comes twice and none is left out", async (context) => {
    const { double, site, counter } = await start(context, { double: light, waits: true });
    const other = await connect(double.site);
    const waves = await Promise.all([1, 2, 3].map(async () => {
      const plain = [site, other].flatMap((each) => Array.from({ length: 8 }, () => each.getNextSeq("AAAA")));
      return Promise.all([...burst(site, 20), ...burst(other, 20), ...plain]);
    }));
    assert.deepEqual(waves.flat().sort(), numbers(4, 3 * 56));
    assert.equal(counter().ParamValue, String(3 + 3 * 56));
  });

  it("a lost reply of a shared write burns its block, and gives none twice", async (context) => {
    const { double, site, counter } = await start(context, { double: light });
    double.next(({ verb, body }) => verb === "MERGE" && body.includes('"13"'), "lost");
    assert.deepEqual(await Promise.all(burst(site, 10)), ["0004", ...numbers(14, 9)]);
    assert.equal(counter().ParamValue, "22");
  });

  it("an error of the reservation rejects all that share it, and the next call asks anew", async (context) => {
    const { double, site, counter } = await start(context, { double: light });
    double.next(({ verb, body }) => verb === "MERGE" && body.includes('"8"'), { status: 500, text: "" });
    const ends = await Promise.allSettled(burst(site, 5));
    assert.deepEqual(ends.map(({ value, reason }) => value ?? reason.name), ["0004", ...Array(4).fill("ServerError")]);
    assert.deepEqual([await burst(site, 1)[0], counter().ParamValue], ["0005", "5"]);
  });

  it("a token that can't be had rejects all with its own error", async (context) => {
    const own = new Error("signed out");
    const { double, site } = await start(context, { token: () => Promise.reject(own) });
    const ends = await Promise.allSettled(burst(site, 5));
    assert.ok(ends.every(({ reason }) => reason === own));
    assert.deepEqual(double.log, []);
  });

  it("an aborted call leaves the queue at once; one whose number is being reserved burns it", async (context) => {
    const { double, site, counter } = await start(context, { double: light });
    const [first, second] = [gate(), gate()];
    double.next(({ verb }) => verb === "MERGE", first.way, second.way);
    const [early, late] = [new AbortController(), new AbortController()];
    const isReason = (reason) => reason === "enough";
    const calls = [{}, { signal: early.signal }, {}, { signal: late.signal }, {}].map((options) => burst(site, 1, options)[0]);
    await first.reached;
    early.abort("enough");
    await assert.rejects(calls[1], isReason);
    first.open();
    await second.reached;
    late.abort("enough");
    await assert.rejects(calls[3], isReason);
    second.open();
    assert.deepEqual(await Promise.all([calls[0], calls[2], calls[4]]), ["0004", "0005", "0007"]);
    assert.equal(counter().ParamValue, "7");
  });

  it("where the call that reserves for all is aborted, another takes over", async (context) => {
    const { double, site } = await start(context, { double: light });
    const [hangs, lasts] = [gate(), gate()];
    double.next(({ verb }) => verb === "MERGE", hangs.way, lasts.way);
    const own = new AbortController();
    const calls = [own, new AbortController(), {}].map(({ signal }) => burst(site, 1, { signal })[0]);
    await hangs.reached;
    own.abort("enough");
    await assert.rejects(calls[0], (reason) => reason === "enough");
    await lasts.reached;
    lasts.open();
    assert.deepEqual(await Promise.all(calls.slice(1)), ["0004", "0005"]);
    hangs.open();
  });
});

describe("conflicts", () => {
  it("tell both sides, and the current item is ready to be written", async (context) => {
    const { double, customers, present } = await start(context);
    const mine = await customers.get(1);
    await (await connect(double.site)).list("Customers").edit(1, () => ({ City: "Bergen" }));
    const conflict = await customers.update(mine, { Visits: 9 }).catch((error) => error);
    assert.ok(conflict instanceof ConflictError);
    assert.deepEqual([conflict.status, conflict.mine, conflict.base.City, conflict.current.City, conflict.etag], [412, { Visits: 9 }, "Oslo", "Bergen", '"2"']);
    assert.deepEqual([conflict.by, conflict.at, conflict.fields], [null, null, undefined]);
    await customers.update(conflict.current, conflict.mine);
    assert.deepEqual(present(1).values, { Title: "Ann", City: "Bergen", Visits: 9, Tags: null });
  });

  it("that never end: AttemptsError", async (context) => {
    const { double, site, customers, present, counter } = await start(context);
    const meddle = (item) => () => { item.version += 1; };
    double.next(({ verb }) => verb === "MERGE", ...Array.from({ length: 3 }, () => meddle(present(1))));
    await assert.rejects(customers.edit(1, () => ({ City: "x" }), { attempts: 3 }), AttemptsError);
    const item = [...double.lists.get("Configuration").items.values()][1];
    double.next(({ verb }) => verb === "MERGE", ...Array.from({ length: 3 }, () => meddle(item)));
    await assert.rejects(site.getNextSeq("AAAA", { attempts: 3 }), AttemptsError);
    assert.equal(counter().ParamValue, "3");
    assert.equal(await site.getNextSeq("AAAA"), "0004");
  });
});

describe("digests", () => {
  it("one for all writes; ended ones are renewed", async (context) => {
    const { double, site } = await start(context);
    assert.equal(await site.getNextSeq("AAAA"), "0004");
    double.endDigests();
    assert.equal(await site.getNextSeq("AAAA"), "0005");
    assert.equal(double.log.filter(({ path }) => path.endsWith("/contextinfo")).length, 2);
  });

  it("where they are refused for good: ForbiddenError", async (context) => {
    const { site } = await start(context, { digest: "never" });
    await assert.rejects(site.getNextSeq("AAAA"), (error) => error instanceof ForbiddenError && error.serverCode.startsWith("-2130575251"));
  });

  it("a token that can't be had ends the call with its own error, and nothing is sent", async (context) => {
    const own = new Error("signed out");
    const { double, site, customers } = await start(context, { token: () => { throw own; } });
    for (const call of [() => customers.get(1), () => customers.add({}), () => site.getNextSeq("AAAA")]) {
      await assert.rejects(call(), (error) => error === own, String(call));
    }
    assert.deepEqual(double.log, []);
  });

  it("a token needs none; a server without contextinfo neither", async (context) => {
    const one = await start(context, { token: "secret" });
    assert.equal(await one.site.getNextSeq("AAAA"), "0004");
    assert.ok(one.double.log.every(({ headers, path }) => headers.authorization === "Bearer secret" && !path.endsWith("/contextinfo")));
    const two = await start(context, { double: { contextinfo: 404, digest: false } });
    assert.equal(await two.site.getNextSeq("AAAA"), "0004");
  });
});

describe("a server that shows Matchlist-Features", () => {
  const double = { light: true, typed: false, features: "repeatability" };

  it("gets the id with the first write of a connection already, so that a lost reply costs nothing", async (context) => {
    const { double: server, customers, site } = await start(context, { double });
    server.next(anyWrite, "lost");
    assert.equal((await customers.add({ Title: "Eva" })).Id, 4);
    const sent = server.log.map(({ verb, path, headers }) => [verb, path.split("/").at(-1), headers["repeatability-request-id"]]);
    const id = sent[1][2];
    assert.match(id, /^[\da-f-]{36}$/);
    assert.deepEqual(sent, [["POST", "contextinfo", undefined], ["POST", "items", id], ["POST", "items", id]]);
    assert.equal(server.lists.get("Customers").items.size, 4);
    server.next(({ verb }) => verb === "MERGE", "lost");
    assert.equal(await site.getNextSeq("AAAA"), "0004", "no number is burnt");
  });

  it("first writes at once share the digest, and each has an id of its own", async (context) => {
    const { double: server, customers } = await start(context, { double });
    await Promise.all(Array.from({ length: 8 }, (_, at) => customers.add({ Title: `C${at}` })));
    const ids = server.log.filter(anyWrite).map(({ headers }) => headers["repeatability-request-id"]);
    assert.deepEqual([ids.length, new Set(ids).size, server.log.length], [8, 8, 9]);
  });

  it("a first write whose reply is lost to a server without them is still never sent twice", async (context) => {
    const { double: server, customers } = await start(context, { double: { ...double, features: undefined } });
    server.next(anyWrite, "lost");
    await assert.rejects(customers.add({ Title: "Eva" }), UnknownOutcomeError);
    assert.equal(server.lists.get("Customers").items.size, 4);
  });

  it("a write whose reply was lost, and which is then refused for the caller's sake, may have happened", async (context) => {
    const { double: server, customers } = await start(context, { double });
    server.next(anyWrite, "lost", { status: 401, text: "" });
    await assert.rejects(customers.add({ Title: "Eva" }), UnknownOutcomeError);
    assert.equal(server.lists.get("Customers").items.size, 4);
  });
});

describe("a server in trouble", () => {
  it("429 with a text body is waited out, for writes too", async (context) => {
    const { double, site, customers } = await start(context);
    double.next(anyRead, busy("0"), busy(new Date(0).toUTCString()));
    double.next(anyWrite, busy(), busy("0"));
    assert.equal(await site.getNextSeq("AAAA"), "0004");
    double.next(() => true, ...Array.from({ length: 5 }, () => busy("0")));
    await assert.rejects(customers.get(1), (error) => error instanceof ThrottledError && error.retryAfter === 0);
    double.next(anyWrite, { status: 429, headers: { "Retry-After": "99999" }, text: "" });
    await assert.rejects(customers.add({ Title: "x" }), (error) => error instanceof ThrottledError && error.retryAfter === 99_999);
  });

  it("a lost reply of a write is an unknown outcome, and nothing is written twice", async (context) => {
    const { double, customers, present } = await start(context);
    const item = await customers.get(1);
    await customers.add({ Title: "first" });
    double.next(anyWrite, "lost", "lost", "cut");
    await assert.rejects(customers.update(item, { City: "x" }), UnknownOutcomeError);
    assert.equal(present(1).version, 2);
    await assert.rejects(customers.add({ Title: "second" }), UnknownOutcomeError);
    await assert.rejects(customers.edit(2, () => ({ City: "x" })), UnknownOutcomeError);
    assert.deepEqual([double.lists.get("Customers").items.size, present(2).version], [5, 1]);
    // The object still is the old version: what may have been written is not overwritten unknowingly.
    await assert.rejects(customers.update(item, { City: "y" }), ConflictError);
  });

  it("a lost reply burns a number, and gives none twice", async (context) => {
    const { double, site, counter } = await start(context);
    // A body without a type was refused before; this one is written.
    const isWritten = ({ verb, body }) => verb === "MERGE" && body.includes("__metadata");
    double.next(isWritten, "lost");
    assert.equal(await site.getNextSeq("AAAA"), "0005");
    double.next(isWritten, "cut", { status: 503, text: "busy" });
    assert.equal(await site.getNextSeq("AAAA"), "0006");
    assert.equal(counter().ParamValue, "6");
  });

  it("reads are tried again, and end as NetworkError", async (context) => {
    const { double, customers } = await start(context);
    double.next(anyRead, "cut", { status: 503, text: "" });
    assert.equal((await customers.get(1)).Title, "Ann");
    double.next(anyRead, ...Array.from({ length: 5 }, () => "cut"));
    await assert.rejects(customers.get(1), NetworkError);
    double.next(anyRead, { status: 500, text: "<html>oops</html>" });
    await assert.rejects(customers.get(1), ServerError);
  });

  it("a digest that can't be had writes nothing, and is no unknown outcome", async (context) => {
    const { double, site } = await start(context);
    double.next(({ path }) => path.endsWith("/contextinfo"), "cut", "cut", "cut");
    await assert.rejects(site.getNextSeq("AAAA"), (error) => error instanceof NetworkError && /nothing was written/.test(error.message));
    double.next(({ path }) => path.endsWith("/contextinfo"), { status: 503, headers: { "Retry-After": "0" }, text: "" });
    assert.equal(await site.getNextSeq("AAAA"), "0004");
  });

  for (const [name, reply] of Object.entries({ HTML, EMPTY })) {
    it(`${name} where an item is expected is a ProtocolError`, async (context) => {
      const { double, site, customers } = await start(context);
      const calls = [() => customers.get(1), () => site.getNextSeq("AAAA"), () => collect(customers.items()), () => customers.edit(1, () => ({}))];
      for (const call of calls) {
        double.next(anyRead, reply);
        await assert.rejects(call(), ProtocolError, String(call));
      }
    });
  }

  it("HTML for a write is never taken for a success", async (context) => {
    const { double, customers, present } = await start(context);
    const item = await customers.get(1);
    for (const call of [() => customers.update(item, { City: "x" }), () => customers.delete(item), () => customers.add({ Title: "x" })]) {
      double.next(anyWrite, HTML);
      await assert.rejects(call(), (error) => /^(protocol|unknown-outcome)$/.test(error.code), String(call));
    }
    assert.equal(etagOf(item), '"1"');
    assert.equal(present(1).version, 1);
  });
});

describe("bad input", () => {
  it("options that make no sense are refused, and nothing is sent", async (context) => {
    const { double, site, customers } = await start(context);
    const wrong = [
      () => site.getNextSeq(""),
      ...[{ count: 1.5 }, { count: 0 }, { returns: "both" }, { attempts: 0 }, { pad: -1 }, { list: "" }, { field: 3 }].map(
        (options) => () => site.getNextSeq("AAAA", options),
      ),
      () => customers.get(1, { attempts: Infinity }),
      () => collect(customers.items({ top: 0 })),
      () => collect(customers.items({ orderby: 3 })),
      () => collect(customers.items({ filter: (f) => f["no field"].eq(1) })),
    ];
    for (const call of wrong) await assert.rejects(call, InvalidRequestError, String(call));
    assert.deepEqual(double.log, []);
  });

  it("what is missing is named", async (context) => {
    const { site, customers } = await start(context);
    await assert.rejects(site.list("Nope").get(1), (error) => error instanceof NotFoundError && error.what === "list");
    await assert.rejects(customers.update(99, {}, { force: true }), (error) => error instanceof NotFoundError && error.what === "item");
    await assert.rejects(site.getNextSeq("BBBB"), (error) => error instanceof NotFoundError && /LastSeqBBBB/.test(error.message));
    await assert.rejects(site.getNextSeq("AAAA", { list: "Nope" }), NotFoundError);
  });

  it("a counter that holds no whole number is left as it is", async (context) => {
    const { site, counter } = await start(context);
    for (const value of ["", "three", "3.5", null, "0x3"]) {
      counter().ParamValue = value;
      await assert.rejects(site.getNextSeq("AAAA"), NotANumberError, String(value));
      assert.equal(counter().ParamValue, value);
    }
    counter().ParamValue = 41;
    assert.equal(await site.getNextSeq("AAAA"), "0042");
    assert.strictEqual(counter().ParamValue, 42);
  });

  it("an edit that wants nothing writes nothing; one that throws ends with its own error", async (context) => {
    const { double, customers, present } = await start(context);
    assert.equal((await customers.edit(1, () => undefined)).Title, "Ann");
    const own = new RangeError("not today");
    await assert.rejects(customers.edit(1, () => { throw own; }), (error) => error === own);
    await assert.rejects(customers.edit(1, async () => "text"), InvalidRequestError);
    assert.equal(present(1).version, 1);
    assert.deepEqual(double.log.filter(anyWrite), []);
  });

  it("values come out as they went in: quotes, dates, letters, null, undefined", async (context) => {
    const { customers, present } = await start(context);
    const due = new Date(Date.UTC(2025, 0, 2));
    await customers.update(1, { Title: "\"O'Hara\" ü €  \\", Due: due, City: null, Visits: undefined }, { force: true });
    assert.deepEqual(present(1).values, { Title: "\"O'Hara\" ü €  \\", City: null, Visits: 0, Tags: null, Due: due.toJSON() });
  });
});

describe("aborting", () => {
  const reason = new Error("changed my mind");
  const isReason = (error) => error === reason;

  it("before the send, nothing is sent", async (context) => {
    const { double, site } = await start(context);
    await assert.rejects(site.getNextSeq("AAAA", { signal: AbortSignal.abort(reason) }), isReason);
    assert.deepEqual(double.log, []);
  });

  it("during the send, at once, with the reason itself", async (context) => {
    const { double, site, customers } = await start(context);
    const item = await customers.add({ Title: "the first write gets a digest" });
    const calls = [
      (options) => customers.get(1, options),
      (options) => customers.update(item, { City: "x" }, options),
      (options) => customers.add({ Title: "x" }, options),
      (options) => customers.edit(1, () => ({ City: "x" }), options),
      (options) => site.getNextSeq("AAAA", options),
      (options) => collect(customers.items(options)),
    ];
    for (const call of calls) {
      const own = new AbortController();
      double.next(() => true, () => { own.abort(reason); return new Promise(() => {}); });
      await assert.rejects(call({ signal: own.signal }), isReason, String(call));
    }
  });

  it("while a digest is waited for; the next write asks anew", async (context) => {
    const { double, site } = await start(context);
    const own = new AbortController();
    double.next(({ path }) => path.endsWith("/contextinfo"), () => { own.abort(reason); return new Promise(() => {}); });
    await assert.rejects(site.getNextSeq("AAAA", { signal: own.signal }), isReason);
    assert.equal(await site.getNextSeq("AAAA"), "0004");
  });

  it("in a wait", async (context) => {
    const { double, site } = await start(context);
    const own = new AbortController();
    double.next(anyRead, { ...busy("3000") });
    const waiting = site.getNextSeq("AAAA", { signal: own.signal });
    waiting.catch(() => {});
    while (double.log.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    setTimeout(() => own.abort(reason), 20);
    await assert.rejects(waiting, isReason);
    assert.equal(double.log.length, 1);
  });

  it("while an edit waits for its caller's own promise", async (context) => {
    const { double, customers } = await start(context);
    const own = new AbortController();
    const waiting = customers.edit(1, () => { own.abort(reason); return new Promise(() => {}); }, { signal: own.signal });
    await assert.rejects(waiting, isReason);
    assert.deepEqual(double.log.filter(anyWrite), []);
  });

  it("by an edit's own function that fails as well: no rejection is left unheard", async (context) => {
    const { customers } = await start(context);
    const unheard = [];
    const hear = (error) => unheard.push(error);
    process.on("unhandledRejection", hear);
    context.after(() => process.off("unhandledRejection", hear));
    const own = new AbortController();
    const change = async () => { own.abort(reason); throw new RangeError("mine"); };
    await assert.rejects(customers.edit(1, change, { signal: own.signal }), isReason);
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(unheard, []);
  });

  it("leaves nothing on a signal that outlives its calls", async (context) => {
    const { double, site, customers } = await start(context);
    const { signal } = new AbortController();
    const calls = () => [
      site.getNextSeq("AAAA", { signal }),
      ...Array.from({ length: 5 }, () => site.getNextSeq("AAAA", { signal, coalesce: true })),
      customers.get(1, { signal }),
      customers.edit(1, () => ({ City: "x" }), { signal }),
      customers.get(99, { signal }),
    ];
    double.next(anyRead, busy("0"));
    await Promise.allSettled(calls());
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  it("after the end, it changes nothing", async (context) => {
    const { site } = await start(context);
    const own = new AbortController();
    assert.equal(await site.getNextSeq("AAAA", { signal: own.signal }), "0004");
    own.abort(reason);
    assert.equal(await site.getNextSeq("AAAA"), "0005");
  });
});
