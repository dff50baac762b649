/** One site's wasm client, and what every call through it has in common: options, abort, typed errors. */
import type { CallOptions } from "./list.js";
import { invalid, ProtocolError, typed } from "./errors.js";
import { transport, type TransportOptions } from "./transport.js";
import type { Wasm, WireClient, WireOptions } from "./wire.js";

export type Work<R> = (client: WireClient, options: WireOptions) => Promise<R>;

export class Connection {
  readonly site: string;
  readonly printFilter: (tree: object) => string;
  readonly #client: WireClient;

  constructor(wasm: Wasm, address: string, options: TransportOptions) {
    this.site = siteAddress(address, options.fetch !== undefined || typeof location !== "undefined");
    this.printFilter = (tree) => {
      try {
        return wasm.printFilter(tree);
      } catch (error) {
        throw typed(error);
      }
    };
    this.#client = new wasm.Client(this.site, transport(this.site, options));
  }

  /**
   * Runs one call under a signal of its own, which the caller's signal aborts: what fetch hangs on a signal goes
   * with the call, however long the caller's signal lives.
   */
  async call<R>(options: CallOptions, work: Work<R>): Promise<R> {
    const { signal: outer, attempts } = options;
    outer?.throwIfAborted();
    const own = new AbortController();
    const { signal } = own;
    const forward = (): void => own.abort(outer?.reason);
    outer?.addEventListener("abort", forward);
    try {
      return await work(this.#client, attempts === undefined ? { signal } : { signal, attempts });
    } catch (error) {
      throw signal.aborted ? signal.reason : typed(error);
    } finally {
      outer?.removeEventListener("abort", forward);
    }
  }

  /** A link of the server's at this site's own origin: behind a proxy it may name a host that we can't reach. */
  own(link: string): string {
    let url;
    try {
      url = new URL(link, "http://relative.invalid");
    } catch (cause) {
      throw new ProtocolError("protocol", `the link to the next page is none: ${link}`, { cause });
    }
    return (/^https?:\/\/[^/]+/i.exec(this.site)?.[0] ?? "") + url.pathname + url.search;
  }
}

/** The address without slashes at its end, so that no `//_api` comes of it. */
function siteAddress(address: unknown, mayBeRelative: boolean): string {
  if (typeof address !== "string") throw invalid("a site is named by its address");
  const site = address.trim().replace(/\/+$/, "");
  const isAbsolute = /^https?:/i.test(site);
  if (!/^(https?:\/\/[^/?#\s]+)?(\/[^/?#]+)*$/i.test(site) || /\/_api(\/|$)/i.test(site)) {
    throw invalid(`"${address}" is no address of a site, such as https://lists.example/sites/crm or /sites/crm`);
  }
  if (!isAbsolute && !mayBeRelative) {
    throw invalid(`"${address}" is an address on a page's own server, and there is no page here: give all of it`);
  }
  return site;
}
