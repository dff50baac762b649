// What pages with jQuery hang on a request: error callbacks, statusCode, beforeSend, chains, and the race for a number.
import assert from "node:assert/strict";
import { ACCEPT, VERBOSE, check } from "./page.mjs";

check("an error callback reads error.message.value", async (page, title) => {
  const { items, type } = await page.list(title, [], [{ Title: "one" }]);
  const told = (url, options) => new Promise((resolve, reject) => {
    page.$.ajax({
      url: `${page.site}/_api/${url}`, headers: { Accept: ACCEPT }, dataType: "json", ...options,
      success: () => reject(new Error(`accepted: ${url}`)),
      error: (xhr, textStatus) => resolve([xhr.status, textStatus, JSON.parse(xhr.responseText).error.message.value, xhr.responseJSON.error.code]),
    });
  });
  assert.deepEqual(await told("web/lists/getbytitle('Nowhere')/items"), [
    404, "error", `List 'Nowhere' does not exist at site with URL '${page.url}'.`, "-1, System.ArgumentException",
  ]);
  const [status, , text, code] = await told(`${items}(99)`);
  assert.deepEqual([status, code], [404, "-2130575338, System.ArgumentException"]);
  assert.match(text, /^Item does not exist/);
  const post = { type: "POST", contentType: VERBOSE, data: JSON.stringify({ __metadata: { type }, Nowhere: 1 }) };
  const [refused, , said] = await told(items, post);
  assert.equal(refused, 400);
  assert.match(said, /The property 'Nowhere' does not exist/);
  const [broken] = await told(items, { ...post, data: "{" });
  assert.equal(broken, 400);
  assert.deepEqual((await page.ajax(items)).data.d.results.map((row) => row.Title), ["one"]);
});

check("statusCode handlers are called by status", async (page, title) => {
  const { items, type } = await page.list(title, [], [{ Title: "one" }]);
  const seen = [];
  const note = (name) => () => seen.push(name);
  const statusCode = Object.fromEntries([200, 201, 204, 304, 404, 412].map((status) => [status, note(status)]));
  const data = JSON.stringify({ __metadata: { type }, Title: "two" });
  const digest = await page.digest();
  const headers = (tag) => ({ Accept: ACCEPT, "X-RequestDigest": digest, "X-HTTP-Method": "MERGE", "IF-MATCH": tag });
  await page.ajax(`${items}(1)`, { statusCode });
  await page.ajax(`${items}(9)`, { statusCode });
  await page.ajax(`${items}(1)`, { statusCode, type: "POST", contentType: VERBOSE, data, headers: headers('"1"') });
  await page.ajax(`${items}(1)`, { statusCode, type: "POST", contentType: VERBOSE, data, headers: headers('"1"') });
  await page.ajax(items, { statusCode, type: "POST", contentType: VERBOSE, data });
  assert.deepEqual(seen, [200, 404, 204, 412, 201]);
});

check("beforeSend and ajaxSetup set the headers", async (page, title) => {
  const { items, type } = await page.list(title, [], [{ Title: "one" }]);
  const digest = await page.digest();
  page.$.ajaxSetup({ beforeSend: (xhr) => xhr.setRequestHeader("Accept", VERBOSE), contentType: VERBOSE });
  const read = await page.settled(page.$.ajax({ url: `${page.site}/_api/${items}(1)` }));
  assert.equal(read.data.d.Title, "one");
  const merge = (xhr) => {
    xhr.setRequestHeader("Accept", VERBOSE);
    xhr.setRequestHeader("X-RequestDigest", digest);
    xhr.setRequestHeader("X-HTTP-Method", "MERGE");
    xhr.setRequestHeader("IF-MATCH", read.data.d.__metadata.etag);
  };
  const data = JSON.stringify({ __metadata: { type }, Title: "two" });
  const write = () => page.settled(page.$.ajax({ url: `${page.site}/_api/${items}(1)`, type: "POST", data, beforeSend: merge }));
  const done = await write();
  assert.deepEqual([done.status, done.header("ETag")], [204, '"2"']);
  assert.equal((await write()).status, 412);
  assert.equal((await page.item(`${items}(1)`)).Title, "two");
});

