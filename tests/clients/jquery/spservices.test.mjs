// SPServices as it was published: SOAP through $.ajax, its rows by SPFilterNode and SPXmlToJson.
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { check } from "./page.mjs";

const { resolve } = createRequire(import.meta.url);
const source = await readFile(resolve("spservices/dist/jquery.SPServices.js"), "utf8");

/** Puts the plugin into the page, which tells its site as SharePoint's do; gives a call of it as a promise. */
function withPlugin(page) {
  const { window, $ } = page;
  const script = window.document.createElement("script");
  script.text = `var _spPageContextInfo = { webServerRelativeUrl: "${page.site}", webAbsoluteUrl: "${page.url}" };\n${source}`;
  window.document.head.append(script);
  return (operation, options = {}) => new Promise((done) => {
    $().SPServices({
      operation, webURL: page.site, ...options,
      completefunc: (xhr, textStatus) => done({ xhr, textStatus, nodes: (name) => $(xhr.responseXML).SPFilterNode(name) }),
    });
  });
}

const rows = (answer, names) => Array.from(answer.nodes("z:row").get(), (row) => names.map((name) => row.getAttribute(`ows_${name}`)));
const code = (answer) => answer.nodes("ErrorCode").text();

check("SPServices: GetListItems filters, orders, and reads rows page by page", async (page, title) => {
  const call = withPlugin(page);
  await page.list(title, [["Load", 9]], [{ Title: "a & b", Load: 1.5 }, { Title: "c", Load: 2 }, { Title: "d", Load: 3 }]);
  const query = {
    listName: title,
    CAMLViewFields: "<ViewFields><FieldRef Name='Title' /><FieldRef Name='Load' /></ViewFields>",
    CAMLQuery: "<Query><Where><Lt><FieldRef Name='Load' /><Value Type='Number'>3</Value></Lt></Where><OrderBy><FieldRef Name='Load' Ascending='FALSE' /></OrderBy></Query>",
    CAMLRowLimit: 1,
  };
  const first = await call("GetListItems", query);
  assert.equal(first.xhr.status, 200, first.xhr.responseText);
  assert.equal(page.sent.at(-1).headers.get("Content-Type"), "text/xml;charset='utf-8'");
  assert.deepEqual(rows(first, ["ID", "Title", "Load"]), [["2", "c", "2.00000000000000"]]);
  assert.equal(first.nodes("rs:data").attr("ItemCount"), "1");
  const next = first.nodes("rs:data").attr("ListItemCollectionPositionNext").replaceAll("&", "&amp;");
  const options = `<QueryOptions><Paging ListItemCollectionPositionNext='${next}' /></QueryOptions>`;
  const second = await call("GetListItems", { ...query, CAMLQueryOptions: options });
  const json = second.nodes("z:row").SPXmlToJson({
    mapping: { ows_ID: { mappedName: "id", objectType: "Counter" }, ows_Title: { mappedName: "title", objectType: "Text" }, ows_Load: { mappedName: "load", objectType: "Number" } },
  });
  assert.deepEqual(JSON.parse(JSON.stringify(json)), [{ id: 1, title: "a & b", load: 1.5 }]);
});

check("SPServices: UpdateListItems makes, changes under owshiddenversion, and deletes", async (page, title) => {
  const call = withPlugin(page);
  const { items } = await page.list(title, [["Code"]]);
  const made = await call("UpdateListItems", { listName: title, batchCmd: "New", valuepairs: [["Title", "a & b"], ["Code", "1"]] });
  assert.equal(page.sent.at(-1).headers.get("SOAPAction"), "http://schemas.microsoft.com/sharepoint/soap/UpdateListItems");
  assert.deepEqual([code(made), rows(made, ["ID", "Title", "owshiddenversion"])], ["0x00000000", [["1", "a & b", "1"]]]);
  const change = (version, Code) => call("UpdateListItems", { listName: title, batchCmd: "Update", ID: 1, valuepairs: [["owshiddenversion", version], ["Code", Code]] });
  const changed = await change(1, "2");
  assert.deepEqual([code(changed), rows(changed, ["Code", "owshiddenversion"])], ["0x00000000", [["2", "2"]]]);
  const refused = await change(1, "3");
  assert.equal(code(refused), "0x81020015");
  assert.match(refused.nodes("ErrorText").text(), /^Save Conflict/);
  assert.deepEqual(rows(refused, ["Code", "owshiddenversion"]), [["2", "2"]], "it shows what is there");
  assert.equal((await page.item(`${items}(1)`)).Code, "2");
  const gone = await call("UpdateListItems", { listName: title, batchCmd: "Delete", ID: 1 });
  assert.equal(code(gone), "0x00000000");
  assert.equal(await page.item(`${items}(1)`), 404);
});

check("SPServices: GetList and GetListCollection tell of lists, and a fault of one that is not there", async (page, title) => {
  const call = withPlugin(page);
  const { id } = await page.list(title, [["Code"]]);
  const list = await call("GetList", { listName: title });
  assert.equal(list.nodes("List").attr("ID").toLowerCase(), `{${id}}`);
  assert.ok(list.nodes("Field").get().some((field) => field.getAttribute("Name") === "Code"));
  const lists = await call("GetListCollection");
  assert.ok(lists.nodes("List").get().some((found) => found.getAttribute("Title") === title));
  const fault = await call("GetList", { listName: "Nowhere" });
  assert.deepEqual([fault.xhr.status, fault.textStatus, fault.nodes("errorcode").text()], [404, "error", "0x82000006"]);
});
