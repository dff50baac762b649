// The real server, and a page with jQuery as it was published, in a DOM whose XMLHttpRequest really asks the server.
// Set by `cargo xtask clients`: MATCHLIST_BIN.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { after, test } from "node:test";
import { JSDOM, VirtualConsole } from "jsdom";

const { resolve } = createRequire(import.meta.url);
const VERSIONS = { "1.12.4": "jquery1", "3.7.1": "jquery3" };

export const VERBOSE = "application/json;odata=verbose";
/** As pages spell it, with a space. */
export const ACCEPT = "application/json; odata=verbose";

async function startServer() {
  const args = ["serve", "--listen", "127.0.0.1:0", "--data", ":memory:", "--site", "/sites/demo"];
  const env = { ...process.env, RUST_LOG: "warn" };
  const child = spawn(process.env.MATCHLIST_BIN, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  after(async () => {
    child.kill("SIGTERM");
    await once(child, "exit");
  });
  return line.replace("listening on ", "");
}

const origin = await startServer();

/** A page below `site` with that jQuery in it, and what it sends and gets. */
async function open(version, site) {
  const html = '<!DOCTYPE html><body><input type="hidden" id="__REQUESTDIGEST" value=""></body>';
  // What the page would print: an error in its scripts is one of the check's.
  const virtualConsole = new VirtualConsole().on("jsdomError", (error) => { throw error; });
  const url = `${origin}${site}/SitePages/page.html`;
  const { window } = new JSDOM(html, { url, runScripts: "dangerously", virtualConsole });
  after(() => window.close());
  const script = window.document.createElement("script");
  script.text = await readFile(resolve(VERSIONS[version]), "utf8");
  window.document.head.append(script);
  assert.equal(window.jQuery.fn.jquery, version);
  return new Page(window, site);
}

class Page {
  constructor(window, site) {
    this.window = window;
    this.$ = window.jQuery;
    this.site = site;
    this.url = `${origin}${site}`;
    this.sent = [];
    const { open, setRequestHeader } = window.XMLHttpRequest.prototype;
    const sent = this.sent;
    window.XMLHttpRequest.prototype.open = function (method, url, ...rest) {
      this.noted = { method, url: new URL(url, window.location.href), headers: new Headers() };
      sent.push(this.noted);
      return open.call(this, method, url, ...rest);
    };
    window.XMLHttpRequest.prototype.setRequestHeader = function (name, value) {
      this.noted.headers.append(name, value);
      return setRequestHeader.call(this, name, value);
    };
  }

  /** `$.ajax`, waited for through its own callbacks, whichever of them it calls. */
  ajax(path, options = {}) {
    const url = path.startsWith("http") ? path : `${this.site}/_api/${path}`;
    return this.settled(this.$.ajax({ url, headers: { Accept: ACCEPT }, ...options }));
  }

  settled(request) {
    return new Promise((resolve) => {
      const answer = (called, xhr, textStatus, data) => resolve({
        called, textStatus, status: xhr.status, data: ours(data), text: xhr.responseText,
        header: (name) => xhr.getResponseHeader(name),
      });
      request.done((data, textStatus, xhr) => answer("success", xhr, textStatus, data));
      request.fail((xhr, textStatus, thrown) => answer("error", xhr, textStatus, thrown));
    });
  }

  /** The digest of the page, fetched as pages that were not given one fetch it. */
  async digest() {
    if (!this.told) {
      const { data } = await this.ajax("contextinfo", { type: "POST" });
      this.told = data.d.GetContextWebInformation.FormDigestValue;
    }
    return this.told;
  }

  /** A write as pages make it: a POST that says what it stands for. */
  async write(path, { verb, tag, body, ...options } = {}) {
    const headers = { Accept: ACCEPT, "X-RequestDigest": await this.digest() };
    if (verb) headers["X-HTTP-Method"] = verb;
    if (tag) headers["IF-MATCH"] = tag;
    const data = body && JSON.stringify(body);
    return this.ajax(path, { type: "POST", contentType: VERBOSE, data, headers, ...options });
  }

  /** A list with text fields and items; gives the address of its items and their type. */
  async list(title, fields = [], items = []) {
    const made = await this.write("web/lists", { body: { __metadata: { type: "SP.List" }, Title: title, BaseTemplate: 100 } });
    assert.equal(made.status, 201, made.text);
    const list = `web/lists/getbytitle('${title}')`;
    for (const [name, kind = 2, more = {}] of fields) {
      const type = "SP.Field";
      const body = { __metadata: { type }, Title: name, FieldTypeKind: kind, ...more };
      assert.equal((await this.write(`${list}/fields`, { body })).status, 201, name);
    }
    const type = made.data.d.ListItemEntityTypeFullName;
    for (const item of items) {
      const added = await this.write(`${list}/items`, { body: { __metadata: { type }, ...item } });
      assert.equal(added.status, 201, added.text);
    }
    return { path: list, items: `${list}/items`, type, id: made.data.d.Id };
  }

  /** An item as it is now. */
  async item(path) {
    const { status, data } = await this.ajax(path);
    return status === 200 ? data.d : status;
  }
}

/** Objects of the page's realm are of other classes than ours. */
function ours(data) {
  return data !== null && typeof data === "object" ? JSON.parse(JSON.stringify(data)) : data;
}

/** What a page reads of a refusal. */
export function message(answer) {
  return JSON.parse(answer.text).error.message.value;
}

/** One check for both versions, each with a page of its own; `title` is one that no other check uses. */
export function check(name, work, { site = "/sites/demo", skip } = {}) {
  for (const version of Object.keys(VERSIONS)) {
    test(`${version}: ${name}`, async (t) => {
      const page = await open(version, site);
      await work(page, `List ${titles++}`);
      // Tried first: what works needs a check, not a skip.
      if (skip) t.skip(skip);
    });
  }
}

let titles = 1;
