// What pages with jQuery do to items: verbose JSON, POST, X-HTTP-Method, IF-MATCH.
import assert from "node:assert/strict";
import { ACCEPT, VERBOSE, check, message } from "./page.mjs";

const TWO = [{ Title: "one", Code: "a" }, { Title: "two", Code: "b" }];

check("$.ajax reads d.results, ID and __metadata.etag", async (page, title) => {
  const { items, type } = await page.list(title, [["Code"]], TWO);
  const { called, status, textStatus, data, header } = await page.ajax(items);
  assert.deepEqual([called, status, textStatus], ["success", 200, "success"]);
  assert.equal(header("Content-Type"), "application/json;odata=verbose;charset=utf-8");
  assert.equal(page.sent.at(-1).headers.get("Accept"), ACCEPT);
  assert.deepEqual(data.d.results.map(({ ID, Id, Title, Code }) => [ID, Id, Title, Code]), [[1, 1, "one", "a"], [2, 2, "two", "b"]]);
  for (const row of data.d.results) {
    assert.deepEqual([row.__metadata.type, row.__metadata.etag], [type, '"1"']);
    assert.deepEqual((await page.item(row.__metadata.uri)).GUID, row.GUID);
  }
});

check("$.ajax reads one item in d", async (page, title) => {
  const { items } = await page.list(title, [["Code"]], TWO);
  const { data, header } = await page.ajax(`${items}(2)`);
  assert.deepEqual([data.d.Id, data.d.Title, data.d.__metadata.etag, header("ETag")], [2, "two", '"1"', '"1"']);
});

check("contextinfo gives the digest that a POST carries", async (page) => {
  const { status, data } = await page.ajax("contextinfo", { type: "POST" });
  const info = data.d.GetContextWebInformation;
  assert.equal(status, 200);
  assert.match(info.FormDigestValue, /^0x[0-9A-F]+,/);
  assert.ok(info.FormDigestTimeoutSeconds > 60);
  assert.equal(info.WebFullUrl, page.url);
});

check("POST adds an item: 201, the item, its tag and its address", async (page, title) => {
  const { items, type } = await page.list(title, [["Code"]]);
  const made = await page.write(items, { dataType: "json", body: { __metadata: { type }, Title: "new", Code: "n" } });
  const { headers } = page.sent.at(-1);
  assert.match(headers.get("Content-Type"), /^application\/json;odata=verbose/);
  assert.equal(headers.get("X-RequestDigest"), await page.digest());
  assert.deepEqual([made.called, made.status, made.textStatus], ["success", 201, "success"]);
  const { Id, Title, Code, __metadata } = made.data.d;
  assert.deepEqual([Id, Title, Code, __metadata.type, __metadata.etag], [1, "new", "n", type, '"1"']);
  assert.equal(made.header("ETag"), '"1"');
  assert.equal(made.header("Location"), __metadata.uri);
  assert.equal((await page.item(made.header("Location"))).Title, "new");
});

check("MERGE changes what is sent, and 204 is a success", async (page, title) => {
  const { items, type } = await page.list(title, [["Code"]], TWO);
  const tag = (await page.item(`${items}(1)`)).__metadata.etag;
  const body = { __metadata: { type }, Title: "changed" };
  const done = await page.write(`${items}(1)`, { verb: "MERGE", tag, body });
  assert.deepEqual([done.called, done.status, done.textStatus, done.text], ["success", 204, "nocontent", ""]);
  assert.equal(done.header("ETag"), '"2"');
  const { Title, Code, __metadata } = await page.item(`${items}(1)`);
  assert.deepEqual([Title, Code, __metadata.etag], ["changed", "a", '"2"'], "what was not sent stays");
  const again = await page.write(`${items}(1)`, { verb: "MERGE", tag: done.header("ETag"), body: { ...body, Title: "again" } });
  assert.deepEqual([again.status, again.header("ETag")], [204, '"3"']);
  assert.equal((await page.item(`${items}(2)`)).Title, "two");
});

