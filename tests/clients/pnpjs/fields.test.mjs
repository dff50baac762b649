// What PnPjs does to fields.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ChoiceFieldFormatType, DateTimeFieldFormatType, FieldTypes, FieldUserSelectionMode } from "@pnp/sp/fields/index.js";
import { GUID, refusal, sent, startServer } from "./server.mjs";

const { sp } = await startServer();
await sp.web.lists.add("Things");
const { Id: sitesId } = await sp.web.lists.add("Sites");
const list = sp.web.lists.getByTitle("Things");
const named = (name) => list.fields.getByInternalNameOrTitle(name);

/** Checks the answer to an `add…` and, separately, what a later read gives. */
async function made(answer, name, expected) {
  const read = await named(name)();
  for (const field of [answer, read]) {
    assert.match(field.Id, GUID);
    assert.equal(field.InternalName, name);
    for (const [key, value] of Object.entries(expected)) {
      const plain = field[key]?.results ?? field[key];
      assert.deepEqual(plain, value, key);
    }
  }
  assert.equal(answer.Id, read.Id);
}

test("fields.addText sends verbose JSON and gives the field", async () => {
  const { result, requests } = await sent(() => list.fields.addText("Code", { MaxLength: 10, Required: true, Group: "Own" }));
  assert.equal(requests.at(-1).headers.get("Accept"), "application/json;odata=verbose");
  assert.equal(JSON.parse(requests.at(-1).body).__metadata.type, "SP.FieldText");
  await made(result, "Code", { FieldTypeKind: 2, TypeAsString: "Text", MaxLength: 10, Required: true, Group: "Own" });
  await refusal(400, list.items.add({ Code: "elevenchars" }));
  const error = await list.fields.addText("Odd", { NoSuchProperty: 1 }).then(() => null, (error) => error);
  assert.equal(error.status, 400);
  assert.deepEqual(Object.keys(await error.response.json()), ["error"], "verbose, as was asked for");
});

test("fields.addText encodes a title into the InternalName", async () => {
  const field = await list.fields.addText("Max load");
  await made(field, "Max_x0020_load", { Title: "Max load", StaticName: "Max_x0020_load" });
});

test("fields.addMultilineText", async () => {
  const field = await list.fields.addMultilineText("Notes", { RichText: false, NumberOfLines: 4 });
  await made(field, "Notes", { FieldTypeKind: 3, TypeAsString: "Note", RichText: false, NumberOfLines: 4 });
});

test("fields.addNumber holds values to the bounds", async () => {
  const field = await list.fields.addNumber("Size", { MinimumValue: 1, MaximumValue: 9.5 });
  await made(field, "Size", { FieldTypeKind: 9, TypeAsString: "Number", MinimumValue: 1, MaximumValue: 9.5 });
  await refusal(400, list.items.add({ Code: "a", Size: 10 }));
});

test("fields.addCurrency", async () => {
  const field = await list.fields.addCurrency("Price", { CurrencyLocaleId: 1044 });
  await made(field, "Price", { FieldTypeKind: 10, TypeAsString: "Currency", CurrencyLocaleId: 1044 });
});

test("fields.addBoolean", async () => {
  const field = await list.fields.addBoolean("Done");
  await made(field, "Done", { FieldTypeKind: 8, TypeAsString: "Boolean" });
});

test("fields.addDateTime with and without the time", async () => {
  await made(await list.fields.addDateTime("Day"), "Day", { FieldTypeKind: 4, TypeAsString: "DateTime", DisplayFormat: 0 });
  const due = await list.fields.addDateTime("Due", { DisplayFormat: DateTimeFieldFormatType.DateTime });
  await made(due, "Due", { FieldTypeKind: 4, DisplayFormat: 1 });
});

test("fields.addChoice", async () => {
  const choices = { Choices: ["red", "blue"], EditFormat: ChoiceFieldFormatType.RadioButtons, FillInChoice: true };
  const field = await list.fields.addChoice("Colour", choices);
  await made(field, "Colour", { FieldTypeKind: 6, TypeAsString: "Choice", Choices: ["red", "blue"], FillInChoice: true });
});

test("fields.addMultiChoice", async () => {
  const field = await list.fields.addMultiChoice("Tags", { Choices: ["a", "b", "c"] });
  await made(field, "Tags", { FieldTypeKind: 15, TypeAsString: "MultiChoice", Choices: ["a", "b", "c"] });
});

test("fields.addUrl", async () => {
  await made(await list.fields.addUrl("Link"), "Link", { FieldTypeKind: 11, TypeAsString: "URL", DisplayFormat: 0 });
});

test("fields.addUser", async () => {
  const field = await list.fields.addUser("Owner", { SelectionMode: FieldUserSelectionMode.PeopleOnly });
  await made(field, "Owner", { FieldTypeKind: 20, TypeAsString: "User", SelectionMode: 0, AllowMultipleValues: false });
});

test("fields.addLookup posts to AddField", async () => {
  const lookup = { LookupListId: sitesId, LookupFieldName: "Title" };
  const { result, requests } = await sent(() => list.fields.addLookup("Site", lookup));
  assert.match(requests.at(-1).url, /fields\/AddField$/);
  await made(result, "Site", { FieldTypeKind: 7, TypeAsString: "Lookup", LookupField: "Title" });
  assert.equal((await named("Site")()).LookupList.replace(/[{}]/g, ""), sitesId);
});

