// What PnPjs does in batches: what it sends, and what each call within resolves to.
import assert from "node:assert/strict";
import { test } from "node:test";
import "@pnp/sp/batching.js";
import { refusal, sent, startServer } from "./server.mjs";

const { sp, url } = await startServer();
await sp.web.lists.add("Rows");
await sp.web.lists.getByTitle("Rows").fields.addNumber("Rank");
const rows = () => sp.web.lists.getByTitle("Rows").items;

/** Runs what `calls` starts as one batch, each call on an object of its own, as the client wants it; gives what came of each, and what was sent to `$batch`. */
async function batched(calls) {
  const { result, requests } = await sent(async () => {
    const [batch, execute] = sp.batched();
    const settled = Promise.allSettled(calls(() => batch.web.lists.getByTitle("Rows").items, () => batch.web));
    await execute();
    return settled;
  });
  return { outcomes: result, batches: requests.filter((request) => request.url.endsWith("/_api/$batch")), requests };
}

/** The values of promises that were all kept. */
const kept = (outcomes) => outcomes.map(({ status, value, reason }) => (assert.equal(status, "fulfilled", reason), value));

test("a batch of writes and reads resolves each of its calls in order", async () => {
  const { outcomes, batches, requests } = await batched((items, web) => [
    items().add({ Title: "one", Rank: 1 }),
    items().add({ Title: "two", Rank: 2 }),
    items().getById(1).update({ Title: "eins" }),
    items().select("Id", "Title")(),
    web().select("Title")(),
    items().getById(2).delete(),
    items().select("Id", "Title")(),
  ]);
  const [one, two, changed, both, web, deleted, left] = kept(outcomes);
  assert.deepEqual([one.Id, one.Title, one["odata.etag"], two.Id, two.Rank], [1, "one", '"1"', 2, 2]);
  assert.deepEqual(changed, { etag: '"2"' });
  const titles = (items) => items.map(({ Id, Title }) => [Id, Title]);
  assert.deepEqual(titles(both), [[1, "eins"], [2, "two"]]);
  assert.equal(web.Title, "demo");
  assert.deepEqual(deleted, {});
  assert.deepEqual(titles(left), [[1, "eins"]]);
  assert.equal(batches.length, 1);
  assert.deepEqual(requests.filter(({ url }) => !/\/_api\/(\$batch|contextinfo)$/.test(url)), []);

  const [{ body, headers, reply }] = batches;
  assert.equal(reply.status, 200);
  assert.match(headers.get("Content-Type"), /^multipart\/mixed; boundary=batch_/);
  assert.ok(headers.get("X-RequestDigest"));
  assert.doesNotMatch(body, /\r|x-requestdigest|content-length/i);
  const lines = body.split("\n").filter((line) => line.endsWith(" HTTP/1.1"));
  const at = (path) => `${url}/_api/${path} HTTP/1.1`;
  const items = "web/lists/getByTitle('Rows')/items";
  const query = "?%24select=Id%2CTitle";
  assert.deepEqual(lines, [
    `POST ${at(items)}`, `POST ${at(items)}`, `MERGE ${at(`${items}(1)`)}`, `GET ${at(items + query)}`,
    `GET ${at("web?%24select=Title")}`, `DELETE ${at(`${items}(2)`)}`, `GET ${at(items + query)}`,
  ]);
  // A change set for each run of writes; reads stand in the batch itself.
  assert.equal(body.match(/^--changeset_[0-9a-f-]+--$/gm).length, 2);
});

test("the answer is flat, a part a request, each line ended", async () => {
  const { batches } = await batched((items) => [items().getById(1).update({ Rank: 7 }), items().getById(1)()]);
  const boundary = batches[0].reply.headers.get("Content-Type").split("boundary=")[1];
  assert.match(boundary, /^batchresponse_/);
  // The client has read the body: another asks for the same.
  const again = await fetch(batches[0].url, {
    method: "POST",
    headers: { "Content-Type": batches[0].headers.get("Content-Type") },
    body: batches[0].body,
  });
  const text = await again.text();
  const own = again.headers.get("Content-Type").split("boundary=")[1];
  assert.ok(text.startsWith(`--${own}\r\nContent-Type: application/http\r\nContent-Transfer-Encoding: binary\r\n\r\nHTTP/1.1 204 No Content\r\n`));
  assert.ok(text.endsWith(`}\r\n--${own}--\r\n`));
  assert.equal(text.split(`--${own}\r\n`).length, 3);
  assert.doesNotMatch(text, /multipart/);
});

test("a call that fails within a batch rejects alone, and leaves those beside it", async () => {
  const before = await rows().getById(1)();
  const { outcomes, batches } = await batched((items) => [
    items().getById(1).update({ Title: "never" }, '"1"'),
    items().add({ Title: "kept" }),
    items().getById(99)(),
    items().add({ Nowhere: 1 }),
    items().getById(1).update({ Title: "new" }, before["odata.etag"]),
  ]);
  assert.deepEqual(outcomes.map(({ status }) => status), ["rejected", "fulfilled", "rejected", "rejected", "fulfilled"]);
  const told = await refusal(412, Promise.reject(outcomes[0].reason));
  assert.match(told.message.value, /does not match/);
  await refusal(404, Promise.reject(outcomes[2].reason));
  await refusal(400, Promise.reject(outcomes[3].reason));
  assert.match(batches[0].body, /^if-match: "1"$/m);
  const titles = (await rows().select("Title")()).map(({ Title }) => Title);
  assert.deepEqual(titles, ["new", "kept"]);
});

test("queries mean within a batch what they mean alone", async () => {
  await rows().add({ Title: "O'B & + %" });
  const filtered = (items) => items().filter("Title eq 'O''B & + %'").select("Id", "Title").top(5)();
  const [alone, { outcomes, batches }] = [await filtered(rows), await batched((items) => [filtered(items)])];
  const [within] = kept(outcomes);
  assert.equal(alone.length, 1);
  assert.deepEqual(within, alone);
  assert.match(batches[0].body, /%24filter=Title\+eq\+%27O%27%27B\+%26\+%2B\+%25%27/);
});

test("more than twenty calls go in several batches", async () => {
  const { outcomes, batches } = await batched((items) => Array.from({ length: 45 }, (_, n) => items().add({ Title: `row ${n}` })));
  const added = kept(outcomes);
  assert.deepEqual(added.map(({ Title }) => Title), Array.from({ length: 45 }, (_, n) => `row ${n}`));
  const parts = batches.map(({ body }) => body.match(/^POST /gm).length);
  assert.deepEqual(parts, [20, 20, 5]);
  assert.equal(new Set(batches.map(({ headers }) => headers.get("Content-Type"))).size, 1);
  assert.equal(new Set(added.map(({ Id }) => Id)).size, 45);
});
