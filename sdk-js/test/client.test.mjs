// The binding: tags on objects, wrong usages, typed errors. The wasm module is a scripted one.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import * as core from "../.build/core.js";
import { customer, failure, plain, scripted } from "./scripted.mjs";

const { ConflictError, etagOf, InvalidRequestError, PreconditionRequiredError } = core;

describe("the tag travels with the object", () => {
  it("is not seen by JSON, keys, equality or a spread", async () => {
    const { list } = await scripted({ getItem: customer() });
    const item = await list.get(7);
    assert.equal(etagOf(item), '"3"');
    assert.deepEqual(item, customer().item);
    assert.deepEqual(Object.keys(item), ["Id", "Title", "City", "Visits"]);
    assert.equal(JSON.stringify(item), JSON.stringify(customer().item));
    for (const copy of [{ ...item }, structuredClone(item), JSON.parse(JSON.stringify(item))]) {
      assert.equal(etagOf(copy), undefined);
    }
  });

  it("passes through a proxy, as Vue makes them", async () => {
    const { list, calls } = await scripted({ getItem: customer(), updateItem: { etag: '"4"' } });
    const item = await list.get(7);
    const proxy = new Proxy(item, {});
    await list.update(proxy, { City: "Bergen" });
    assert.deepEqual(plain(calls)[1], ["updateItem", "Customers", 7, '"3"', { City: "Bergen" }, {}]);
    assert.equal(etagOf(item), '"4"');
  });

  it("is the new one after an update, and the values are those written", async () => {
    const { list, calls } = await scripted({ getItem: customer(), updateItem: [{ etag: '"4"' }, { etag: '"5"' }] });
    const item = await list.get(7);
    assert.equal(await list.update(item, { Visits: item.Visits + 1 }), item);
    await list.update(item, { Visits: item.Visits + 1 });
    assert.deepEqual(plain(calls).slice(1).map((call) => call.slice(3, 5)), [['"3"', { Visits: 4 }], ['"4"', { Visits: 5 }]]);
    assert.equal(etagOf(item), '"5"');
  });

  it("names the item by the Id that was read, whatever was done to the object", async () => {
    const { list, calls } = await scripted({ getItem: customer(), deleteItem: undefined });
    const item = await list.get(7);
    item.Id = 8;
    await list.delete(item);
    assert.deepEqual(plain(calls)[1], ["deleteItem", "Customers", 7, '"3"', {}]);
  });

  it("stays the old one on a frozen object, and the new version is another object", async () => {
    const { list } = await scripted({ getItem: customer(), updateItem: { etag: '"4"' } });
    const item = Object.freeze(await list.get(7));
    const next = await list.update(item, { City: "Bergen" });
    assert.deepEqual([etagOf(item), item.City], ['"3"', "Oslo"]);
    assert.deepEqual([etagOf(next), next.City], ['"4"', "Bergen"]);
  });

  it("goes away where the server does not tell the new one, so that nothing is overwritten", async () => {
    const { list } = await scripted({ getItem: customer(), updateItem: { etag: null } });
    const item = await list.get(7);
    await list.update(item, { City: "Bergen" });
    await assert.rejects(list.update(item, { City: "Oslo" }), PreconditionRequiredError);
  });

  it("does not change with a write that failed", async () => {
    const { list } = await scripted({ getItem: customer(), updateItem: failure("unknown-outcome") });
    const item = await list.get(7);
    await assert.rejects(list.update(item, { City: "Bergen" }), { code: "unknown-outcome", name: "UnknownOutcomeError" });
    assert.deepEqual([etagOf(item), item.City], ['"3"', "Oslo"]);
  });

  it("after a replace, the object holds what was written and no old value", async () => {
    const { list } = await scripted({ getItem: customer(), replaceItem: { etag: '"4"' } });
    const item = await list.get(7);
    await list.replace(item, { Title: "Bob" });
    assert.deepEqual(item, { Id: 7, Title: "Bob" });
    assert.equal(etagOf(item), '"4"');
  });
});

