// What pages with jQuery read: their own Accept, caches, encoded queries, pages of rows.
import assert from "node:assert/strict";
import { ACCEPT, VERBOSE, check, message } from "./page.mjs";

const PLAIN_ACCEPT = "application/json, text/javascript, */*; q=0.01";
const ROWS = Array.from({ length: 9 }, (_, at) => ({ Title: `row ${at + 1}`, Status: at % 3 === 2 ? "done" : "open" }));
const titles = (answer) => answer.data.d.results.map((row) => row.Title);
const rows = (...numbers) => numbers.map((number) => `row ${number}`);

check("$.getJSON sends an Accept of its own, and gets JSON", async (page, title) => {
  const { items, path } = await page.list(title, [["Status"]], ROWS.slice(0, 2));
  const many = await page.settled(page.$.getJSON(`${page.site}/_api/${items}`));
  assert.equal(page.sent.at(-1).headers.get("Accept"), PLAIN_ACCEPT);
  assert.deepEqual([many.called, many.status], ["success", 200]);
  assert.match(many.header("Content-Type"), /^application\/json;/);
  assert.deepEqual(many.data.value.map((row) => [row.Id, row.Title, row["odata.etag"]]), [[1, "row 1", '"1"'], [2, "row 2", '"1"']]);
  const one = await page.settled(page.$.getJSON(`${page.site}/_api/${path}`, { $select: "Title,ItemCount" }));
  assert.deepEqual([one.data.Title, one.data.ItemCount], [title, 2]);
});

check("$.get without a dataType gets an object", async (page, title) => {
  const { items } = await page.list(title, [], [{ Title: "one" }]);
  const { data, status } = await page.settled(page.$.get(`${page.site}/_api/${items}(1)`));
  assert.deepEqual([status, data.Title, data["odata.etag"]], [200, "one", '"1"']);
});

check("cache: false adds _, which is ignored", async (page, title) => {
  const { items } = await page.list(title, [["Status"]], ROWS);
  const answer = await page.ajax(`${items}?$filter=Status eq 'done'`, { cache: false });
  assert.match(page.sent.at(-1).url.searchParams.get("_"), /^\d+$/);
  assert.deepEqual([answer.status, titles(answer)], [200, rows(3, 6, 9)]);
  const paged = await page.ajax(`${items}?$top=5`, { cache: false });
  assert.deepEqual(titles(await page.ajax(paged.data.d.__next, { cache: false })), rows(6, 7, 8, 9));
});

check("ifModified asks with If-None-Match, and 304 is a success", async (page, title) => {
  const { items, type } = await page.list(title, [["Status"]], ROWS);
  for (const path of [items, `${items}(1)`]) {
    const read = () => page.ajax(path, { ifModified: true });
    const first = await read();
    assert.equal(page.sent.at(-1).headers.has("If-None-Match"), false);
    const second = await read();
    assert.equal(page.sent.at(-1).headers.get("If-None-Match"), first.header("ETag"));
    assert.deepEqual([second.called, second.status, second.textStatus, second.data], ["success", 304, "notmodified", undefined]);
    const body = { __metadata: { type }, Title: `changed ${path.length}` };
    assert.equal((await page.write(`${items}(1)`, { verb: "MERGE", tag: "*", body })).status, 204);
    const third = await read();
    assert.deepEqual([third.status, third.textStatus], [200, "success"]);
    assert.equal((third.data.d.results?.[0] ?? third.data.d).Title, body.Title);
    assert.notEqual(third.header("ETag"), first.header("ETag"));
  }
});