check("204 is no parsererror where dataType is json", async (page, title) => {
  const { items, type } = await page.list(title, [["Code"]], TWO);
  const body = { __metadata: { type }, Title: "changed" };
  const done = await page.write(`${items}(1)`, { verb: "MERGE", tag: '"1"', body, dataType: "json" });
  assert.deepEqual([done.called, done.status, done.textStatus, done.data], ["success", 204, "nocontent", undefined]);
  assert.equal((await page.item(`${items}(1)`)).Title, "changed");
});

check("a stale IF-MATCH is 412 with the conflict, and changes nothing", async (page, title) => {
  const { items, type } = await page.list(title, [["Code"]], TWO);
  const stale = (await page.item(`${items}(1)`)).__metadata.etag;
  const merge = (Title, tag) => page.write(`${items}(1)`, { verb: "MERGE", tag, body: { __metadata: { type }, Title } });
  assert.equal((await merge("mine", stale)).status, 204);
  for (const verb of ["MERGE", "PUT", "DELETE"]) {
    const body = verb === "DELETE" ? undefined : { __metadata: { type }, Title: "theirs" };
    const refused = await page.write(`${items}(1)`, { verb, tag: stale, body });
    assert.deepEqual([refused.called, refused.status, refused.textStatus], ["error", 412, "error"], verb);
    assert.equal(message(refused), `The request ETag value '"1"' does not match the object's ETag value '"2"'.`);
    const { conflict } = JSON.parse(refused.text).error;
    assert.deepEqual([conflict.etag, refused.header("ETag")], ['"2"', '"2"']);
    const { Title, __metadata } = await page.item(`${items}(1)`);
    assert.deepEqual([Title, __metadata.etag, conflict.by], ["mine", '"2"', "Local owner"]);
  }
});

check("IF-MATCH * overwrites any version", async (page, title) => {
  const { items, type } = await page.list(title, [["Code"]], TWO);
  for (const at of [2, 3]) {
    const done = await page.write(`${items}(1)`, { verb: "MERGE", tag: "*", body: { __metadata: { type }, Title: `${at}` } });
    assert.deepEqual([done.called, done.status, done.header("ETag")], ["success", 204, `"${at}"`]);
  }
  const { Title, Code } = await page.item(`${items}(1)`);
  assert.deepEqual([Title, Code], ["3", "a"]);
});

check("PUT replaces the item", async (page, title) => {
  const { items, type } = await page.list(title, [["Code"]], TWO);
  const body = { __metadata: { type }, Title: "replaced" };
  const done = await page.write(`${items}(1)`, { verb: "PUT", tag: '"1"', body, dataType: "json" });
  assert.deepEqual([done.called, done.status, done.header("ETag")], ["success", 204, '"2"']);
  const { Title, Code, Id } = await page.item(`${items}(1)`);
  assert.deepEqual([Title, Code, Id], ["replaced", null, 1], "what was not sent is taken away");
});

check("DELETE deletes, and no Id is given twice", async (page, title) => {
  const { items, type } = await page.list(title, [["Code"]], TWO);
  const gone = await page.write(`${items}(2)`, { verb: "DELETE", tag: '"1"' });
  assert.deepEqual([gone.called, gone.status, gone.textStatus, gone.text], ["success", 200, "success", ""]);
  assert.equal(await page.item(`${items}(2)`), 404);
  const added = await page.write(items, { body: { __metadata: { type }, Title: "next" } });
  assert.equal(added.data.d.Id, 3);
  assert.equal((await page.write(`${items}(3)`, { verb: "DELETE", tag: "*" })).status, 200);
  const left = await page.ajax(items);
  assert.deepEqual(left.data.d.results.map((row) => row.ID), [1]);
  assert.equal((await page.write(`${items}(3)`, { verb: "DELETE", tag: "*" })).status, 404);
});

check("DELETE with dataType json", async (page, title) => {
  const { items } = await page.list(title, [["Code"]], TWO);
  const gone = await page.write(`${items}(2)`, { verb: "DELETE", tag: "*", dataType: "json" });
  assert.deepEqual([gone.called, gone.status, gone.textStatus, gone.text], ["error", 200, "parsererror", ""]);
  assert.equal(await page.item(`${items}(2)`), 404);
}, { skip: "jQuery takes a 200 without a body for broken JSON, and SharePoint too answers a DELETE so" });

