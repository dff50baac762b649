// What PnPjs asks of sites and users, and how it gets and uses a form digest.
import assert from "node:assert/strict";
import { test } from "node:test";
import { InjectHeaders } from "@pnp/queryable";
import { PermissionKind } from "@pnp/sp/security/index.js";
import "@pnp/sp/regional-settings/index.js";
import { GUID, refusal, sent, startServer } from "./server.mjs";

const { sp, url } = await startServer();
const login = "i:0#.f|membership|anna@example.com";

test("a form digest is fetched before the first write, and sent with each", async () => {
  const { requests } = await sent(async () => {
    await sp.web.lists.add("First");
    await sp.web.lists.add("Second");
  });
  const [context, first, second] = requests;
  assert.equal(requests.length, 3);
  assert.equal(context.url, `${url}/_api/contextinfo`);
  const told = first.headers.get("X-RequestDigest");
  assert.match(told, /^0x/);
  assert.equal(second.headers.get("X-RequestDigest"), told);
});

test("with an Authorization no digest is fetched, and none is asked for", async () => {
  const own = sp.web.lists.using(InjectHeaders({ Authorization: "Bearer token" }));
  const { result, requests } = await sent(() => own.add("By token"));
  assert.equal(result.Title, "By token");
  assert.deepEqual(requests.map(({ method, headers }) => [method, headers.has("X-RequestDigest")]), [["POST", false]]);
});

test("a read carries the client's headers, and gets minimal metadata", async () => {
  const { requests } = await sent(() => sp.web.lists());
  const [{ method, headers, reply }] = requests;
  assert.deepEqual([method, headers.get("Accept")], ["GET", "application/json"]);
  assert.equal(headers.get("Content-Type"), "application/json;charset=utf-8");
  assert.match(headers.get("X-PnPjs-RequestId"), GUID);
  assert.match(headers.get("X-ClientService-ClientTag"), /^s\.d\.w\.lists$/);
  assert.match(reply.headers.get("Content-Type"), /^application\/json;odata=minimalmetadata/);
});

test("getContextInfo", async () => {
  const info = await sp.web.getContextInfo();
  assert.equal(info.WebFullUrl, url);
  assert.match(info.FormDigestValue, /^0x/);
  assert.ok(info.FormDigestTimeoutSeconds > 60);
  assert.ok(info.SupportedSchemaVersions.includes("15.0.0.0"));
});

test("web() and site()", async () => {
  const web = await sp.web();
  assert.match(web.Id, GUID);
  assert.equal(web.ServerRelativeUrl, "/sites/demo");
  assert.equal(web.Url, url);
  const { Title, Description } = await sp.web.select("Title", "Description")();
  assert.deepEqual({ Title, Description }, { Title: web.Title, Description: web.Description });
  const site = await sp.site();
  assert.equal(site.Url, url);
  assert.match(site.Id, GUID);
  assert.equal((await sp.site.rootWeb()).Id, web.Id);
});

test("web.update changes the site without a tag", async () => {
  const { requests } = await sent(() => sp.web.update({ Description: "Ours" }));
  const { headers, reply } = requests.at(-1);
  assert.deepEqual([headers.get("X-HTTP-Method"), headers.has("If-Match"), reply.status], ["MERGE", false, 204]);
  assert.equal((await sp.web.select("Description")()).Description, "Ours");
});

test("web.currentUser", async () => {
  const user = await sp.web.currentUser();
  assert.equal(typeof user.Id, "number");
  assert.equal(user.IsSiteAdmin, true);
  await sp.web.lists.getByTitle("First").items.add({ Title: "mine" });
  assert.equal((await sp.web.lists.getByTitle("First").items.getById(1)()).AuthorId, user.Id);
});

test("web.ensureUser makes a user once", async () => {
  const user = await sp.web.ensureUser(login);
  assert.equal(user.LoginName, login);
  assert.equal(user.Email, "anna@example.com");
  assert.equal((await sp.web.ensureUser(login)).Id, user.Id);
  await refusal(400, sp.web.ensureUser("nobody in particular"));
});

test("siteUsers by Id, login and e-mail", async () => {
  const { Id } = await sp.web.ensureUser(login);
  assert.equal((await sp.web.siteUsers.getById(Id)()).LoginName, login);
  assert.equal((await sp.web.getUserById(Id)()).LoginName, login);
  assert.equal((await sp.web.siteUsers.getByEmail("anna@example.com")()).Id, Id);
  const { result, requests } = await sent(() => sp.web.siteUsers.getByLoginName(login)());
  assert.equal(result.Id, Id);
  assert.match(requests[0].url, /siteusers\(/i);
  const logins = (await sp.web.siteUsers()).map((user) => user.LoginName);
  assert.equal(logins.filter((each) => each === login).length, 1);
  await refusal(404, sp.web.siteUsers.getById(9999)());
});

test("web.getCurrentUserEffectivePermissions and currentUserHasPermissions", async () => {
  const { High, Low } = await sp.web.getCurrentUserEffectivePermissions();
  assert.deepEqual([High, Low], ["2147483647", "4294967295"]);
  assert.equal(await sp.web.currentUserHasPermissions(PermissionKind.ManageLists), true);
});

test("webs.add makes a site below, which webs() has", async () => {
  const { Url, Title } = await sp.web.webs.add("Below", "sub");
  assert.deepEqual({ Url, Title }, { Url: `${url}/sub`, Title: "Below" });
  assert.deepEqual((await sp.web.webs()).map((web) => web.ServerRelativeUrl), ["/sites/demo/sub"]);
});

test("an unknown address is SharePoint's 404", async () => {
  const told = await refusal(404, sp.web.regionalSettings());
  assert.match(told.code, /^-1, Microsoft\.SharePoint\.Client\.ResourceNotFoundException$/);
});