check("data of a GET is encoded by $.param, and understood", async (page, title) => {
  const { items } = await page.list(title, [["Status"]], [...ROWS, { Title: "O'Brien & +", Status: "done" }]);
  const data = { $filter: "Title eq 'O''Brien & +' or Title eq 'row 3'", $select: "Title", $orderby: "Title desc", $top: 5 };
  const answer = await page.ajax(items, { data });
  const { search } = page.sent.at(-1).url;
  assert.match(search, /^\?%24filter=Title(\+|%20)eq(\+|%20)(%27|')O(%27%27|'')Brien(\+|%20)%26(\+|%20)%2B/);
  assert.deepEqual([answer.status, titles(answer)], [200, ["row 3", "O'Brien & +"]]);
  assert.deepEqual(Object.keys(answer.data.d.results[0]).filter((key) => key !== "__metadata"), ["Title"]);
  const plus = await page.ajax(`${items}?%24filter=${page.$.param({ f: "Status eq 'done'" }).slice(2).replace(/%20/g, "+")}`);
  assert.match(page.sent.at(-1).url.search, /%24filter=Status\+eq\+/);
  assert.deepEqual(titles(plus), [...rows(3, 6, 9), "O'Brien & +"]);
});

check("d.__next leads through all pages, with the whole question", async (page, title) => {
  const { items } = await page.list(title, [["Status"]], ROWS);
  const data = { $filter: "Status eq 'open'", $select: "Title,ID", $orderby: "ID desc", $top: 4 };
  const seen = [];
  const sizes = [];
  let answer = await page.ajax(items, { data });
  for (;;) {
    sizes.push(answer.data.d.results.length);
    seen.push(...titles(answer));
    const next = answer.data.d.__next;
    if (!next) break;
    assert.ok(next.startsWith(`${page.url}/_api/`), `absolute, for what is no page: ${next}`);
    assert.ok(sizes.length < 10, "it ends");
    answer = await page.ajax(next);
    assert.equal(answer.status, 200);
    assert.deepEqual(Object.keys(answer.data.d.results[0]).filter((key) => key !== "__metadata"), ["Title", "ID"]);
  }
  assert.deepEqual(sizes, [4, 2]);
  assert.deepEqual(seen, rows(8, 7, 5, 4, 2, 1));
});

check("a hundred rows come without $top, and a link to the rest", async (page, title) => {
  const many = Array.from({ length: 101 }, (_, at) => ({ Title: `row ${at + 1}` }));
  const { items } = await page.list(title, [], many);
  const first = await page.ajax(items);
  assert.equal(first.data.d.results.length, 100);
  assert.deepEqual(titles(await page.ajax(first.data.d.__next)), ["row 101"]);
  const all = await page.ajax(`${items}?$top=5000`);
  assert.deepEqual([all.data.d.results.length, "__next" in all.data.d], [101, false]);
});

check("$skip and $top take a part", async (page, title) => {
  const { items } = await page.list(title, [["Status"]], ROWS);
  assert.deepEqual(titles(await page.ajax(items, { data: { $skip: 4, $top: 3 } })), rows(5, 6, 7));
  assert.deepEqual(titles(await page.ajax(`${items}?$skip=7&$orderby=ID`)), rows(8, 9));
});

check("addresses as pages spell them: any case, doubled quotes, GUIDs", async (page, title) => {
  const odd = `${title}: Bob''s 100%25 %26 Ü`;
  const { id } = await page.list(title, [], [{ Title: "one" }]);
  const named = { __metadata: { type: "SP.List" }, Title: odd.replace("''", "'").replace("%25", "%").replace("%26", "&"), BaseTemplate: 100 };
  assert.equal((await page.write("web/lists", { body: named })).status, 201);
  assert.equal((await page.item(`Web/Lists/GetByTitle('${odd}')`)).Title, named.Title);
  for (const path of [`web/lists(guid'${id}')`, `web/lists('${id}')`, `web/Lists/getById('${id}')`]) {
    assert.equal((await page.item(`${path}/items(1)`)).Title, "one", path);
    assert.equal((await page.item(`${path}/GetItemById(1)`)).Title, "one", path);
  }
});

check("the site's address and digest come from the script that pages include", async (page, title) => {
  const { status, textStatus } = await page.settled(page.$.getScript(`${page.site}/_layouts/15/matchlist.js`));
  assert.deepEqual([status, textStatus], [200, "success"]);
  const { siteServerRelativeUrl, formDigestValue } = page.window._spPageContextInfo;
  assert.equal(siteServerRelativeUrl, "", "a slash here would make //_api, which is another host");
  assert.match(formDigestValue, /^0x/);
  const data = JSON.stringify({ __metadata: { type: "SP.List" }, Title: title, BaseTemplate: 100 });
  const headers = { Accept: ACCEPT, "X-RequestDigest": page.$("input[name=__REQUESTDIGEST]").val() };
  const url = `${siteServerRelativeUrl}/_api/web/lists`;
  const made = await page.settled(page.$.ajax({ url, type: "POST", contentType: VERBOSE, data, headers }));
  assert.deepEqual([made.status, made.data.d.Title], [201, title]);
  assert.equal(headers["X-RequestDigest"], formDigestValue);
}, { site: "" });

check("a filter that is none, or of no column, says what is wrong", async (page, title) => {
  const { items } = await page.list(title, [], [{ Title: "one" }]);
  for (const [filter, said] of [["Title eq", /./], ["Nowhere eq 1", /Column 'Nowhere' does not exist/]]) {
    const refused = await page.ajax(items, { data: { $filter: filter } });
    assert.deepEqual([refused.called, refused.status], ["error", 400]);
    assert.match(message(refused), said);
  }
});
