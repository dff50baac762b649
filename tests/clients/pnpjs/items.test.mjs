// What PnPjs does to items: one by one, and by pages.
import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal, sent, startServer } from "./server.mjs";

const { sp, url } = await startServer();
await sp.web.lists.add("Rows");
const list = sp.web.lists.getByTitle("Rows");
await list.fields.addNumber("Rank");

test("items.add gives the item itself", async () => {
  const { result, requests } = await sent(() => list.items.add({ Title: "one", Rank: 1.5 }));
  const { reply } = requests.at(-1);
  assert.equal(reply.status, 201);
  assert.match(reply.headers.get("Location"), new RegExp(`^${url}/_api/.*/Items\\(1\\)$`));
  assert.equal(result.Id, 1);
  assert.equal(result.ID, 1);
  assert.equal(result.Title, "one");
  assert.equal(result.Rank, 1.5);
  assert.equal(result["odata.etag"], '"1"');
  assert.equal(result["odata.type"], "SP.Data.RowsListItem");
  await refusal(400, list.items.add({ Nowhere: 1 }));
});

test("items.getById gives the item, or 404", async () => {
  const item = await list.items.getById(1)();
  assert.equal(item.Title, "one");
  assert.equal(item["odata.etag"], '"1"');
  const told = await refusal(404, list.items.getById(99)());
  assert.match(told.message.value, /Item does not exist/);
});

test("items.getItemByStringId gives the item", async () => {
  assert.equal((await list.items.getItemByStringId("1")()).Title, "one");
  await refusal(404, list.items.getItemByStringId("99")());
});

test("item.update gives the new tag, and a stale one is 412", async () => {
  const item = list.items.getById(1);
  const { result: overwritten, requests } = await sent(() => item.update({ Title: "two" }));
  assert.deepEqual(overwritten, { etag: '"2"' });
  const { method, headers, reply } = requests.at(-1);
  assert.deepEqual([method, headers.get("X-HTTP-Method"), headers.get("If-Match"), reply.status], ["POST", "MERGE", "*", 204]);
  assert.deepEqual(await item.update({ Rank: 3 }, '"2"'), { etag: '"3"' });
  const told = await refusal(412, item.update({ Title: "lost" }, '"2"'));
  assert.match(told.message.value, /does not match/);
  const { Title, Rank, "odata.etag": tag } = await item();
  assert.deepEqual({ Title, Rank, tag }, { Title: "two", Rank: 3, tag: '"3"' });
  await refusal(404, list.items.getById(99).update({ Title: "none" }));
  await refusal(400, item.update({ Nowhere: 1 }));
});

test("item.delete heeds the tag, and no Id is given twice", async () => {
  const { Id } = await list.items.add({ Title: "short-lived" });
  const item = list.items.getById(Id);
  await item.update({ Rank: 2 });
  await refusal(412, item.delete('"1"'));
  assert.equal((await item()).Rank, 2);
  await item.delete('"2"');
  await refusal(404, item());
  const next = await list.items.add({ Title: "next" });
  assert.equal(next.Id, Id + 1);
  await list.items.getById(next.Id).delete();
});

test("item.validateUpdateListItem writes all fields or none", async () => {
  const item = list.items.getById(1);
  const done = await item.validateUpdateListItem([
    { FieldName: "Title", FieldValue: "by a form" },
    { FieldName: "Rank", FieldValue: "1,234.5" },
  ]);
  assert.deepEqual(done.map((each) => [each.FieldName, each.HasException]), [["Title", false], ["Rank", false]]);
  assert.equal((await item()).Rank, 1234.5);
  const refused = await item.validateUpdateListItem([
    { FieldName: "Title", FieldValue: "lost" },
    { FieldName: "Rank", FieldValue: "much" },
  ]);
  assert.equal(refused[1].HasException, true);
  assert.notEqual(refused[1].ErrorMessage, "");
  assert.equal((await item()).Title, "by a form");
});