describe("overwriting is never the default", () => {
  const wrong = {
    "an Id alone": (list) => list.update(7, { City: "x" }),
    "an Id and empty options": (list) => list.update(7, { City: "x" }, {}),
    "force: false": (list) => list.update(7, { City: "x" }, { force: false }),
    "an empty tag": (list) => list.update(7, { City: "x" }, { etag: "" }),
    "a tag that was not there": (list) => list.update(7, { City: "x" }, { etag: undefined }),
    "a spread copy": async (list) => list.update({ ...(await list.get(7)) }, { City: "x" }),
    "a delete by Id alone": (list) => list.delete(7),
    "a delete of a copy": async (list) => list.delete({ ...(await list.get(7)) }),
    "a replace by Id alone": (list) => list.replace(7, { City: "x" }),
  };
  for (const [name, call] of Object.entries(wrong)) {
    it(`${name} is refused, and nothing is sent`, async () => {
      const { list, calls } = await scripted({ getItem: customer() });
      await assert.rejects(call(list), (error) => error instanceof PreconditionRequiredError && error.status === null);
      assert.deepEqual(calls.filter(([method]) => method !== "getItem"), []);
    });
  }

  it("the star has to be spelt as force", async () => {
    const { list, calls } = await scripted({ updateItem: { etag: '"9"' } });
    await assert.rejects(list.update(7, {}, { etag: "*" }), InvalidRequestError);
    await assert.rejects(list.update(7, {}, { force: "yes" }), PreconditionRequiredError);
    assert.equal(await list.update(7, { City: "x" }, { force: true }), '"9"');
    assert.equal(await list.update({ field: "Key", value: "bob" }, { City: "x" }, { etag: '"g,8"' }), '"9"');
    await list.update(7, { City: "both: the tag is kept to" }, { etag: '"3"', force: true });
    assert.deepEqual(plain(calls), [
      ["updateItem", "Customers", 7, "*", { City: "x" }, {}],
      ["updateItem", "Customers", { field: "Key", value: "bob" }, '"g,8"', { City: "x" }, {}],
      ["updateItem", "Customers", 7, '"3"', { City: "both: the tag is kept to" }, {}],
    ]);
  });
});

describe("wrong usages", () => {
  const nan = { Visits: Number.NaN };
  const circle = {};
  circle.self = circle;
  const wrong = {
    "an item of another list": async (list, site) => site.list("Orders").update(await list.get(7), {}),
    "an Id that is none": (list) => list.get(0),
    "an Id that is a text": (list) => list.get("7"),
    "no list title": (_, site) => site.list(""),
    "values that are a list": (list) => list.add([]),
    "values that are missing": (list) => list.add(),
    "a number that JSON lacks": (list) => list.add(nan),
    "a date that is none": (list) => list.add({ Due: new Date("x") }),
    "values that hold themselves": (list) => list.add(circle),
    "an edit without a function": (list) => list.edit(7, { City: "x" }),
    "a filter that is no filter": (list) => list.items({ filter: () => true })[Symbol.asyncIterator]().next(),
    "a filter value that is no literal": (list) =>
      list.items({ filter: (f) => f.City.eq(["x"]) })[Symbol.asyncIterator]().next(),
    "no abbreviation": (_, site) => site.getNextSeq(undefined),
  };
  for (const [name, call] of Object.entries(wrong)) {
    it(`${name}: refused, and nothing is sent`, async () => {
      const { list, site, calls } = await scripted({ getItem: customer() });
      await assert.rejects(async () => call(list, site), (error) => error instanceof InvalidRequestError && error.code === "invalid");
      assert.deepEqual(calls.filter(([method]) => method !== "getItem"), []);
    });
  }

  it("an address that is no site is refused", async () => {
    const { connect } = await scripted({});
    for (const url of ["//host/x", "lists.example", "ftp://h/", "https://", "https://h/s?x=1", "https://h/_api/web", "https://h/#x", undefined]) {
      await assert.rejects(connect(url, { fetch }), InvalidRequestError, String(url));
    }
    await assert.rejects(connect("/sites/crm"), /no page here/);
    for (const [url, site] of [["https://h/s/", "https://h/s"], ["https://h", "https://h"], ["/", ""], ["", ""], ["//", ""], ["/s//", "/s"]]) {
      assert.equal((await connect(url, { fetch })).url, site);
    }
  });
});

