// A server that speaks as SharePoint does, quirks included: verbose answers, tags "<guid>,3" in headers and "3" in
// bodies, digests that end, entries that need a type name, throttling with a text body; Matchlist-Features only if asked.
// What it can't do is what the tests don't need.
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";

const CLIENT = "Microsoft.SharePoint.Client";

export class SharePoint {
  /** Requests as they came: { method, url, headers, body }. */
  log = [];
  /** What goes wrong next: each is asked `(request)` and may give a way to fail (see `#fail`). */
  faults = [];
  lists = new Map();
  #digests = new Map();
  #outcomes = new Map();

  constructor(options = {}) {
    // digest: wanted on writes; typed: entries need a type name; light: answers as SPO does to minimalmetadata;
    // picky: knows verbose alone, and says so with 406; features: what it advertises, as Matchlist does.
    this.options = { picky: false, digest: true, typed: true, light: false, contextinfo: 200, seconds: 1800, ...options };
  }

  async start(context) {
    this.server = createServer((request, response) => this.#serve(request, response));
    await new Promise((resolve) => this.server.listen(0, "127.0.0.1", resolve));
    context.after(() => this.stop());
    this.site = `http://127.0.0.1:${this.server.address().port}/sites/crm`;
    return this;
  }

  stop() {
    this.server.closeAllConnections();
    return new Promise((resolve) => this.server.close(resolve));
  }

  list(title, ...items) {
    const list = { title, type: `SP.Data.${title}ListItem`, items: new Map(), nextId: 1 };
    this.lists.set(title, list);
    items.forEach((values) => this.#add(list, values));
    return list;
  }

  /** All digests that were given out are too old from now on. */
  endDigests() {
    for (const digest of this.#digests.keys()) this.#digests.set(digest, "ended");
  }

  /** The next request that `matches` goes wrong: "lost" (written, no reply), "cut" (not written, no reply), or a reply. */
  next(matches, ...ways) {
    for (const way of ways) this.faults.push({ matches, way });
  }

  requests(method) {
    return this.log.filter((each) => each.verb === method);
  }

  async #serve(incoming, response) {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    const { method, url, headers } = incoming;
    const verb = method === "POST" ? (headers["x-http-method"] ?? "POST").toUpperCase() : method;
    const request = { method, verb, url, headers, body, path: decodeURIComponent(new URL(url, "http://x").pathname) };
    this.log.push(request);
    const at = this.faults.findIndex(({ matches }) => matches(request));
    const way = at < 0 ? undefined : this.faults.splice(at, 1)[0].way;
    if (way === "cut") return incoming.socket.destroy();
    if (typeof way === "function") await way(request);
    // Others get their turn between arriving and being run, as on a real server.
    await new Promise((resolve) => setImmediate(resolve));
    const reply = way?.status ? way : this.#once(request);
    if (way === "lost") return incoming.socket.destroy();
    const { status, headers: more = {}, json, text = json === undefined ? "" : JSON.stringify(json) } = reply;
    const type = json === undefined ? "text/html" : `application/json;odata=${this.options.light ? "minimalmetadata" : "verbose"};charset=utf-8`;
    response.writeHead(status, { "Content-Type": type, "Cache-Control": "private, max-age=0", "SPRequestGuid": randomUUID(), ...this.#features(), ...more });
    response.end(text);
  }

  #features() {
    return this.options.features ? { "Matchlist-Features": this.options.features } : {};
  }

  /** A write with an id that was seen before is answered as the first time. */
  #once(request) {
    const id = this.options.features && request.headers["repeatability-request-id"];
    const reply = this.#outcomes.get(id) ?? this.#answer(request);
    if (id && reply.status < 300) this.#outcomes.set(id, reply);
    return reply;
  }

  #answer(request) {
    const { path, verb } = request;
    if (this.options.picky && !/odata=verbose/i.test(request.headers.accept ?? "")) {
      return this.#error(406, `-1, ${CLIENT}.ClientServiceException`, "The HTTP header ACCEPT is missing or its value is invalid.");
    }
    if (/\/_api\/contextinfo$/i.test(path)) return this.#contextinfo();
    const digest = this.options.digest && verb !== "GET" && !request.headers.authorization;
    if (digest && this.#digests.get(request.headers["x-requestdigest"]) !== "good") return this.#refusedDigest(request);
    const found = /^\/sites\/crm\/_api\/(?:web\/)?lists(?:\/getbytitle\('((?:[^']|'')*)'\)|\/([^/]+))(\/items(?:\((\d+)\))?)?$/i.exec(path);
    if (!found) return this.#error(404, `-1, ${CLIENT}.ResourceNotFoundException`, "Cannot find resource for the request.");
    const title = (found[1] ?? found[2]).replaceAll("''", "'");
    const list = this.lists.get(title);
    if (!list) {
      return this.#error(404, "-1, System.ArgumentException", `List '${title}' does not exist at site with URL '${this.site}'.`);
    }
    if (found[4]) return this.#item(request, list, Number(found[4]));
    if (found[3]) return verb === "GET" ? this.#page(request, list) : this.#create(request, list);
    return { status: 200, json: this.#shown({ Title: title, ListItemEntityTypeFullName: list.type }) };
  }

  #contextinfo() {
    const { contextinfo, seconds, light } = this.options;
    if (contextinfo !== 200) return this.#error(contextinfo, "-1, x", "no such thing");
    const digest = `0x${randomUUID().replaceAll("-", "").toUpperCase()},01 May 2024 08:00:00 -0000`;
    this.#digests.set(digest, "good");
    const info = { FormDigestTimeoutSeconds: seconds, FormDigestValue: digest, WebFullUrl: this.site };
    return { status: 200, json: light ? info : { d: { GetContextWebInformation: info } } };
  }

  #refusedDigest({ headers }) {
    const code = this.#digests.has(headers["x-requestdigest"]) ? -2130575252 : -2130575251;
    return this.#error(403, `${code}, Microsoft.SharePoint.SPException`, "The security validation for this page is invalid and might be corrupted. Please use your web browser's Back button to try your operation again.");
  }

