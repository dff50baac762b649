// What PnPjs does to lists.
import assert from "node:assert/strict";
import { test } from "node:test";
import "@pnp/sp/content-types/index.js";
import "@pnp/sp/folders/index.js";
import { GUID, refusal, sent, startServer } from "./server.mjs";

const { sp } = await startServer();
// Queries change the object that they are asked of: each is asked of a new one.
const lists = () => sp.web.lists;
const HARD = "Bob's R&D / ü";

test("lists.add gives the list, with its settings", async () => {
  const list = await lists().add("Tasks", "What is to do", 100, false, { EnableAttachments: false });
  assert.match(list.Id, GUID);
  assert.equal(list.Title, "Tasks");
  assert.equal(list.Description, "What is to do");
  assert.equal(list.BaseTemplate, 100);
  assert.equal(list.EnableAttachments, false);
  assert.equal(list.ItemCount, 0);
  assert.equal(list.ListItemEntityTypeFullName, "SP.Data.TasksListItem");
  const told = await refusal(409, lists().add("Tasks"));
  assert.match(told.message.value, /already exists/);
});

test("lists() gives all, and takes select, filter, orderBy, top and skip", async () => {
  await lists().add("Alpha");
  await lists().add("Zulu");
  const titles = (await lists().select("Title").orderBy("Title", false)()).map((list) => list.Title);
  assert.deepEqual(titles, ["Zulu", "Tasks", "Alpha"]);
  assert.deepEqual((await lists().filter("Title eq 'Alpha'")()).map((list) => list.Title), ["Alpha"]);
  assert.deepEqual((await lists().orderBy("Title").skip(1).top(1)()).map((list) => list.Title), ["Tasks"]);
  assert.equal((await lists()()).length, 3);
});

test("lists.getByTitle takes quotes, slashes and letters of any kind", async () => {
  const { Id } = await lists().add(HARD);
  const { result, requests } = await sent(() => lists().getByTitle(HARD)());
  assert.equal(result.Id, Id);
  assert.equal(result.Title, HARD);
  assert.match(requests[0].url, /getByTitle\('Bob''s%20R%26D%20%2F%20%C3%BC'\)$/);
  await lists().getByTitle(HARD).items.add({ Title: "one" });
  assert.equal((await lists().getByTitle(HARD).select("ItemCount")()).ItemCount, 1);
  const told = await refusal(404, lists().getByTitle("Nowhere")());
  assert.match(told.message.value, /List 'Nowhere' does not exist/);
});

test("lists.getById finds the list by its GUID", async () => {
  const { Id } = await lists().getByTitle("Tasks")();
  assert.equal((await lists().getById(Id)()).Title, "Tasks");
  await refusal(404, lists().getById("00000000-0000-0000-0000-00000000dead")());
});

test("list.getParentInfos tells of the folder and the site", async () => {
  const { Id } = await lists().getByTitle("Tasks")();
  const { List, ParentWeb } = await lists().getByTitle("Tasks").getParentInfos();
  assert.equal(List.Id, Id);
  assert.equal(List.RootFolderUniqueId, Id);
  assert.equal(List.RootFolderServerRelativeUrl, "/sites/demo/Lists/Tasks");
  assert.equal(List.RootFolderServerRelativePath.DecodedUrl, "/sites/demo/Lists/Tasks");
  assert.equal(ParentWeb.ServerRelativeUrl, "/sites/demo");
  assert.equal(ParentWeb.ServerRelativePath.DecodedUrl, "/sites/demo");
  assert.equal(ParentWeb.Url, (await sp.web()).Url);
  assert.equal(ParentWeb.Id, (await sp.web()).Id);
});

test("item.getParentInfos tells of the list, its folder and its site", async () => {
  const { Id } = await lists().ensure("Parents").then(() => lists().getByTitle("Parents")());
  await lists().getByTitle("Parents").items.add({ Title: "one" });
  const { Item, ParentList, ParentWeb } = await lists().getByTitle("Parents").items.getById(1).getParentInfos();
  assert.deepEqual([Item.Id, ParentList.Id, ParentList.Title], [1, Id, "Parents"]);
  assert.equal(ParentList.RootFolderServerRelativeUrl, "/sites/demo/Lists/Parents");
  assert.equal(ParentList.RootFolderServerRelativePath.DecodedUrl, "/sites/demo/Lists/Parents");
  assert.equal(ParentList.RootFolderUniqueId, Id);
  assert.equal(ParentWeb.ServerRelativeUrl, "/sites/demo");
  assert.equal(ParentWeb.Id, (await sp.web()).Id);
});

