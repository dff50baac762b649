// CAML as PnPjs sends it: items by a view, and rows as they are shown.
import assert from "node:assert/strict";
import { test } from "node:test";
import { refusal, sent, startServer } from "./server.mjs";

const { sp, url } = await startServer();
await sp.web.lists.add("Sites");
await sp.web.lists.getByTitle("Sites").items.add({ Title: "North" });
const { Id: sites } = await sp.web.lists.getByTitle("Sites").select("Id")();
await sp.web.lists.add("Pumps");
const list = sp.web.lists.getByTitle("Pumps");
await list.fields.addNumber("Rank");
await list.fields.addLookup("Site", { LookupListId: sites, LookupFieldName: "Title" });
for (let rank = 1; rank <= 5; rank++) await list.items.add({ Title: `P-10${rank}`, Rank: rank, SiteId: 1 });

const where = (condition, rest = "") => `<View><Query><Where>${condition}</Where></Query>${rest}</View>`;
const above = (rank) => `<Gt><FieldRef Name="Rank"/><Value Type="Number">${rank}</Value></Gt>`;
const two = '<RowLimit Paged="TRUE">2</RowLimit>';

test("list.getItemsByCAMLQuery gives the items that a view finds, and pages of them", async () => {
  const { result, requests } = await sent(() => list.getItemsByCAMLQuery({ ViewXml: where(above(3)) }));
  const { method, url: asked, body } = requests.at(-1);
  assert.deepEqual([method, new URL(asked).pathname.split("/").at(-1)], ["POST", "getitems"]);
  assert.deepEqual(Object.keys(JSON.parse(body).query), ["ViewXml"]);
  assert.deepEqual(result.map((item) => [item.Id, item.Title, item.Rank, item.SiteId]), [[4, "P-104", 4, 1], [5, "P-105", 5, 1]]);
  assert.equal(result[0]["odata.etag"], '"1"');
  const next = { PagingInfo: "Paged=TRUE&p_ID=3" };
  const page = await list.getItemsByCAMLQuery({ ViewXml: where(above(1), two), ListItemCollectionPosition: next });
  assert.deepEqual(page.map((item) => item.Id), [4, 5]);
  const texts = await list.getItemsByCAMLQuery({ ViewXml: where(above(4)) }, "FieldValuesAsText");
  assert.deepEqual(texts.map((item) => item.FieldValuesAsText.Rank), ["5"]);
  const north = '<Eq><FieldRef Name="Site"/><Value Type="Lookup">North</Value></Eq>';
  assert.equal((await list.getItemsByCAMLQuery({ ViewXml: where(north) })).length, 5);
  const told = await refusal(400, list.getItemsByCAMLQuery({ ViewXml: where(above(1).replace("Rank", "Nowhere")) }));
  assert.match(told.message.value, /One or more field types are not installed properly/);
});

test("list.renderListDataAsStream gives rows of texts, and leads from page to page", async () => {
  const { result, requests } = await sent(() => list.renderListDataAsStream({ ViewXml: where(above(1), two), RenderOptions: [2] }));
  assert.equal(new URL(requests.at(-1).url).pathname.split("/").at(-1), "RenderListDataAsStream");
  assert.deepEqual(result.Row.map((row) => [row.ID, row.Title, row.Rank, row["Rank."]]), [["2", "P-102", "2", "2"], ["3", "P-103", "3", "3"]]);
  assert.deepEqual(result.Row[0].Site, [{ lookupId: 1, lookupValue: "North", isSecretFieldValue: false }]);
  assert.equal(result.Row[0].FileRef, "/sites/demo/Lists/Pumps/2_.000");
  assert.deepEqual([result.FirstRow, result.LastRow, result.RowLimit], [1, 2, 2]);
  assert.match(result.NextHref, /^\?Paged=TRUE&p_ID=3&PageFirstRow=3/);
  const Paging = result.NextHref.split("?")[1];
  const last = await list.renderListDataAsStream({ ViewXml: where(above(1), two), Paging });
  assert.deepEqual(last.Row.map((row) => row.ID), ["4", "5"]);
  assert.deepEqual([last.FirstRow, last.LastRow, last.NextHref], [3, 4, undefined]);
  const filter = new Map([["FilterField1", "Rank"], ["FilterValue1", "4"], ["FilterOp1", "Geq"], ["SortField", "ID"], ["SortDir", "Desc"]]);
  const filtered = await list.renderListDataAsStream({ ViewXml: "<View/>" }, null, filter);
  assert.deepEqual(filtered.Row.map((row) => row.ID), ["5", "4"]);
  const overridden = await list.renderListDataAsStream({ ViewXml: "<View/>" }, { FilterField1: "Title", FilterValue1: "P-101" });
  assert.deepEqual(overridden.Row.map((row) => row.ID), ["1"]);
  const whole = await list.renderListDataAsStream({ ViewXml: "<View/>", RenderOptions: [2, 4] });
  assert.equal(whole.ListData.Row.length, 5);
  assert.ok(whole.ListSchema.Field.some((field) => field.Name === "Rank" && field.FieldType === "Number"));
});

test("list.renderListData gives the rows as JSON within JSON", async () => {
  const { result, requests } = await sent(() => list.renderListData(where(above(4))));
  const asked = new URL(requests.at(-1).url);
  assert.equal(decodeURIComponent(asked.pathname), `${new URL(url).pathname}/_api/web/lists/getByTitle('Pumps')/renderlistdata(@viewXml)`);
  assert.equal(asked.searchParams.get("@viewXml"), `'${where(above(4))}'`);
  assert.deepEqual(result.Row.map((row) => [row.ID, row.Title]), [["5", "P-105"]]);
});
