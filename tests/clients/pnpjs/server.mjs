// The real server, and the published client as a page uses it. Set by `cargo xtask clients`: MATCHLIST_BIN.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { after } from "node:test";
import { SPBrowser, spfi } from "@pnp/sp";
import "@pnp/sp/context-info/index.js";
import "@pnp/sp/fields/index.js";
import "@pnp/sp/items/index.js";
import "@pnp/sp/lists/index.js";
import "@pnp/sp/security/index.js";
import "@pnp/sp/site-users/index.js";
import "@pnp/sp/sites/index.js";
import "@pnp/sp/webs/index.js";

/** Starts `matchlist serve` with an empty site, for as long as the test file runs. */
export async function startServer() {
  const args = ["serve", "--listen", "127.0.0.1:0", "--data", ":memory:", "--site", "/sites/demo"];
  const env = { ...process.env, RUST_LOG: "warn" };
  const child = spawn(process.env.MATCHLIST_BIN, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  after(async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  const url = `${line.replace("listening on ", "")}/sites/demo`;
  return { url, sp: spfi(url).using(SPBrowser({ baseUrl: url })) };
}

/** What `work` sends, as it stands on the wire. */
export async function sent(work) {
  const requests = [];
  const plain = globalThis.fetch;
  globalThis.fetch = async (url, init) => {
    const reply = await plain(url, init);
    requests.push({ method: init.method, url: String(url), headers: new Headers(init.headers), body: init.body, reply });
    return reply;
  };
  try {
    return { result: await work(), requests };
  } finally {
    globalThis.fetch = plain;
  }
}

/** Waits until the client throws its error, and gives the error in its body as users of PnPjs read it. */
export async function refusal(status, promise) {
  const error = await promise.then(() => assert.fail(`accepted, where ${status} is due`), (error) => error);
  assert.equal(error.isHttpRequestError, true, error.stack);
  assert.equal(error.status, status, error.message);
  const body = await error.response.json();
  // Fields are added in verbose JSON.
  const told = body["odata.error"] ?? body.error;
  assert.equal(typeof told.message.value, "string");
  return told;
}

export const GUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
