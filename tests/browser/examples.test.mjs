// The example pages in a real browser against the real server.
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, before, test } from "node:test";
import {
  addConfiguration, addList, pagesFolder, rest, shoot, startBrowser, startOrigin, startServer, valueOf,
} from "./harness.mjs";

const PAGES = 8;
const CLICKS = 6;

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser.stop());

/** Clicks until the page shows another name than before, and gives the name back. */
async function next(page, abbrev) {
  const shown = () => page.inputValue(`#name-${abbrev}`);
  const before = await shown();
  await page.click(`#next-${abbrev}`);
  await page.waitForFunction(
    ([id, old]) => document.getElementById(id).value !== old, [`name-${abbrev}`, before]);
  return shown();
}

/** Lets some pages click at once, several times each, and gives all names back, sorted. */
async function race(urls, abbrev) {
  const pages = await Promise.all(urls.map((url) => browser.open(url)));
  const names = await Promise.all(pages.map(async (page) => {
    const taken = [];
    for (let i = 0; i < CLICKS; i++) taken.push(await next(page, abbrev));
    return taken;
  }));
  return { pages, names: names.flat().sort() };
}

const names = (abbrev, first, count) =>
  Array.from({ length: count }, (_, i) => `${abbrev}-${String(first + i).padStart(4, "0")}`);

test("config-list: eight pages that click at once get distinct names without a gap", async () => {
  const server = await startServer();
  await addConfiguration(server.url, { AAAA: 3, BBBB: 0 });
  const url = `${server.url}/SitePages/config-list/index.html`;
  const { pages, names: got } = await race(Array(PAGES).fill(url), "AAAA");
  assert.deepEqual(got, names("AAAA", 4, PAGES * CLICKS));
  assert.equal(await valueOf(server.url, "AAAA"), String(3 + PAGES * CLICKS));
  assert.equal(await next(pages[0], "BBBB"), "BBBB-0001");
  await pages[0].waitForFunction(() => document.getElementById("rows").textContent.includes("LastSeqBBBB1"));
  await shoot(pages[0], "config-list");
  await Promise.all(pages.map((page) => page.close()));
  await server.stop();
});

for (const version of ["1.12", "3.7"]) {
  test(`jquery ${version}: a page from SharePoint hands out each number once`, async () => {
    const server = await startServer();
    const site = `${server.url}/sites/classic`;
    await addConfiguration(site, { AAAA: 1, BBBB: 1 });
    const url = `${site}/SitePages/jquery-${version}.html`;
    const { pages, names: got } = await race(Array(PAGES).fill(url), "AAAA");
    // Such scripts hand out the number that they read, so that the item holds the next free one.
    assert.deepEqual(got, names("AAAA", 1, PAGES * CLICKS));
    assert.equal(await valueOf(site, "AAAA"), String(1 + PAGES * CLICKS));
    assert.match(await pages[0].inputValue("#__REQUESTDIGEST"), /^0x[0-9A-F]+,/);
    await shoot(pages[0], `jquery-${version}`);
    await Promise.all(pages.map((page) => page.close()));
    await server.stop();
  });
}

test("crm: the second to save is told what changed, and may merge or take theirs", async () => {
  const server = await startServer();
  const customer = { Title: "Fjord AS", City: "Oslo", Phone: "1", Contact: "Ada" };
  await addList(server.url, "Customers", ["City", "Phone", "Contact"], [customer]);
  const item = `${server.url}/_api/lists/Customers/items(1)`;
  const url = `${server.url}/SitePages/crm/index.html`;
  const [ada, bob] = await Promise.all([browser.open(url), browser.open(url)]);
  await Promise.all([ada, bob].map(async (page) => {
    await page.click("#open-1");
    await page.waitForSelector("#field-City");
  }));

  await ada.fill("#field-City", "Bergen");
  await ada.click("#save");
  await ada.waitForSelector("#saved");
  await bob.fill("#field-Phone", "22");
  await bob.click("#save");
  const conflict = await bob.waitForSelector("#conflict");
  assert.match(await conflict.textContent(), /Local owner\s+changed this customer at \d{4}-/);
  assert.deepEqual(await bob.locator("#conflict tr.changed td:first-child").allTextContents(), ["City"]);
  assert.equal((await rest(item)).Phone, "1", "nothing of the stale save was written");
  await shoot(bob, "crm-conflict");
  await bob.click("#merge");
  await bob.waitForSelector("#saved");
  const merged = await rest(item);
  assert.deepEqual([merged.City, merged.Phone], ["Bergen", "22"]);

  // Both change one field: nothing to merge, but theirs can be taken.
  await ada.fill("#field-Phone", "33");
  await ada.click("#save");
  await ada.waitForSelector("#conflict");
  assert.equal(await ada.isDisabled("#merge"), true);
  await ada.click("#reload");
  await ada.waitForFunction(() => document.querySelector("#field-Phone")?.value === "22");
  await shoot(ada, "crm");
  await Promise.all([ada, bob].map((page) => page.close()));
  await server.stop();
});

test("a page of another origin uses the SDK where CORS lets it, and is refused elsewhere", async () => {
  const origin = await startOrigin(join(pagesFolder, "cross-origin"));
  const server = await startServer("--cors", origin.url);
  await addConfiguration(server.url, { AAAA: 3 });
  const page = await browser.open(`${origin.url}/?service=${server.url}`);
  assert.deepEqual(JSON.parse(await page.textContent("#result")), { etag: '"1"', name: "AAAA-0004" });
  await shoot(page, "cross-origin");

  const closed = await startServer();
  const refused = await browser.open(`${origin.url}/?service=${closed.url}`);
  assert.ok(JSON.parse(await refused.textContent("#result")).error);
  await Promise.all([page, refused].map((each) => each.close()));
  await Promise.all([server.stop(), closed.stop()]);
  origin.stop();
});
