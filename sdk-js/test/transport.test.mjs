// The host over fetch: headers, tokens, digests, aborting. fetch is a scripted one; no server, no wasm.
import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { transport } from "../.build/core.js";

const SITE = "https://lists.example/sites/crm";
const DIGEST = "-2130575252, Microsoft.SharePoint.SPException";

const verbose = (value, seconds = 1800) =>
  Response.json({ d: { GetContextWebInformation: { FormDigestValue: value, FormDigestTimeoutSeconds: seconds } } });
const flat = (value, seconds = 1800) => Response.json({ FormDigestValue: value, FormDigestTimeoutSeconds: seconds });
const refused = (code = DIGEST) => Response.json({ error: { code } }, { status: 403 });

/** A host whose fetch answers from two scripts: of contextinfo, and of everything else. */
function host({ digests = [], replies = [], ...options } = {}) {
  const sent = [];
  const fetch = async (url, init) => {
    const isDigest = url.endsWith("/_api/contextinfo");
    sent.push({ url, method: init.method, digest: init.headers.get("X-RequestDigest"), init, isDigest });
    await null;
    const given = (isDigest ? digests : replies).shift() ?? new Response(null, { status: 204 });
    if (given instanceof Error) throw given;
    return typeof given === "function" ? given(init) : given;
  };
  const made = transport(SITE, { fetch, ...options });
  const write = (more) => made.send({ method: "POST", url: `${SITE}/_api/x`, headers: {}, body: "{}", ...more });
  const read = () => made.send({ method: "GET", url: `${SITE}/_api/x`, headers: {} });
  return { ...made, write, read, sent, asked: () => sent.filter((each) => each.isDigest).length };
}

describe("the digest", () => {
  for (const [shape, answer] of Object.entries({ verbose, flat })) {
    it(`is got once before the first write and sent with each: ${shape}`, async () => {
      const { write, read, sent } = host({ digests: [answer("0xA,1")] });
      await read();
      assert.deepEqual(sent.map(({ method, isDigest }) => [method, isDigest]), [["GET", false]]);
      await write();
      await write();
      assert.deepEqual(sent.slice(1).map(({ url, method, digest }) => [url, method, digest]), [
        [`${SITE}/_api/contextinfo`, "POST", null],
        [`${SITE}/_api/x`, "POST", "0xA,1"],
        [`${SITE}/_api/x`, "POST", "0xA,1"],
      ]);
    });
  }

  it("is asked for once by callers at the same time, of whom one may leave", async () => {
    const { write, sent, asked } = host({ digests: [verbose("0xA,1")] });
    const leaving = new AbortController();
    const gone = write({ signal: leaving.signal });
    const others = Array.from({ length: 8 }, () => write());
    leaving.abort("gone");
    assert.deepEqual(await gone, { unsent: true, reason: "gone" });
    await Promise.all(others);
    assert.equal(asked(), 1);
    assert.equal(sent.filter(({ digest }) => digest === "0xA,1").length, 8);
  });

  for (const code of ["-2130575251, x", DIGEST]) {
    it(`is got anew where it is refused with ${code}, and the request is sent once more`, async () => {
      const { write, sent } = host({ digests: [verbose("old"), verbose("new")], replies: [refused(code)] });
      assert.equal((await write()).status, 204);
      assert.deepEqual(sent.map(({ digest }) => digest), [null, "old", null, "new"]);
    });
  }

  it("a second refusal is the answer, and so is another 403", async () => {
    const twice = host({ digests: [verbose("a"), verbose("b")], replies: [refused(), refused()] });
    assert.equal((await twice.write()).status, 403);
    assert.equal(twice.sent.length, 4);
    const other = host({ digests: [verbose("a")], replies: [refused("-2147024891, System.UnauthorizedAccessException")] });
    assert.equal((await other.write()).status, 403);
    assert.equal(other.sent.length, 2);
  });

  it("that is refused to many at once is got anew once", async () => {
    const { write, asked } = host({ digests: [verbose("old"), verbose("new")], replies: Array.from({ length: 8 }, () => refused()) });
    assert.deepEqual((await Promise.all(Array.from({ length: 8 }, () => write()))).map(({ status }) => status), Array(8).fill(204));
    assert.equal(asked(), 2);
  });

  it("is renewed before its end", async (context) => {
    context.mock.timers.enable({ apis: ["Date"], now: 0 });
    const { write, sent } = host({ digests: [verbose("a", 1800), verbose("b", 1800)] });
    for (const now of [0, 1739, 1741]) {
      context.mock.timers.setTime(now * 1000);
      await write();
    }
    assert.deepEqual(sent.map(({ digest }) => digest), [null, "a", "a", null, "b"]);
  });

  it("that lasts no longer than the margin is used all the same", async () => {
    const { write, asked } = host({ digests: [verbose("a", 30)] });
    await write();
    await write();
    assert.equal(asked(), 1);
  });

  for (const status of [404, 405]) {
    it(`is gone without for good where contextinfo gives ${status}`, async () => {
      const { write, sent } = host({ digests: [new Response("", { status })] });
      await write();
      await write();
      assert.deepEqual(sent.map(({ isDigest, digest }) => [isDigest, digest]), [[true, null], [false, null], [false, null]]);
    });
  }

  it("an answer that is none is no digest, and asked for again", async () => {
    const { write, sent, asked } = host({ digests: [new Response("<html>sign in</html>"), verbose("a")] });
    await write();
    await write();
    assert.equal(asked(), 2);
    assert.deepEqual(sent.filter(({ isDigest }) => !isDigest).map(({ digest }) => digest), [null, "a"]);
  });

  it("a refusal of contextinfo is the write's answer: nothing was sent, so never a success", async () => {
    for (const [status, seen] of [[401, 401], [403, 403], [429, 429], [500, 500], [502, 429], [503, 429]]) {
      const { write, sent } = host({ digests: [new Response("no", { status, headers: { "Retry-After": "7" } })] });
      const reply = await write();
      assert.deepEqual([reply.status, reply.header("retry-after"), reply.text, sent.length], [seen, "7", "no", 1]);
    }
  });

  it("a network that fails is no lost reply: the call ends with NetworkError", async (context) => {
    context.mock.method(Math, "random", () => 0);
    const lost = () => new TypeError("fetch failed");
    const { write, sent } = host({ digests: [lost(), lost(), lost()] });
    const { unsent, reason } = await write();
    assert.deepEqual([unsent, sent.length, reason.code, reason.cause.message], [true, 3, "network", "fetch failed"]);
    const again = host({ digests: [lost(), verbose("a")] });
    assert.equal((await again.write()).status, 204);
  });

  it("whose answer shows Matchlist has the write made anew, with what it shows; once", async () => {
    const shown = () => Response.json({ FormDigestValue: "0xA,1" }, { headers: { "Matchlist-Features": "repeatability" } });
    const { write, sent } = host({ digests: [shown()] });
    const taught = await Promise.all([write(), write()]);
    for (const reply of taught) {
      assert.deepEqual([reply.unsent, reply.status, reply.header("Matchlist-Features")], [true, 200, "repeatability"]);
    }
    assert.equal(sent.length, 1, "contextinfo alone");
    assert.equal((await write()).status, 204);
    const known = host({ digests: [shown()] });
    assert.equal((await known.write({ headers: { "Repeatability-Request-ID": "x" } })).status, 204);
  });

  it("is not asked for with a token, an Authorization header, or `never`", async () => {
    for (const options of [{ token: "t" }, { headers: { authorization: "Basic x" } }, { digest: "never" }]) {
      const { write, asked } = host(options);
      await write();
      assert.equal(asked(), 0);
    }
  });
});