test("fields.addDependentLookupField shows another field of what a lookup refers to", async () => {
  const sites = sp.web.lists.getByTitle("Sites");
  await sites.fields.addNumber("Height");
  const { Id: north } = await sites.items.add({ Title: "North", Height: 7 });
  const { Id: primary } = await named("Site")();
  const { result, requests } = await sent(() => list.fields.addDependentLookupField("Site height", primary, "Height"));
  const query = `adddependentlookupfield(displayName='Site%20height',%20primarylookupfieldid='${primary}',%20showfield='Height')`;
  assert.ok(requests.at(-1).url.endsWith(`/fields/${query}`), requests.at(-1).url);
  const expected = { FieldTypeKind: 7, PrimaryFieldId: primary, LookupField: "Height", ReadOnlyField: true };
  await made(result, "Site_x0020_height", expected);
  assert.deepEqual((await named("Site")()).DependentLookupInternalNames, ["Site_x0020_height"]);
  const { Id } = await list.items.add({ Title: "one", Code: "d", SiteId: north });
  const item = list.items.getById(Id).select("Site_x0020_height/Height").expand("Site_x0020_height");
  assert.deepEqual((await item()).Site_x0020_height.Height, 7);
  const found = await list.items.filter("Site_x0020_height/Height eq 7").select("Id")();
  assert.deepEqual(found.map((row) => row.Id), [Id]);
  await refusal(400, list.fields.addDependentLookupField("X", "00000000-0000-0000-0000-00000000dead", "Title"));
  await refusal(400, list.fields.addDependentLookupField("X", primary, "Nothing"));
});

test("fields.addCalculated", async () => {
  const label = { Formula: '=UPPER([Title])&"!"', OutputType: FieldTypes.Text };
  const field = await list.fields.addCalculated("Label", label);
  await made(field, "Label", { FieldTypeKind: 17, TypeAsString: "Calculated", ...label, ReadOnlyField: true });
  const { Id } = await list.items.add({ Title: "one", Code: "c" });
  assert.equal((await list.items.getById(Id).select("Label")()).Label, "ONE!");
  await refusal(400, list.fields.addCalculated("Now", { Formula: "=TODAY()" }));
});

test("fields.createFieldAsXml", async () => {
  const xml = '<Field DisplayName="Weight in kg" Name="Weight" Type="Number" Min="0" Required="FALSE" Indexed="TRUE"/>';
  const field = await list.fields.createFieldAsXml(xml);
  await made(field, "Weight", { Title: "Weight in kg", TypeAsString: "Number", MinimumValue: 0, Indexed: true });
  await refusal(400, list.fields.createFieldAsXml("<Field"));
});

test("fields.add numbers the InternalName of a title that is taken", async () => {
  const field = await list.fields.addText("Code");
  await made(field, "Code0", { Title: "Code" });
  await named("Code0").delete();
});

test("fields() gives all, and takes filter and select", async () => {
  const all = await list.fields.select("InternalName")();
  const names = all.map((field) => field.InternalName);
  for (const name of ["ID", "Title", "Author", "Code", "Size", "Site"]) assert.ok(names.includes(name), name);
  const own = await list.fields.select("Title").filter("Group eq 'Own'")();
  assert.deepEqual(own.map((field) => field.Title), ["Code"]);
});

test("fields.getById, getByTitle and getByInternalNameOrTitle find one field", async () => {
  const { Id } = await named("Max_x0020_load")();
  assert.equal((await named("Max load")()).Id, Id);
  assert.equal((await list.fields.getByTitle("Max load")()).Id, Id);
  assert.equal((await list.fields.getById(Id)()).InternalName, "Max_x0020_load");
  await refusal(404, named("Nowhere")());
});

test("fields.getByTitle takes a title with a quote and a slash, which the client leaves as they are", async () => {
  const title = "It's in/out ü";
  const { Id } = await list.fields.addText(title);
  assert.equal((await list.fields.getByTitle(title)()).Id, Id);
  assert.equal((await named(title)()).Id, Id);
});

test("field.update reads the type, then changes the field", async () => {
  const { requests } = await sent(() => named("Size").update({ Title: "Extent", Description: "in m", MaximumValue: 20 }));
  const merge = requests.at(-1);
  assert.deepEqual(requests.map((each) => each.method), ["GET", "POST"]);
  assert.equal(merge.headers.get("X-HTTP-Method"), "MERGE");
  assert.equal(merge.headers.has("If-Match"), false);
  const field = await named("Extent")();
  const { InternalName, Description, MaximumValue } = field;
  assert.deepEqual({ InternalName, Description, MaximumValue }, { InternalName: "Size", Description: "in m", MaximumValue: 20 });
  await named("Size").update({ Indexed: true }, "SP.FieldNumber");
  assert.equal((await named("Size")()).Indexed, true);
  await refusal(400, named("Size").update({ NoSuchProperty: 1 }));
});

test("field.delete takes the field and its values away", async () => {
  const { Id } = await list.items.add({ Code: "d", Weight: 4 });
  await named("Weight").delete();
  await refusal(404, named("Weight")());
  assert.equal("Weight" in (await list.items.getById(Id)()), false);
  await refusal(400, list.items.add({ Code: "e", Weight: 4 }));
});