test("item.fieldValuesAsText, AsHTML and ForEdit give texts", async () => {
  const item = list.items.getById(1);
  for (const values of [item.fieldValuesAsText, item.fieldValuesAsHTML, item.fieldValuesForEdit]) {
    const texts = await values();
    assert.equal(texts.Title, "by a form");
    assert.equal(typeof texts.ID, "string");
  }
  assert.equal((await item.fieldValuesAsText()).Rank, "1,234.5");
});

test("item.effectiveBasePermissions are all bits", async () => {
  const { High, Low } = await list.items.getById(1).effectiveBasePermissions();
  assert.deepEqual([High, Low], ["2147483647", "4294967295"]);
  assert.equal(await list.items.getById(1).currentUserHasPermissions(3), true);
});

test("item.list leads to the list", async () => {
  assert.equal((await list.items.getById(1).list()).Title, "Rows");
});

test("items() gives 100 rows unless $top says otherwise", async () => {
  await list.items.getById(1).delete();
  for (let at = 1; at <= 105; at++) await list.items.add({ Title: `row ${at}`, Rank: at % 10 });
  assert.equal((await list.items()).length, 100);
  assert.equal((await list.items.top(105)()).length, 105);
  assert.equal((await list.items.top(2000)()).length, 105);
});

test("items takes select, orderBy and top together", async () => {
  const rows = await list.items.select("Title", "Rank").orderBy("Rank", false).orderBy("Title").top(3)();
  assert.deepEqual(rows.map(({ Title, Rank }) => [Title, Rank]), [["row 19", 9], ["row 29", 9], ["row 39", 9]]);
  assert.deepEqual(Object.keys(rows[0]).filter((key) => !key.startsWith("odata.")), ["Title", "Rank"]);
});

test("items.skip gives the rows after an Id, or before it", async () => {
  const ids = (await list.items.select("Id").top(105)()).map((row) => row.Id);
  const idsOf = async (query) => (await query.select("Id").top(4)()).map((row) => row.Id);
  assert.deepEqual(await idsOf(list.items.skip(ids[9])), ids.slice(10, 14));
  assert.deepEqual(await idsOf(list.items.skip(ids[9], true)), ids.slice(5, 9));
  assert.deepEqual(await idsOf(list.items.skip(ids[104])), []);
});

test("for await goes through all pages, each row once", async () => {
  const all = (await list.items.select("Id").top(105)()).map((row) => row.Id);
  const seen = [];
  const sizes = [];
  for await (const page of list.items.select("Id").top(40)) {
    sizes.push(page.length);
    seen.push(...page.map((row) => row.Id));
  }
  assert.deepEqual(sizes, [40, 40, 25]);
  assert.deepEqual(seen, all);
});

test("for await keeps filter, order and selection on later pages", async () => {
  const query = list.items.select("Title", "Rank").filter("Rank ge 7").orderBy("Rank", false).orderBy("Id").top(8);
  const { result: pages, requests } = await sent(async () => {
    const pages = [];
    for await (const page of query) pages.push(page);
    return pages;
  });
  const rows = pages.flat();
  assert.deepEqual(pages.map((page) => page.length), [8, 8, 8, 6]);
  assert.deepEqual(rows.map((row) => row.Rank), [9, 8, 7].flatMap((rank) => Array(10).fill(rank)));
  assert.equal(new Set(rows.map((row) => row.Title)).size, 30);
  assert.equal(rows.every((row) => !("Created" in row)), true);
  assert.equal(requests.every((request) => request.url.startsWith(url)), true);
});

test("for await loses no row to one that is deleted meanwhile", async () => {
  const seen = [];
  for await (const page of list.items.select("Id").top(50)) {
    if (seen.length === 0) await list.items.getById(page[0].Id).delete();
    seen.push(...page.map((row) => row.Id));
  }
  assert.equal(seen.length, 105);
});
