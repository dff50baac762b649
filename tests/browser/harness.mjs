// The real server, a real browser, and what the tests put into the lists. Set by `cargo xtask browser`:
// MATCHLIST_BIN (the binary), MATCHLIST_PAGES (the assembled examples), MATCHLIST_SHOTS (screenshots), CHROMIUM.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { extname, join, normalize } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const { MATCHLIST_BIN, MATCHLIST_PAGES, MATCHLIST_SHOTS, CHROMIUM } = process.env;

/** Starts `matchlist serve` on a free port with the examples' pages; `{ onDisk: true }` for one that takes orders. */
export async function startServer(...extra) {
  const onDisk = typeof extra[0] === "object" && extra.shift().onDisk;
  const data = onDisk ? await mkdtemp(join(tmpdir(), "matchlist-data-")) : ":memory:";
  const pages = ["--pages", `/=${join(MATCHLIST_PAGES, "root")}`, "--pages", `/sites/classic=${join(MATCHLIST_PAGES, "classic")}`];
  const site = ["--site", "/sites/classic"];
  const args = ["serve", "--listen", "127.0.0.1:0", "--data", data, ...site, ...pages, ...extra];
  const env = { ...process.env, RUST_LOG: "warn" };
  const child = spawn(MATCHLIST_BIN, args, { env, stdio: ["ignore", "pipe", "inherit"] });
  const [line] = await once(createInterface({ input: child.stdout }), "line");
  const url = line.replace("listening on ", "");
  return {
    url,
    /** Runs another command of the program on the server's data. */
    async order(args, input = "") {
      const order = spawn(MATCHLIST_BIN, [...args, "--data", data], { stdio: ["pipe", "ignore", "inherit"] });
      order.stdin.end(input);
      const [code] = await once(order, "exit");
      if (code !== 0) throw new Error(`matchlist ${args.join(" ")} ended with ${code}`);
    },
    async stop() {
      child.kill("SIGTERM");
      await once(child, "exit");
      if (onDisk) await rm(data, { recursive: true, force: true });
    },
  };
}

/** Sends a JSON request and fails unless it is accepted. */
export async function rest(url, method = "GET", body, headers = {}) {
  const reply = await fetch(url, {
    method,
    headers: { Accept: "application/json;odata=nometadata", "Content-Type": "application/json", ...headers },
    body: body && JSON.stringify(body),
  });
  const text = await reply.text();
  if (!reply.ok) throw new Error(`${method} ${url}: ${reply.status} ${text}`);
  return text ? JSON.parse(text) : null;
}

/** A list with text fields and items, made on the server. */
export async function addList(site, title, fields, items) {
  await rest(`${site}/_api/web/lists`, "POST", { Title: title, BaseTemplate: 100 });
  for (const field of fields) {
    await rest(`${site}/_api/lists/${title}/fields`, "POST", { Title: field, FieldTypeKind: 2 });
  }
  for (const item of items) {
    await rest(`${site}/_api/lists/${title}/items`, "POST", item);
  }
}

/** The Configuration list of a site, with the sequences at these numbers. */
export function addConfiguration(site, numbers) {
  const items = Object.entries(numbers).map(([abbrev, n]) => ({ Title: `LastSeq${abbrev}`, ParamValue: String(n) }));
  return addList(site, "Configuration", ["ParamValue"], items);
}

/** The present value of a sequence. */
export async function valueOf(site, abbrev) {
  const { value } = await rest(`${site}/_api/lists/Configuration/items?$filter=Title eq 'LastSeq${abbrev}'`);
  return value[0].ParamValue;
}

/** Starts the browser with a profile of its own. */
export async function startBrowser() {
  const profile = await mkdtemp(join(tmpdir(), "matchlist-browser-"));
  const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync"];
  const context = await chromium.launchPersistentContext(profile, {
    executablePath: CHROMIUM, headless: true, args: flags, viewport: { width: 1100, height: 700 },
  });
  return {
    /** An empty page. */
    blank: () => context.newPage(),
    /** Opens a page and waits until it says that it is ready; errors in it fail the test. */
    async open(url) {
      const page = await context.newPage();
      page.on("pageerror", (error) => { throw error; });
      await page.goto(url);
      await page.waitForSelector("body[data-ready]", { state: "attached" });
      return page;
    },
    async stop() {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Takes a screenshot that people look at. */
export function shoot(page, name) {
  return page.screenshot({ path: join(MATCHLIST_SHOTS, `${name}.png`), fullPage: true });
}

const TYPES = { ".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".wasm": "application/wasm" };

/** Serves a folder from an origin of its own. */
export async function startOrigin(folder) {
  const server = createServer(async (request, response) => {
    const path = normalize(new URL(request.url, "http://x").pathname);
    try {
      const body = await readFile(join(folder, path.endsWith("/") ? `${path}index.html` : path));
      const type = TYPES[extname(path)] ?? "text/html";
      response.writeHead(200, { "Content-Type": type }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, stop: () => server.close() };
}

export const pagesFolder = MATCHLIST_PAGES;