  #item(request, list, id) {
    const item = list.items.get(id);
    if (!item) return this.#error(404, "-2130575338, System.ArgumentException", "Item does not exist. It may have been deleted by another user.");
    if (request.verb === "GET") return { status: 200, headers: { ETag: this.#tag(item) }, json: this.#shown(this.#entry(list, item)) };
    const match = request.headers["if-match"];
    if (match !== undefined && match !== "*" && match !== this.#tag(item) && match !== `"${item.version}"`) {
      return this.#error(412, `-1, ${CLIENT}.ClientServiceException`, `The request ETag value '${match}' does not match the object's ETag value '${this.#tag(item)}'.`);
    }
    if (request.verb === "DELETE") {
      list.items.delete(id);
      return { status: 200 };
    }
    const { values, refused } = this.#values(request, list);
    if (refused) return refused;
    item.values = request.verb === "PUT" ? values : { ...item.values, ...values };
    item.version += 1;
    return { status: 204, headers: { ETag: this.#tag(item), "Last-Modified": new Date().toUTCString() } };
  }

  #create(request, list) {
    const { values, refused } = this.#values(request, list);
    if (refused) return refused;
    const item = this.#add(list, values);
    return { status: 201, headers: { ETag: this.#tag(item) }, json: this.#shown(this.#entry(list, item)) };
  }

  #values({ headers, body }, list) {
    const isVerbose = /odata=verbose/i.test(headers["content-type"] ?? "");
    const { __metadata: metadata, ...values } = JSON.parse(body);
    const bad = (message) => ({ refused: this.#error(400, `-1, ${CLIENT}.InvalidClientQueryException`, message) });
    if (metadata && !isVerbose) return bad(`The property '__metadata' does not exist on type '${list.type}'.`);
    if (!metadata && (isVerbose || this.options.typed)) {
      return bad("An entry without a type name was found, but no expected type was specified. To allow entries without type information, the expected type must also be specified when the model is specified.");
    }
    if (metadata && metadata.type !== list.type) return bad(`A type named '${metadata.type}' could not be resolved by the model.`);
    return { values };
  }

  #page({ url }, list) {
    const options = new URL(url, "http://x").searchParams;
    const after = Number(/p_ID=(\d+)/.exec(options.get("$skiptoken") ?? "")?.[1] ?? 0);
    const top = Number(options.get("$top") ?? 100);
    const wanted = condition(options.get("$filter"));
    const all = [...list.items.values()].filter((item) => item.id > after && wanted({ Id: item.id, ...item.values }));
    const rows = all.slice(0, top).map((item) => this.#entry(list, item, options.get("$select")?.split(",")));
    let next;
    if (all.length > top) {
      const link = new URL(url, this.site);
      link.searchParams.set("$skiptoken", `Paged=TRUE&p_ID=${all[top - 1].id}`);
      next = link.href;
    }
    if (this.options.light) return { status: 200, json: { "odata.metadata": "x", ...(next && { "odata.nextLink": next }), value: rows } };
    return { status: 200, json: { d: { results: rows, ...(next && { __next: next }) } } };
  }

  #add(list, values) {
    const item = { id: list.nextId, version: 1, guid: randomUUID(), values };
    list.nextId += 1;
    list.items.set(item.id, item);
    return item;
  }

  #tag({ guid, version }) {
    return `"${guid},${version}"`;
  }

  #entry(list, { id, version, values }, select) {
    const own = { Id: id, ...values, ID: id };
    const shown = select ? Object.fromEntries(Object.entries(own).filter(([name]) => select.includes(name))) : own;
    const uri = `${this.site}/_api/Web/Lists(guid'7c1d0b52')/Items(${id})`;
    if (this.options.light) return { "odata.type": list.type, "odata.id": randomUUID(), "odata.etag": `"${version}"`, "odata.editLink": uri, ...shown };
    const deferred = { __deferred: { uri: `${uri}/AttachmentFiles` } };
    return { __metadata: { id: randomUUID(), uri, etag: `"${version}"`, type: list.type }, AttachmentFiles: deferred, ...shown };
  }

  #shown(entry) {
    return this.options.light ? entry : { d: entry };
  }

  #error(status, code, message) {
    const error = { code, message: { lang: "en-US", value: message } };
    return { status, json: this.options.light ? { "odata.error": error } : { error } };
  }
}

/** `A eq 'x' and B gt 3`, which is all of the grammar that the tests use. */
function condition(filter) {
  if (!filter) return () => true;
  const parts = filter.replace(/^\((.*)\)$/, "$1").split(/\s+and\s+/).map((part) => {
    const found = /^\(?(\w+) (eq|gt) (?:'((?:[^']|'')*)'|(\d+))\)?$/.exec(part.trim());
    if (!found) throw new Error(`the double can't read ${filter}`);
    const [, name, op, text, number] = found;
    const value = text === undefined ? Number(number) : text.replaceAll("''", "'");
    return (item) => (op === "eq" ? item[name] === value : item[name] > value);
  });
  return (item) => parts.every((part) => part(item));
}
