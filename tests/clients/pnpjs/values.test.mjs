// Values of every type through PnPjs, and the typed filters that it writes.
import assert from "node:assert/strict";
import { test } from "node:test";
import { SPQueryable } from "@pnp/sp";
import { refusal, sent, startServer } from "./server.mjs";

const { sp } = await startServer();
const { Id: sitesId } = await sp.web.lists.add("Sites");
const sites = sp.web.lists.getByTitle("Sites");
for (const Title of ["Oslo", "Bergen", "Bodø"]) await sites.items.add({ Title });
await sp.web.lists.add("Things");
const list = sp.web.lists.getByTitle("Things");
await list.fields.addNumber("Size");
await list.fields.addCurrency("Price");
await list.fields.addBoolean("Done");
await list.fields.addDateTime("Due", { DisplayFormat: 1 });
await list.fields.addDateTime("Day");
await list.fields.addMultilineText("Notes", { RichText: false });
await list.fields.addChoice("Colour", { Choices: ["red", "blue"] });
await list.fields.addMultiChoice("Tags", { Choices: ["a", "b", "c"] });
await list.fields.addUrl("Link");
await list.fields.addUser("Owner");
await list.fields.addLookup("Site", { LookupListId: sitesId, LookupFieldName: "Title" });
const several = `<Field Type="LookupMulti" Mult="TRUE" Name="Sites" DisplayName="Sites" List="{${sitesId}}" ShowField="Title"/>`;
await list.fields.createFieldAsXml(several);
await list.fields.createFieldAsXml('<Field Type="UserMulti" Mult="TRUE" Name="Team" DisplayName="Team"/>');
const anna = await sp.web.ensureUser("i:0#.f|membership|anna@example.com");
const bo = await sp.web.ensureUser("bo@example.com");

const FULL = {
  Title: "full", Size: 1.25, Price: 99.5, Done: true, Due: "2024-02-29T22:15:00Z", Day: "2024-03-01T00:00:00Z",
  Notes: "two\nlines", Colour: "blue", Tags: ["a", "c"],
  Link: { Description: "Home", Url: "https://example.com/?a=1" },
  OwnerId: anna.Id, SiteId: 3, SitesId: [1, 3], TeamId: [anna.Id, bo.Id],
};
const NONE = Object.fromEntries(Object.keys(FULL).map((key) => [key, null]));

const picked = (item) => Object.fromEntries(Object.keys(FULL).map((key) => [key, item[key]]));
const titles = async (filter) => (await list.items.select("Title").filter(filter).orderBy("Id")()).map((row) => row.Title);

test("values of every type come back as they were sent", async () => {
  const added = await list.items.add(FULL);
  assert.deepEqual(picked(added), FULL);
  assert.deepEqual(picked(await list.items.getById(added.Id)()), FULL);
  assert.equal(added.OwnerStringId, String(anna.Id));
});

test("values of every type are changed, and taken away by null", async () => {
  const { Id } = await list.items.add({ Title: "other" });
  const item = list.items.getById(Id);
  assert.deepEqual(picked(await item()), { ...NONE, Title: "other" });
  await item.update(FULL);
  assert.deepEqual(picked(await item()), FULL);
  await item.update({ ...NONE, Title: "empty" });
  assert.deepEqual(picked(await item()), { ...NONE, Title: "empty" });
});

test("values of the wrong type are refused, and nothing is written", async () => {
  const wrong = { Size: "much", Done: "perhaps", Due: "soon", Tags: "a", SiteId: 99, OwnerId: 99, SitesId: [1, 99], Link: 3 };
  for (const [name, value] of Object.entries(wrong)) {
    await refusal(400, list.items.getById(1).update({ Title: "lost", [name]: value }));
  }
  assert.equal((await list.items.getById(1)()).Title, "full");
});

test("$expand gives what lookups and persons refer to", async () => {
  const wanted = ["Title", "Site/Id", "Site/Title", "Sites/Title", "Owner/Title", "Owner/EMail", "Team/Id", "Author/Title"];
  const item = await list.items.getById(1).select(...wanted).expand("Site", "Sites", "Owner", "Team", "Author")();
  assert.deepEqual([item.Site.Id, item.Site.Title], [3, "Bodø"]);
  assert.deepEqual(item.Sites.map((site) => site.Title), ["Oslo", "Bodø"]);
  assert.equal(item.Owner.EMail, "anna@example.com");
  assert.deepEqual(item.Team.map((user) => user.Id), [anna.Id, bo.Id]);
  assert.equal(item.Author.Title, (await sp.web.currentUser()).Title);
  assert.equal("Size" in item, false);
  await refusal(400, list.items.select("Site/Title")());
});