describe("requests", () => {
  it("carry the token, the common headers and their own, which win", async () => {
    let turn = 0;
    const token = async () => `t${(turn += 1)}`;
    const { send, sent } = host({ token, headers: { "X-Team": "crm", accept: "text/html" } });
    for (const method of ["GET", "POST"]) await send({ method, url: SITE, headers: { Accept: "application/json" } });
    const shown = sent.map(({ init }) => Object.fromEntries(init.headers));
    assert.deepEqual(shown, ["t1", "t2"].map((t) => ({ accept: "application/json", authorization: `Bearer ${t}`, "x-team": "crm" })));
    assert.deepEqual(sent.map(({ init }) => [init.cache, "body" in init]), [["no-store", false], ["no-store", false]]);
  });

  it("a token that can't be had ends the call with its own error", async () => {
    const own = new Error("signed out");
    const { write, sent } = host({ token: () => Promise.reject(own) });
    assert.deepEqual([await write(), sent.length], [{ unsent: true, reason: own }, 0]);
    assert.equal((await host({ token: "two words" }).write()).reason.code, "invalid");
  });

  it("an abort is its reason, before the send and while the body comes", async () => {
    const reason = { why: "enough" };
    const { write, sent } = host({ digest: "never" });
    await assert.rejects(write({ signal: AbortSignal.abort(reason) }), (error) => error === reason);
    assert.equal(sent.length, 0);
    const own = new AbortController();
    const body = new ReadableStream({ pull: (stream) => (own.abort(reason), stream.error(new Error("cut"))) });
    const during = host({ digest: "never", replies: [new Response(body)] });
    await assert.rejects(during.write({ signal: own.signal }), (error) => error === reason);
  });

  it("without an abort, what fetch rejects with is passed on", async () => {
    const { read } = host({ replies: [new TypeError("fetch failed")] });
    await assert.rejects(read(), { message: "fetch failed" });
  });

  it("sleeping ends at once with the signal's reason, and leaves no timer", async () => {
    const { sleep } = host();
    const own = new AbortController();
    const slept = sleep(3_600_000, own.signal);
    own.abort("up");
    await assert.rejects(slept, (reason) => reason === "up");
    await assert.rejects(sleep(3_600_000, AbortSignal.abort("up")), (reason) => reason === "up");
    await sleep(0);
    assert.deepEqual(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length, 0);
  });

  it("a UUID is one, and another each time", () => {
    const { uuid } = host();
    const made = Array.from({ length: 100 }, uuid);
    for (const one of made) assert.match(one, /^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/);
    assert.equal(new Set(made).size, 100);
  });
});