describe("errors", () => {
  const classes = {
    "precondition-required": "PreconditionRequiredError",
    "not-found": "NotFoundError",
    "throttled": "ThrottledError",
    "unknown-outcome": "UnknownOutcomeError",
    "attempts": "AttemptsError",
    "not-a-number": "NotANumberError",
    "forbidden": "ForbiddenError",
    "invalid": "InvalidRequestError",
    "protocol": "ProtocolError",
    "network": "NetworkError",
    "server": "ServerError",
  };
  for (const [code, name] of Object.entries(classes)) {
    it(`${code} is a ${name}`, async () => {
      const { list } = await scripted({ getItem: failure(code, { status: 499, serverCode: "-1", what: "list", retryAfter: 3 }) });
      await assert.rejects(list.get(7), (error) => {
        assert.ok(error instanceof core[name] && error instanceof core.MatchlistError && error instanceof Error);
        const { status, serverCode, what, retryAfter, message } = error;
        assert.deepEqual({ status, serverCode, what, retryAfter, message, name: error.name, code: error.code }, {
          status: 499, serverCode: "-1", what: "list", retryAfter: 3, message: `scripted ${code}`, name, code,
        });
        return true;
      });
    });
  }

  it("what has no code of ours passes as it is", async () => {
    const own = Object.assign(new Error("mine"), { code: "EPIPE" });
    const { list } = await scripted({ editItem: (_, __, change) => change({ Id: 7 }) });
    await assert.rejects(list.edit(7, () => { throw own; }), (error) => error === own);
  });

  it("a conflict has both sides, and its current item can be written at once", async () => {
    const { list, calls } = await scripted({
      getItem: customer(),
      updateItem: [
        failure("conflict", { status: 412, current: { Id: 7, Title: "Ann", City: "Bergen" }, etag: '"4"', by: "eve", at: "2025-01-02T03:04:05Z", fields: ["City"] }),
        { etag: '"5"' },
      ],
    });
    const item = await list.get(7);
    const conflict = await list.update(item, { City: "Tromsø" }).catch((error) => error);
    assert.ok(conflict instanceof ConflictError);
    const { mine, base, current, etag, by, at, fields } = conflict;
    assert.deepEqual({ mine, base, current, etag, by, at, fields }, {
      mine: { City: "Tromsø" },
      base: customer().item,
      current: { Id: 7, Title: "Ann", City: "Bergen" },
      etag: '"4"', by: "eve", at: "2025-01-02T03:04:05Z", fields: ["City"],
    });
    await list.update(conflict.current, { City: "Tromsø" });
    assert.equal(calls.at(-1)[3], '"4"');
    assert.equal(etagOf(item), '"3"');
  });

  it("a conflict without the present item reads it; where that fails, it is null", async () => {
    const conflict = () => failure("conflict", { status: 412, current: null, etag: null });
    const { list } = await scripted({ updateItem: conflict, deleteItem: conflict, getItem: [customer(9), failure("not-found")] });
    await assert.rejects(list.update(7, { City: "x" }, { etag: '"3"' }), (error) => {
      assert.deepEqual([error.current, error.etag, error.base], [customer().item, '"9"', undefined]);
      return etagOf(error.current) === '"9"';
    });
    await assert.rejects(list.delete(7, { etag: '"3"' }), { code: "conflict", current: null, etag: null, mine: undefined });
  });
});

describe("queries", () => {
  it("pages are read as they are asked for, to the last", async () => {
    const page = (id, next) => ({ items: [{ item: { Id: id }, etag: `"${id}"` }], ...(next && { next }) });
    const answers = () => [page(1, "https://inner:8080/sites/crm/_api/x?%24skiptoken=a"), page(2, "/sites/crm/_api/y"), page(3)];
    const first = await scripted({ getPage: answers() });
    const seen = [];
    for await (const item of first.list.items({ top: 1, orderby: "Title", select: ["City"] })) seen.push(item.Id);
    assert.deepEqual(seen, [1, 2, 3]);
    assert.deepEqual(plain(first.calls), [
      ["getPage", "Customers", { select: ["Id", "City"], orderby: "Title", top: 1 }, {}],
      // Behind a proxy a server may name a host that only the proxy can reach.
      ["getPage", "Customers", { next: "https://lists.example/sites/crm/_api/x?%24skiptoken=a" }, {}],
      ["getPage", "Customers", { next: "https://lists.example/sites/crm/_api/y" }, {}],
    ]);
    const second = await scripted({ getPage: answers() });
    for await (const items of second.list.items().pages()) {
      assert.deepEqual(items, [{ Id: 1 }]);
      break;
    }
    assert.equal(second.calls.length, 1);
  });

  it("a filter is a tree that the module prints, or text", async () => {
    const { list, calls } = await scripted({ getPage: () => ({ items: [] }) });
    const ask = async (filter) => {
      for await (const _ of list.items({ filter }));
      return calls.pop()[2].filter;
    };
    assert.equal(await ask("City eq 'Oslo'"), "City eq 'Oslo'");
    assert.deepEqual(JSON.parse(await ask((f) => f.City.eq("Oslo").and(f.Visits.gt(3), f.Due.le(new Date(1e12)).not()))), {
      and: [
        { op: "eq", field: "City", value: "Oslo" },
        { op: "gt", field: "Visits", value: 3 },
        { not: { op: "le", field: "Due", value: "2001-09-09T01:46:40Z" } },
      ],
    });
    assert.deepEqual(JSON.parse(await ask((f) => f.Title.startswith("A").or(f.Title.contains("b"), f.Done.ne(null)))), {
      or: [{ startswith: ["Title", "A"] }, { contains: ["Title", "b"] }, { op: "ne", field: "Done", value: null }],
    });
  });
});