test("orderBy and filter go through lookups and persons", async () => {
  await list.items.add({ Title: "in Bergen", SiteId: 2, OwnerId: bo.Id });
  const rows = await list.items.select("Title", "Site/Title").expand("Site").filter("SiteId ne null").orderBy("Site/Title")();
  assert.deepEqual(rows.map((row) => row.Site.Title), ["Bergen", "Bodø"]);
  assert.deepEqual(await titles("Site/Title eq 'Bodø'"), ["full"]);
  assert.deepEqual(await titles("Owner/EMail eq 'bo@example.com'"), ["in Bergen"]);
});

test("typed filters on texts", async () => {
  for (const Title of ["O'Brien & +", "100% ü", "plain"]) await list.items.add({ Title, Colour: "red", Tags: ["b"] });
  assert.deepEqual(await titles((f) => f.text("Title").equals("plain")), ["plain"]);
  assert.deepEqual(await titles((f) => f.text("Title").startsWith("100%")), ["100% ü"]);
  assert.deepEqual(await titles((f) => f.text("Title").contains("ü")), ["100% ü"]);
  assert.deepEqual(await titles((f) => f.text("Title").in("full", "plain")), ["full", "plain"]);
  assert.deepEqual(await titles("Title eq 'O''Brien & +'"), ["O'Brien & +"]);
  assert.deepEqual(await titles((f) => f.choice("Colour").equals("blue")), ["full"]);
  assert.deepEqual(await titles((f) => f.multiChoice("Tags").equals("c")), ["full"]);
  assert.equal((await titles((f) => f.choice("Colour").isNotNull())).length, 4);
});

test("typed filters on numbers, booleans and dates", async () => {
  await list.items.add({ Title: "small", Size: 1, Done: false, Due: "2023-01-01T00:00:00Z" });
  const day = new Date("2024-01-01T00:00:00Z");
  assert.deepEqual(await titles((f) => f.number("Size").greaterThan(1)), ["full"]);
  assert.deepEqual(await titles((f) => f.number("Size").lessThanOrEquals(1)), ["small"]);
  assert.deepEqual(await titles((f) => f.number("Size").in(1, 1.25)), ["full", "small"]);
  assert.deepEqual(await titles((f) => f.boolean("Done").isTrue()), ["full"]);
  assert.deepEqual(await titles((f) => f.boolean("Done").isFalseOrNull().and().number("Size").isNotNull()), ["small"]);
  assert.deepEqual(await titles((f) => f.date("Due").greaterThan(day)), ["full"]);
  assert.deepEqual(await titles((f) => f.date("Due").isBetween(new Date("2022-01-01"), day)), ["small"]);
});

test("typed filters on lookups, and joined by and, or", async () => {
  assert.deepEqual(await titles((f) => f.lookup("Site").Id(3)), ["full"]);
  assert.deepEqual(await titles((f) => f.lookupId("Site").equals(2)), ["in Bergen"]);
  assert.deepEqual(await titles((f) => f.lookup("Site").text("Title").startsWith("B")), ["full", "in Bergen"]);
  const either = (f) => f.or(f.number("Size").equals(1), f.lookupId("Site").equals(2));
  assert.deepEqual(await titles(either), ["in Bergen", "small"]);
  const { requests } = await sent(() => list.items.filter((f) => f.text("Title").equals("small").or().number("Size").equals(1))());
  assert.match(requests[0].url, /filter=Title\+eq\+%27small%27\+or\+Size\+eq\+1/);
});

test("fieldValuesAsText spells values of every type", async () => {
  const { Size, Done, Due, Day, Colour, Tags, Owner } = await list.items.getById(1).fieldValuesAsText();
  assert.deepEqual([Size, Done, Due, Day], ["1.25", "Yes", "2/29/2024 10:15 PM", "3/1/2024"]);
  assert.deepEqual([Colour, Tags, Owner], ["blue", "a, c", anna.Title]);
});

test("fieldValuesAsText names what lookups and persons refer to", async () => {
  const { Site, Sites, Owner, Team } = await list.items.getById(1).fieldValuesAsText();
  assert.deepEqual([Site, Sites, Owner], ["Bodø", "Oslo; Bodø", anna.Title]);
  assert.equal(Team, `${anna.Title}; ${bo.Title}`);
  await sites.items.getById(1).delete();
  assert.equal((await list.items.getById(1).fieldValuesAsText()).Sites, "Bodø");
});

test("a property by its address gives the value, and null does not upset the client", async () => {
  const { Id } = await list.items.add({ Title: "by address" });
  const read = (name) => SPQueryable(list.items.getById(Id), name)();
  assert.equal(await read("Title"), "by address");
  assert.equal((await read("Size"))["odata.null"], true);
});
