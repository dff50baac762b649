// A person signs in with a real browser, works on a page that came from SharePoint, and signs out.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { addConfiguration, shoot, startBrowser, startServer } from "./harness.mjs";

const LOGIN = "ann@example.test";
const PASSWORD = "correct horse battery";

let browser;
before(async () => { browser = await startBrowser(); });
after(() => browser.stop());

/** A server with a list that ann may change. */
async function guardedServer() {
  const server = await startServer({ onDisk: true });
  const site = `${server.url}/sites/classic`;
  await addConfiguration(site, { AAAA: 1, BBBB: 1 });
  await addConfiguration(server.url, { AAAA: 3, BBBB: 0 });
  await server.order(["user", "add", LOGIN, "--password-stdin"], `${PASSWORD}\n`);
  await server.order(["user", "grant", LOGIN, "contribute", "/"]);
  return { server, site };
}

async function fillIn(page, password) {
  await page.fill("#login", LOGIN);
  await page.fill("#password", password);
  await page.click("button");
}

test("a person signs in, changes and adds an item on a page, and signs out", async () => {
  const { server, site } = await guardedServer();
  const url = `${site}/SitePages/jquery-3.7.html?from=mail`;
  const page = await browser.blank();
  const complaints = [];
  page.on("console", (message) => {
    if (/Content.Security.Policy|Refused to/.test(message.text())) complaints.push(message.text());
  });

  await page.goto(url);
  const signIn = `${site}/_layouts/15/signin?ReturnUrl=${encodeURIComponent("/sites/classic/SitePages/jquery-3.7.html?from=mail")}`;
  assert.equal(page.url(), signIn);
  const focused = () => page.evaluate(() => document.activeElement.id);
  assert.equal(await focused(), "login");
  await shoot(page, "sign-in");
  await fillIn(page, "wrong horse battery");
  await page.waitForSelector("[role=alert]");
  assert.match(await page.textContent("[role=alert]"), /The name or the password is not right\./);
  assert.match(await page.title(), /^Error: /);
  assert.deepEqual([await focused(), await page.inputValue("#login")], ["password", LOGIN]);
  const colour = await page.evaluate(() => getComputedStyle(document.querySelector("button")).backgroundColor);
  assert.equal(colour, "rgb(15, 108, 189)", "the style sheet is let in");
  await shoot(page, "sign-in-error");
  await fillIn(page, PASSWORD);
  await page.waitForURL(url);
  assert.deepEqual(complaints, []);

  await page.waitForSelector("body[data-ready]", { state: "attached" });
  await page.click("#next-AAAA");
  await page.waitForFunction(() => document.getElementById("name-AAAA").value === "AAAA-0001");
  const add = (digest) => page.evaluate((digest) => $.ajax({
    url: `${_spPageContextInfo.webServerRelativeUrl}/_api/web/lists/getbytitle('Configuration')/items`,
    type: "POST",
    contentType: "application/json;odata=verbose",
    data: JSON.stringify({ __metadata: { type: "SP.Data.ConfigurationListItem" }, Title: "by ann" }),
    headers: { Accept: "application/json;odata=verbose", ...(digest && { "X-RequestDigest": $("#__REQUESTDIGEST").val() }) },
  }).then((data, text, xhr) => xhr.status, (xhr) => xhr.status), digest);
  assert.equal(await add(false), 403, "the cookie alone writes nothing");
  assert.equal(await add(true), 201);
  const editors = await page.evaluate(async () => {
    const address = "/sites/classic/_api/web/lists/getbytitle('Configuration')/items?$select=Title,Editor/Title&$expand=Editor";
    const reply = await fetch(address, { headers: { Accept: "application/json;odata=nometadata" } });
    return (await reply.json()).value.map((item) => [item.Title, item.Editor.Title]);
  });
  assert.deepEqual(editors, [["LastSeqAAAA", LOGIN], ["LastSeqBBBB", "Local owner"], ["by ann", LOGIN]]);

  const other = await browser.blank();
  await other.goto(`${site}/_layouts/15/signout`);
  await shoot(other, "sign-out");
  await other.click("button");
  await other.waitForURL(`${site}/_layouts/15/signin`);
  assert.deepEqual(await other.context().cookies(), []);

  // The page that is still open is told, and leads back to itself.
  await page.evaluate(() => UpdateFormDigest());
  await page.waitForSelector("#matchlist-signed-out");
  await shoot(page, "signed-out");
  await other.bringToFront();
  await fillIn(other, PASSWORD);
  await other.waitForURL(`${server.url}/`);
  // Tabs of a browser without a window are never hidden.
  await page.evaluate(() => document.dispatchEvent(new Event("visibilitychange")));
  await page.waitForSelector("#matchlist-signed-out", { state: "detached" });
  assert.equal(await add(true), 201, "the page goes on");
  await other.goto(`${site}/_layouts/15/signout`);
  await other.click("button");
  await page.evaluate(() => UpdateFormDigest());
  await page.waitForSelector("#matchlist-signed-out");
  await page.click("#matchlist-signed-out a");
  await page.waitForURL(signIn);
  await page.goBack();
  await page.waitForURL(signIn, { timeout: 5_000 }).catch(() => assert.fail(`back leads to ${page.url()}`));
  await fillIn(page, PASSWORD);
  await page.waitForURL(url);
  await Promise.all([page, other].map((each) => each.close()));
  await server.stop();
});

test("a page with the SDK goes on when its user has signed in anew meanwhile", async () => {
  const { server } = await guardedServer();
  const url = `${server.url}/SitePages/config-list/index.html`;
  const page = await browser.blank();
  await page.goto(url);
  await fillIn(page, PASSWORD);
  await page.waitForURL(url);
  const next = async (name) => {
    await page.click("#next-AAAA");
    await page.waitForFunction((name) => document.getElementById("name-AAAA").value === name, name);
  };
  await next("AAAA-0004");
  // Another session: the digest that the page has is none of it.
  const other = await browser.blank();
  await other.goto(`${server.url}/_layouts/15/signin`);
  await fillIn(other, PASSWORD);
  await other.waitForURL(`${server.url}/`);
  const replies = [];
  page.on("response", (reply) => {
    if (reply.request().method() !== "GET") replies.push([new URL(reply.url()).pathname.split("/").pop(), reply.status()]);
  });
  await next("AAAA-0005");
  assert.deepEqual(replies.map(([, status]) => status), [403, 200, 200], JSON.stringify(replies));
  assert.equal(replies[1][0], "contextinfo");
  await next("AAAA-0006");
  await Promise.all([page, other].map((each) => each.close()));
  await server.stop();
});