check("requests are chained by then, and joined by $.when", async (page, title) => {
  const { items, type, path } = await page.list(title, [], [{ Title: "one" }, { Title: "two" }]);
  const headers = { Accept: ACCEPT, "X-RequestDigest": await page.digest() };
  const send = (url, more) => page.$.ajax({ url: `${page.site}/_api/${url}`, contentType: VERBOSE, headers, ...more });
  const add = (Title) => send(items, { type: "POST", data: JSON.stringify({ __metadata: { type }, Title }) });
  const chained = await new Promise((resolve, reject) => {
    send(path)
      .then((data) => add(`after ${data.d.ItemCount}`))
      .then((data) => send(`${items}(${data.d.ID})`))
      .then((data) => resolve(data.d), reject);
  });
  assert.deepEqual([chained.ID, chained.Title], [3, "after 2"]);
  const joined = await new Promise((resolve, reject) => {
    page.$.when(send(`${items}(1)`), send(`${items}(2)`)).then((...answers) => resolve(answers.map(([data, word, xhr]) => [data.d.Title, word, xhr.status])), reject);
  });
  assert.deepEqual(joined, [["one", "success", 200], ["two", "success", 200]]);
  const caught = await new Promise((resolve, reject) => {
    send(`${items}(99)`).then((data) => send(`${items}(${data.d.ID})`)).then(reject, (xhr) => resolve(xhr.status));
  });
  assert.equal(caught, 404);
  const order = [];
  await new Promise((resolve) => {
    send(`${items}(1)`).done(() => order.push("done")).always(() => order.push("always")).always(resolve);
  });
  assert.deepEqual(order, ["done", "always"]);
});

/** As page scripts of old hand out numbers: read, write back under the tag that was read, and on 412 anew. */
function getNextSeq(page, items, conflicts) {
  const { $ } = page;
  return $.ajax({ url: `${page.site}/_api/${items}`, headers: { Accept: ACCEPT }, cache: false }).then((data) => {
    const [item] = $.grep(data.d.results, (row) => row.Title === "LastSeq");
    const next = parseInt(item.ParamValue, 10) + 1;
    const done = $.Deferred();
    $.ajax({
      url: `${page.site}/_api/${items}(${item.ID})`,
      type: "POST",
      contentType: VERBOSE,
      data: JSON.stringify({ __metadata: { type: item.__metadata.type }, ParamValue: String(next) }),
      headers: { Accept: ACCEPT, "X-RequestDigest": page.told, "X-HTTP-Method": "MERGE", "IF-MATCH": item.__metadata.etag },
    }).then(() => done.resolve(next), (xhr) => {
      if (xhr.status !== 412) return done.reject(xhr.status);
      conflicts.push(next);
      return getNextSeq(page, items, conflicts).then(done.resolve, done.reject);
    });
    return done.promise();
  });
}

check("loops that race for numbers never get one twice", async (page, title) => {
  const { items } = await page.list(title, [["ParamValue"]], [{ Title: "LastSeq", ParamValue: "0" }]);
  await page.digest();
  const [LOOPS, EACH] = [5, 6];
  const taken = [];
  const conflicts = [];
  const loop = async () => {
    for (let round = 0; round < EACH; round++) {
      taken.push(await new Promise((resolve, reject) => { getNextSeq(page, items, conflicts).then(resolve, reject); }));
    }
  };
  await Promise.all(Array.from({ length: LOOPS }, loop));
  assert.deepEqual(taken.sort((a, b) => a - b), Array.from({ length: LOOPS * EACH }, (_, at) => at + 1));
  assert.ok(conflicts.length > 0, "they did race");
  const { ParamValue, __metadata } = await page.item(`${items}(1)`);
  assert.deepEqual([ParamValue, __metadata.etag], [String(LOOPS * EACH), `"${LOOPS * EACH + 1}"`]);
});

check("an update of an item that is gone is 404, and one under no tag is taken", async (page, title) => {
  const { items, type } = await page.list(title, [], [{ Title: "one" }]);
  const body = { __metadata: { type }, Title: "two" };
  assert.equal((await page.write(`${items}(9)`, { verb: "MERGE", tag: '"1"', body })).status, 404);
  const done = await page.write(`${items}(1)`, { verb: "MERGE", body });
  assert.deepEqual([done.status, done.header("ETag")], [204, '"2"']);
});
