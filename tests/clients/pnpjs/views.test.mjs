// What PnPjs does to views: each call's request, and the values that come of it.
import assert from "node:assert/strict";
import { test } from "node:test";
import "@pnp/sp/views/index.js";
import { GUID, refusal, sent, startServer } from "./server.mjs";

const { sp, url } = await startServer();
const NO_ID = "00000000-0000-0000-0000-00000000dead";
const ORDER = '<OrderBy><FieldRef Name="Code" Ascending="FALSE" /></OrderBy>';

/** A list of its own, with two columns and three items. */
async function tasks(title) {
  await sp.web.lists.add(title);
  const list = sp.web.lists.getByTitle(title);
  await list.fields.addText("Code");
  await list.fields.addNumber("Max load");
  for (const Code of ["a", "b", "c"]) await list.items.add({ Title: `<${Code}>`, Code, Max_x0020_load: 7 });
  return list;
}

const shown = async (view) => (await view.fields()).Items;

test("list.views, list.defaultView, list.getView, views.getById and getByTitle give one view", async () => {
  const list = await tasks("Read");
  const views = await list.views();
  assert.equal(views.length, 1);
  const [all] = views;
  assert.match(all.Id, GUID);
  const { Title, DefaultView, RowLimit, Paged, ViewType, ServerRelativeUrl, ViewQuery, PersonalView } = all;
  assert.deepEqual(
    [Title, DefaultView, RowLimit, Paged, ViewType, ServerRelativeUrl, PersonalView],
    ["All Items", true, 30, true, "HTML", "/sites/demo/Lists/Read/AllItems.aspx", false],
  );
  assert.equal(ViewQuery, '<OrderBy><FieldRef Name="ID" /></OrderBy>');
  const whole = await list.defaultView();
  assert.equal(whole["odata.id"], `${url}/_api/${whole["odata.editLink"]}`);
  for (const view of [list.getView(all.Id), list.views.getById(all.Id), list.views.getByTitle("All Items")]) {
    assert.deepEqual(await view(), whole);
  }
  assert.deepEqual(await list.defaultView.select("Title", "RowLimit")(), {
    "odata.metadata": `${url}/_api/$metadata#SP.ApiData.Views/@Element&$select=Title,RowLimit`,
    "odata.type": "SP.View", "odata.id": whole["odata.id"], "odata.editLink": whole["odata.editLink"],
    RowLimit: 30, Title: "All Items",
  });
  await refusal(404, list.views.getById(NO_ID)());
  await refusal(404, list.getView(NO_ID)());
  const { message } = await refusal(404, list.views.getByTitle("None")());
  assert.match(message.value, /^View does not exist\./);
});

test("a list expands its views", async () => {
  await tasks("Expand");
  const list = await sp.web.lists.getByTitle("Expand")
    .select("DefaultViewUrl", "DefaultView/Title", "Views/Title", "Views/ViewFields/Items")
    .expand("DefaultView", "Views", "Views/ViewFields")();
  assert.equal(list.DefaultViewUrl, "/sites/demo/Lists/Expand/AllItems.aspx");
  assert.equal(list.DefaultView.Title, "All Items");
  assert.deepEqual(list.Views.map((view) => [view.Title, view.ViewFields.Items]), [["All Items", ["LinkTitle"]]]);
});

test("views.add posts to views and gives the view", async () => {
  const list = await tasks("Add");
  const settings = { RowLimit: 5, ViewQuery: ORDER, ViewFields: ["Code", "LinkTitle"], Paged: false };
  const { result, requests } = await sent(() => list.views.add("Mine", false, settings));
  const request = requests.at(-1);
  assert.equal(request.method, "POST");
  assert.match(request.url, /\/views$/);
  assert.deepEqual(JSON.parse(request.body), { PersonalView: false, Title: "Mine", ...settings });
  assert.equal(request.reply.status, 201);
  assert.deepEqual(
    [result.Title, result.RowLimit, result.ViewQuery, result.Paged, result.DefaultView],
    ["Mine", 5, ORDER, false, false],
  );
  assert.deepEqual(await shown(list.views.getById(result.Id)), ["Code", "LinkTitle"]);
  const second = await list.views.add("Mine", false, { SetAsDefaultView: true });
  assert.equal((await list.defaultView()).Id, second.Id);
  await refusal(400, list.views.add("Of my own", true));
  assert.equal((await list.views.filter("Title eq 'Mine'")()).length, 2);
});