check("the verbs themselves do as X-HTTP-Method says", async (page, title) => {
  const { items, type } = await page.list(title, [["Code"]], TWO);
  const headers = { Accept: ACCEPT, "X-RequestDigest": await page.digest(), "IF-MATCH": '"1"' };
  const data = JSON.stringify({ __metadata: { type }, Title: "verb" });
  for (const [at, verb] of [[1, "MERGE"], [2, "PATCH"]]) {
    const done = await page.ajax(`${items}(${at})`, { type: verb, contentType: VERBOSE, data, headers });
    assert.deepEqual([done.called, done.status, done.header("ETag")], ["success", 204, '"2"'], verb);
    const { Title, Code } = await page.item(`${items}(${at})`);
    assert.deepEqual([Title, Code], ["verb", at === 1 ? "a" : "b"]);
  }
  const gone = await page.ajax(`${items}(1)`, { type: "DELETE", headers: { ...headers, "IF-MATCH": '"2"' } });
  assert.equal(gone.status, 200);
  assert.equal(await page.item(`${items}(1)`), 404);
});

check("values of several choices, lookups and dates go in and come back", async (page, title) => {
  const sites = await page.list(`${title} sites`, [], [{ Title: "Oslo" }, { Title: "Bergen" }]);
  const choices = { Choices: { __metadata: { type: "Collection(Edm.String)" }, results: ["a", "b", "c"] } };
  const { items, path, type } = await page.list(title, [["Due", 4, { DisplayFormat: 1 }], ["Done", 8], ["Size", 9]]);
  const tags = { __metadata: { type: "SP.FieldMultiChoice" }, Title: "Tags", FieldTypeKind: 15, ...choices };
  assert.equal((await page.write(`${path}/fields`, { body: tags })).status, 201);
  const parameters = {
    __metadata: { type: "SP.FieldCreationInformation" }, FieldTypeKind: 7, Title: "Site",
    LookupListId: sites.id, LookupFieldName: "Title",
  };
  const lookup = await page.write(`${path}/fields/addfield`, { body: { parameters } });
  assert.equal(lookup.data.d.TypeAsString, "Lookup");
  const body = {
    __metadata: { type }, Title: "full", Due: "2024-02-29T22:15:00Z", Done: true, Size: 1.5, SiteId: 2,
    Tags: { __metadata: { type: "Collection(Edm.String)" }, results: ["a", "c"] },
  };
  assert.equal((await page.write(items, { body })).status, 201);
  const select = "$select=Title,Due,Done,Size,Tags,SiteId,Site/Title&$expand=Site&$filter=Site/Title eq 'Bergen'";
  const { data } = await page.ajax(`${items}?${select}`);
  const [row] = data.d.results;
  assert.deepEqual([row.Due, row.Done, row.Size, row.SiteId, row.Site.Title], ["2024-02-29T22:15:00Z", true, 1.5, 2, "Bergen"]);
  assert.deepEqual(row.Tags, body.Tags);
});

check("lists and fields are changed and deleted by POST too", async (page, title) => {
  const { path } = await page.list(title, [["Code"]]);
  const list = { verb: "MERGE", tag: "*", body: { __metadata: { type: "SP.List" }, Description: "kept" } };
  assert.equal((await page.write(path, list)).status, 204);
  assert.equal((await page.item(path)).Description, "kept");
  const code = `${path}/fields/getbyinternalnameortitle('Code')`;
  const field = { verb: "MERGE", body: { __metadata: { type: "SP.FieldText" }, Title: "The code" } };
  assert.equal((await page.write(code, field)).status, 204, "without IF-MATCH");
  assert.equal((await page.item(code)).Title, "The code");
  assert.equal((await page.write(code, { verb: "DELETE" })).status, 200);
  assert.equal(await page.item(code), 404);
  assert.equal((await page.write(path, { verb: "DELETE", tag: "*" })).status, 200);
  assert.equal(await page.item(path), 404);
});