test("web.getList finds the list by its address", async () => {
  assert.equal((await sp.web.getList("/sites/demo/Lists/Tasks")()).Title, "Tasks");
  await refusal(404, sp.web.getList("/sites/demo/Lists/Nowhere")());
});

test("lists.ensure makes a list, then updates it", async () => {
  const first = await lists().ensure("Ensured", "made", 100, false, { EnableVersioning: false });
  assert.equal(first.created, true);
  assert.match(first.data.Id, GUID);
  const second = await lists().ensure("Ensured", "kept");
  assert.equal(second.created, false);
  const list = await second.list();
  assert.equal(list.Id, first.data.Id);
  assert.equal(list.Description, "kept");
});

test("lists.ensure fails on a property that there is not", async () => {
  await refusal(400, lists().ensure("Ensured", "lost", 100, false, { NoSuchProperty: 1 }));
  assert.equal((await lists().getByTitle("Ensured")()).Description, "kept");
});

test("list.update changes the settings, and heeds the tag", async () => {
  const list = lists().getByTitle("Alpha");
  const before = await list();
  await list.update({ Description: "first", Title: "Alpha 2" });
  const renamed = lists().getByTitle("Alpha 2");
  const after = await renamed();
  assert.equal(after.Id, before.Id);
  assert.equal(after.Description, "first");
  await refusal(412, renamed.update({ Description: "stale" }, before["odata.etag"]));
  await renamed.update({ Description: "fresh" }, after["odata.etag"]);
  assert.equal((await renamed()).Description, "fresh");
});

test("list.delete deletes, and heeds the tag", async () => {
  const list = lists().getByTitle("Zulu");
  const { "odata.etag": stale } = await list();
  await list.update({ Description: "changed" });
  await refusal(412, list.delete(stale));
  assert.equal((await list()).Title, "Zulu");
  const { requests } = await sent(() => list.delete());
  assert.equal(requests.at(-1).headers.get("If-Match"), "*");
  await refusal(404, list());
});

test("list.rootFolder and list.contentTypes", async () => {
  const list = lists().getByTitle("Tasks");
  const folder = await list.rootFolder();
  assert.equal(folder.ServerRelativeUrl, "/sites/demo/Lists/Tasks");
  const [type] = await list.contentTypes();
  assert.equal(type.Name, "Item");
  assert.match(type.StringId, /^0x0100[0-9A-F]{32}$/);
  assert.equal((await list.contentTypes.getById("0x01")()).StringId, type.StringId);
});

test("aliases of parameters in paths", async () => {
  const { result, requests } = await sent(() => sp.web.getList("!@list::/sites/demo/Lists/Tasks")());
  assert.match(requests[0].url, /getList\(@list\)\?%40list=/i);
  assert.equal(result.Title, "Tasks");
});

test("list.addValidateUpdateItemUsingPath adds an item, or says which field is wrong", async () => {
  const list = lists().getByTitle("Tasks");
  await list.fields.addNumber("Size");
  const folder = "/sites/demo/Lists/Tasks";
  const made = await list.addValidateUpdateItemUsingPath([{ FieldName: "Title", FieldValue: "by a form" }], folder);
  const id = Number(made.find((each) => each.FieldName === "Id").FieldValue);
  assert.equal((await list.items.getById(id)()).Title, "by a form");
  const wrong = await list.addValidateUpdateItemUsingPath([{ FieldName: "Size", FieldValue: "much" }], folder);
  assert.equal(wrong.find((each) => each.FieldName === "Size").HasException, true);
  assert.equal((await list.items()).length, 1);
});

test("list.reserveListItemId takes an Id that no item gets", async () => {
  const list = lists().getByTitle("Tasks");
  const reserved = await list.reserveListItemId();
  assert.equal(reserved, 2);
  assert.equal((await list.items.add({ Title: "next" })).Id, 3);
});

test("list.effectiveBasePermissions are all bits", async () => {
  const list = lists().getByTitle("Tasks");
  const { High, Low } = await list.effectiveBasePermissions();
  assert.deepEqual([High, Low], ["2147483647", "4294967295"]);
});