test("view.update merges and view.delete deletes, without If-Match", async () => {
  const list = await tasks("Change");
  const view = list.views.getByTitle("Mine");
  await list.views.add("Mine");
  const { requests } = await sent(() => view.update({ RowLimit: 9, Hidden: true, CustomFormatter: "{}" }));
  const update = requests.at(-1);
  assert.deepEqual([update.method, update.headers.get("x-http-method"), update.headers.get("if-match")],
    ["POST", "MERGE", null]);
  const { RowLimit, Hidden, CustomFormatter, Title } = await view();
  assert.deepEqual([RowLimit, Hidden, CustomFormatter, Title], [9, true, "{}", "Mine"]);
  await refusal(400, view.update({ RowLimit: 0 }));
  const { requests: deleted } = await sent(() => view.delete());
  assert.deepEqual([deleted.at(-1).headers.get("x-http-method"), deleted.at(-1).headers.get("if-match")],
    ["DELETE", null]);
  await refusal(404, view());
  await refusal(400, list.defaultView.delete());
  assert.deepEqual((await list.views()).map((each) => each.Title), ["All Items"]);
});

test("view.setViewXml takes query, fields and row limit over", async () => {
  const list = await tasks("Xml");
  const { ListViewXml } = await list.defaultView();
  const xml = `<View><Query>${ORDER}</Query><ViewFields><FieldRef Name="Code"/></ViewFields><RowLimit>2</RowLimit></View>`;
  await list.defaultView.setViewXml(xml);
  const { ViewQuery, RowLimit, Paged } = await list.defaultView();
  assert.deepEqual([ViewQuery, RowLimit, Paged], [ORDER, 2, false]);
  assert.deepEqual(await shown(list.defaultView), ["Code"]);
  await refusal(400, list.defaultView.setViewXml("<View>"));
  await refusal(400, list.defaultView.setViewXml('<View><ViewFields><FieldRef Name="None"/></ViewFields></View>'));
  assert.deepEqual(await shown(list.defaultView), ["Code"]);
  await list.defaultView.setViewXml(ListViewXml);
  assert.equal((await list.defaultView()).ListViewXml, ListViewXml);
});

test("view.renderAsHtml gives a table, with text escaped", async () => {
  const list = await tasks("Html");
  const view = list.views.getByTitle("Short");
  await list.views.add("Short", false, { RowLimit: 2, ViewQuery: ORDER, ViewFields: ["LinkTitle", "Max_x0020_load"] });
  const html = await view.renderAsHtml();
  assert.equal(html, '<table class="ms-listviewtable"><thead><tr><th scope="col">Title</th><th scope="col">Max load</th>' +
    "</tr></thead><tbody><tr><td>&lt;c&gt;</td><td>7</td></tr><tr><td>&lt;b&gt;</td><td>7</td></tr></tbody></table>");
});

test("view.fields are read, added by name and by title, moved and removed", async () => {
  const list = await tasks("Fields");
  const { fields } = list.defaultView;
  const whole = await fields();
  assert.deepEqual([whole.Items, whole.SchemaXml], [["LinkTitle"], '<FieldRef Name="LinkTitle" />']);
  await fields.add("Code");
  const { requests } = await sent(() => fields.add("Max load"));
  assert.match(requests.at(-1).url, /\/viewfields\/addviewfield\('Max%20load'\)$/);
  assert.deepEqual(await shown(list.defaultView), ["LinkTitle", "Code", "Max_x0020_load"]);
  const moved = await sent(() => fields.move("Code", 0));
  assert.deepEqual(JSON.parse(moved.requests.at(-1).body), { field: "Code", index: 0 });
  assert.deepEqual(await shown(list.defaultView), ["Code", "LinkTitle", "Max_x0020_load"]);
  assert.equal(await fields.getSchemaXml(),
    '<FieldRef Name="Code" /><FieldRef Name="LinkTitle" /><FieldRef Name="Max_x0020_load" />');
  await fields.remove("LinkTitle");
  assert.deepEqual(await shown(list.defaultView), ["Code", "Max_x0020_load"]);
  for (const call of [() => fields.add("None"), () => fields.remove("None"), () => fields.move("Code", 2)]) {
    await refusal(400, call());
  }
  await list.fields.getByInternalNameOrTitle("Code").delete();
  assert.deepEqual(await shown(list.defaultView), ["Max_x0020_load"]);
  await fields.removeAll();
  const none = await fields();
  assert.deepEqual([none.Items, none.SchemaXml], [[], ""]);
});
