/** Sites: `connect`, and `getNextSeq` for pages that know their site. */
import { Connection } from "./connection.js";
import { invalid } from "./errors.js";
import { List, type CallOptions } from "./list.js";
import type { TransportOptions } from "./transport.js";
import type { Wasm, WireSeqOptions } from "./wire.js";

export interface ConnectOptions extends TransportOptions {
  /** Ends the connecting; each call takes a signal of its own. */
  readonly signal?: AbortSignal | undefined;
}

export interface NextSeqOptions extends CallOptions {
  /** The list that holds the counter; `"Configuration"` if not given. */
  readonly list?: string | undefined;
  /** The field that counts; `"ParamValue"` if not given. */
  readonly field?: string | undefined;
  /** The least number of digits; 4 if not given. */
  readonly pad?: number | undefined;
  /** How many numbers to take with one write; resolves to the first of them. */
  readonly count?: number | undefined;
  /** Make the counter where it is missing. */
  readonly create?: boolean | undefined;
  /**
   * `"written"` (the default) hands out the number that was written, so that the counter shows the last one given
   * out; `"read"` the one that was read, so that it shows the next one. Never use both on one counter.
   */
  readonly returns?: "written" | "read" | undefined;
  /**
   * While such a call runs, others like it on this site object wait, and then take one block together: few writes for
   * many calls. Each gets its own number, in the order of the calls. Whoever is aborted while numbers are being
   * reserved burns its own, so leave it off (the default) where gaps matter.
   */
  readonly coalesce?: boolean | undefined;
}

export class Site {
  readonly #connection: Connection;

  /** @internal */
  constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** The site's address, without a slash at its end. */
  get url(): string {
    return this.#connection.site;
  }

  list<T extends object = Record<string, unknown>>(title: string): List<T> {
    return new List<T>(this.#connection, title);
  }

  /** The next number of a counter, padded: no other caller gets it, nor got it before. */
  async getNextSeq(abbrev: string, options: NextSeqOptions = {}): Promise<string> {
    if (typeof abbrev !== "string") throw invalid('a sequence is named by its abbreviation, such as "AAAA"');
    // The module holds the options to their rules; to it, undefined is not given.
    const asked = options as WireSeqOptions;
    return this.#connection.call(options, (client, wire) => client.getNextSeq(abbrev, { ...asked, ...wire }));
  }
}

export interface Api {
  /** Opens a site by its address: `https://lists.example/sites/crm`, or `/sites/crm` on a page of that server. */
  connect(url: string, options?: ConnectOptions): Promise<Site>;
  /** The next number of a counter in the site of this page, which SharePoint's `_spPageContextInfo` names. */
  getNextSeq(abbrev: string, options?: NextSeqOptions): Promise<string>;
}

/** What an entry point exports, over its own way to the wasm module. */
export function api(load: () => Promise<Wasm>): Api {
  let loading: Promise<Wasm> | undefined;
  const pages = new Map<string, Site>();

  const module = (): Promise<Wasm> => {
    loading ??= load().catch((error: unknown) => {
      loading = undefined;
      throw error;
    });
    return loading;
  };
  const connect = async (url: string, options: ConnectOptions = {}): Promise<Site> => {
    options.signal?.throwIfAborted();
    const wasm = await module();
    options.signal?.throwIfAborted();
    return new Site(new Connection(wasm, url, options));
  };
  const getNextSeq = async (abbrev: string, options: NextSeqOptions = {}): Promise<string> => {
    options.signal?.throwIfAborted();
    const url = pageSite();
    // A site of its own for each call would get a digest for each call.
    let site = pages.get(url);
    if (!site) {
      const fresh = await connect(url, options.signal ? { signal: options.signal } : {});
      site = pages.get(url) ?? fresh;
      pages.set(url, site);
    }
    return site.getNextSeq(abbrev, options);
  };
  return { connect, getNextSeq };
}

/** SharePoint names the root site "/", from which careless scripts build `//_api`, another host to a browser. */
function pageSite(): string {
  const page: unknown = (globalThis as { _spPageContextInfo?: unknown })._spPageContextInfo;
  const { webServerRelativeUrl, siteServerRelativeUrl } = (page ?? {}) as Record<string, unknown>;
  for (const path of [webServerRelativeUrl, siteServerRelativeUrl]) {
    if (typeof path === "string") return encodeURI(path.replace(/^\/+|\/+$/g, "").replace(/^(?=.)/, "/"));
  }
  return "";
}