describe("aborting", () => {
  it("an aborted signal sends nothing, in every call", async () => {
    const { list, site, connect, getNextSeq, calls } = await scripted({ getItem: customer() });
    const item = await list.get(7);
    calls.length = 0;
    const reason = new Error("changed my mind");
    const options = { signal: AbortSignal.abort(reason) };
    const all = [
      () => connect("https://h", options),
      () => getNextSeq("AAAA", options),
      () => site.getNextSeq("AAAA", options),
      () => list.get(7, options),
      () => list.add({}, options),
      () => list.update(item, {}, options),
      () => list.update(7, {}, { force: true, ...options }),
      () => list.replace(item, {}, options),
      () => list.delete(item, options),
      () => list.edit(7, () => ({}), options),
      () => list.items(options)[Symbol.asyncIterator]().next(),
      () => list.items(options).pages()[Symbol.asyncIterator]().next(),
    ];
    for (const call of all) await assert.rejects(call, (error) => error === reason, String(call));
    assert.deepEqual(calls, []);
  });

  it("the module's signal follows the caller's, and no listener stays", async () => {
    const own = new AbortController();
    let listeners = 0;
    const { addEventListener, removeEventListener } = own.signal;
    own.signal.addEventListener = (...args) => ((listeners += 1), addEventListener.apply(own.signal, args));
    own.signal.removeEventListener = (...args) => ((listeners -= 1), removeEventListener.apply(own.signal, args));
    const hang = (_, __, { signal }) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("any"))));
    const { list } = await scripted({ getItem: [hang, customer()] });
    const waiting = list.get(7, { signal: own.signal });
    own.abort("enough");
    await assert.rejects(waiting, (error) => error === "enough");
    assert.equal(listeners, 0);
  });
});

describe("getNextSeq of a page", () => {
  it("finds the site in _spPageContextInfo, and never makes //_api of it", async (context) => {
    context.after(() => delete globalThis._spPageContextInfo);
    globalThis.location = new URL("https://farm.example/");
    context.after(() => delete globalThis.location);
    const seen = async (info) => {
      globalThis._spPageContextInfo = info;
      const { getNextSeq, calls } = await scripted({ getNextSeq: "0004" });
      assert.equal(await getNextSeq("AAAA"), "0004");
      assert.equal(await getNextSeq("AAAA", { pad: 6, returns: "read" }), "0004");
      assert.deepEqual(plain(calls).slice(1), [["getNextSeq", "AAAA", {}], ["getNextSeq", "AAAA", { pad: 6, returns: "read" }]]);
      return calls[0];
    };
    assert.deepEqual(await seen(undefined), ["new", ""]);
    assert.deepEqual(await seen({ siteServerRelativeUrl: "/" }), ["new", ""]);
    assert.deepEqual(await seen({ webServerRelativeUrl: "/", siteServerRelativeUrl: "/sites/a" }), ["new", ""]);
    assert.deepEqual(await seen({ siteServerRelativeUrl: "/sites/a" }), ["new", "/sites/a"]);
    assert.deepEqual(await seen({ webServerRelativeUrl: "/sites/a/b c", siteServerRelativeUrl: "/sites/a" }), ["new", "/sites/a/b%20c"]);
  });
});
