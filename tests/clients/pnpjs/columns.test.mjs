// What PnPjs does to the columns of sites.
import assert from "node:assert/strict";
import { test } from "node:test";
import { GUID, refusal, sent, startServer } from "./server.mjs";

const { sp, url } = await startServer();
const EVERY = ["Title", "ID", "ContentTypeId", "Modified", "Created", "Author", "Editor"];

test("site.rootWeb.fields and web.fields give what every list has", async () => {
  const { result, requests } = await sent(() => sp.site.rootWeb.fields.select("InternalName", "Scope")());
  assert.match(requests.at(-1).url, /_api\/site\/rootweb\/fields\?/);
  assert.deepEqual(result.slice(0, EVERY.length).map((field) => field.InternalName), EVERY);
  assert.ok(result.every((field) => field.Scope === "/sites/demo"));
  assert.deepEqual(await sp.web.fields.select("InternalName", "Scope")(), result);
  const available = await sp.web.availablefields.select("InternalName")();
  assert.deepEqual(available.map((field) => field.InternalName), result.map((field) => field.InternalName));
  const created = await sp.web.fields.getByInternalNameOrTitle("Created")();
  assert.equal(created.TypeAsString, "DateTime");
});

test("web.fields.addText, read, update and delete", async () => {
  const made = await sp.web.fields.addText("Pump state", { MaxLength: 20, Group: "Pumps" });
  assert.match(made.Id, GUID);
  assert.deepEqual([made.InternalName, made.MaxLength, made.Group], ["Pump_x0020_state", 20, "Pumps"]);
  const byId = await sp.web.fields.getById(made.Id)();
  assert.equal(byId["odata.id"], `${url}/_api/Web/Fields(guid'${made.Id}')`);
  assert.deepEqual(await sp.web.fields.getByTitle("Pump state")(), byId);
  await sp.web.fields.getById(made.Id).update({ Title: "State", Description: "On or off" });
  const { Title, Description } = await sp.web.fields.getById(made.Id).select("Title", "Description")();
  assert.deepEqual([Title, Description], ["State", "On or off"]);
  assert.equal((await sp.web.fields.filter("Group eq 'Pumps'")()).length, 1);
  await sp.web.fields.getByTitle("State").delete();
  await refusal(404, sp.web.fields.getByTitle("State")());
  assert.equal((await sp.web.fields.filter("Group eq 'Pumps'")()).length, 0);
});

test("web.fields adds choices, numbers and fields of XML", async () => {
  const choice = await sp.web.fields.addChoice("Colour", { Choices: ["red", "green"] });
  assert.deepEqual((await sp.web.fields.getById(choice.Id)()).Choices, ["red", "green"]);
  const number = await sp.web.fields.addNumber("Size", { MinimumValue: 1 });
  assert.equal((await sp.web.fields.getById(number.Id)()).MinimumValue, 1);
  const id = "7c1d0b52-0000-4000-8000-0000000000ab";
  const xml = `<Field Type="Boolean" Name="Hot" DisplayName="Is hot" ID="{${id}}"/>`;
  const made = await sp.web.fields.createFieldAsXml(xml);
  assert.deepEqual([made.Id, made.InternalName, made.Title], [id, "Hot", "Is hot"]);
  await refusal(400, sp.web.fields.createFieldAsXml(xml));
  await refusal(400, sp.web.fields.getByInternalNameOrTitle("Created").delete());
});
