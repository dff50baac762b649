// What PnPjs can ask for, and Matchlist does not have yet: each row is listed as skipped, with the reason. All of
// them must be refused in the words that the client reads, and change nothing.
import assert from "node:assert/strict";
import { test } from "node:test";
import "@pnp/sp/attachments/index.js";
import "@pnp/sp/files/index.js";
import "@pnp/sp/folders/index.js";
import "@pnp/sp/recycle-bin/index.js";
import "@pnp/sp/site-groups/index.js";
import { refusal, startServer } from "./server.mjs";

const { sp } = await startServer();
await sp.web.lists.add("Tasks");
const list = sp.web.lists.getByTitle("Tasks");
await list.fields.addText("Code");
await list.items.add({ Title: "one" });
const item = list.items.getById(1);
const attachment = item.attachmentFiles.getByName("a.txt");
const NO_ID = "00000000-0000-0000-0000-00000000dead";

const reasons = {
  forms: "forms come with the list page",
  bin: "the recycle bin comes with attachments and versions",
  attachments: "attachments come with the files' store",
  versions: "old versions of items are not kept yet",
  changes: "change logs are not served yet",
  fields: "this type of field is not there yet",
  folders: "document libraries are out of scope",
  groups: "there are no groups of users",
};

/** Row of clients.md, reason, and the call. */
const ROWS = [
  ["list.recycle", "bin", () => list.recycle()],
  ["list.renderListFormData", "forms", () => list.renderListFormData(1, "editform", 2)],
  ["list.getChanges", "changes", () => list.getChanges({ Item: true, Add: true })],
  ["list.getListItemChangesSinceToken", "changes", () => list.getListItemChangesSinceToken({ RowLimit: "10" })],
  ["item.recycle", "bin", () => item.recycle()],
  ["item.versions", "versions", () => item.versions()],
  ["item.versions.getById", "versions", () => item.versions.getById(512)()],
  ["fields.addLocation", "fields", () => list.fields.addLocation("Place")],
  ["fields.addImageField", "fields", () => list.fields.addImageField("Picture")],
  ["field.setShowInNewForm", "forms", () => list.fields.getByInternalNameOrTitle("Code").setShowInNewForm(true)],
  ["field.setShowInEditForm", "forms", () => list.fields.getByInternalNameOrTitle("Code").setShowInEditForm(true)],
  ["field.setShowInDisplayForm", "forms", () => list.fields.getByInternalNameOrTitle("Code").setShowInDisplayForm(true)],
  ["item.attachmentFiles", "attachments", () => item.attachmentFiles()],
  ["attachmentFiles.add", "attachments", () => item.attachmentFiles.add("it's ü.txt", "text")],
  ["attachment.getText", "attachments", () => attachment.getText()],
  ["attachment.getBuffer", "attachments", () => attachment.getBuffer()],
  ["attachment.setContent", "attachments", () => attachment.setContent("text")],
  ["attachment.delete", "attachments", () => attachment.delete()],
  ["attachment.recycle", "attachments", () => attachment.recycle()],
  ["web.recycleBin", "bin", () => sp.web.recycleBin()],
  ["recycleBin.getById", "bin", () => sp.web.recycleBin.getById(NO_ID)()],
  ["recycleBin.restore", "bin", () => sp.web.recycleBin.getById(NO_ID).restore()],
  ["recycleBin.delete", "bin", () => sp.web.recycleBin.getById(NO_ID).delete()],
  ["recycleBin.moveToSecondStage", "bin", () => sp.web.recycleBin.getById(NO_ID).moveToSecondStage()],
  ["recycleBin.deleteAll", "bin", () => sp.web.recycleBin.deleteAll()],
  ["recycleBin.restoreAll", "bin", () => sp.web.recycleBin.restoreAll()],
  ["web.getFolderByServerRelativePath", "folders", () => sp.web.getFolderByServerRelativePath("/sites/demo/Docs")()],
  ["item.getWopiFrameUrl", "folders", () => item.getWopiFrameUrl()],
  ["web.siteGroups", "groups", () => sp.web.siteGroups()],
];

for (const [row, reason] of ROWS) test(row, { skip: reasons[reason] });

test("what is not there yet is refused in words, and changes nothing", async () => {
  for (const [row, , call] of ROWS) {
    const error = await call().then(() => null, (error) => error);
    assert.ok(error, `${row} works: give it a check, and strike it off`);
    assert.equal(error.isHttpRequestError, true, `${row}: ${error.stack}`);
    assert.ok(error.status >= 400 && error.status < 500, `${row}: ${error.message}`);
    await refusal(error.status, Promise.reject(error));
  }
  const { Title, "odata.etag": tag } = await list.items.getById(1)();
  assert.deepEqual([Title, tag], ["one", '"1"']);
  assert.equal((await list.fields.filter("Title eq 'Code'")()).length, 1);
});
