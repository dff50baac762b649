/**
 * What sdk-js and the wasm module say to each other, as types: the module holds the logic, the host gives it
 * everything that touches the outside. No code is here.
 */

/** Gives the wasm module what it can't have by itself. */
export interface Host {
  /** Resolves with the reply, whatever its status; rejects where none came, or with the signal's reason. */
  send(request: WireRequest): Promise<WireReply | Unable>;
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
  uuid(): string;
  /** Milliseconds since 1970. */
  now(): number;
}

export interface WireRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string | undefined;
  signal?: AbortSignal | undefined;
}

export interface WireReply {
  status: number;
  header(name: string): string | null;
  text: string;
  /** The request was not sent: this is the reply to contextinfo, to learn from before it is made anew. */
  unsent?: true;
}

/** Nothing was sent, nor will be: the call ends with this reason. */
export interface Unable {
  unsent: true;
  reason: unknown;
}

/** Where an item is: by its Id, or by the value of a unique field. */
export type ItemId = number | { readonly field: string; readonly value: string };

/** Item properties as JSON has them, without the members that control the format. */
export type Properties = Record<string, unknown>;

export interface Tagged {
  item: object;
  etag: string | null;
}

export interface WireOptions {
  signal?: AbortSignal;
  attempts?: number;
}

export interface WireQuery {
  select?: string[];
  filter?: string;
  orderby?: string;
  top?: number;
}

export interface WireSeqOptions extends WireOptions {
  list?: string;
  field?: string;
  pad?: number;
  count?: number;
  create?: boolean;
  returns?: "written" | "read";
  coalesce?: boolean;
}

/** One site, as the wasm module sees it. */
export interface WireClient {
  getNextSeq(abbrev: string, options: WireSeqOptions): Promise<string>;
  getItem(list: string, id: ItemId, options: WireOptions): Promise<Tagged>;
  getPage(
    list: string,
    query: WireQuery | { next: string },
    options: WireOptions,
  ): Promise<{ items: Tagged[]; next?: string | null }>;
  addItem(list: string, values: object, options: WireOptions): Promise<Tagged>;
  updateItem(list: string, id: ItemId, etag: string, values: object, options: WireOptions): Promise<NewTag>;
  replaceItem(list: string, id: ItemId, etag: string, values: object, options: WireOptions): Promise<NewTag>;
  deleteItem(list: string, id: ItemId, etag: string, options: WireOptions): Promise<void>;
  editItem(
    list: string,
    id: ItemId,
    change: (item: object) => object | undefined | Promise<object | undefined>,
    options: WireOptions,
  ): Promise<Tagged>;
}

export interface NewTag {
  etag?: string | null;
}

/** A filter before it is text. */
export type Condition =
  | { op: Comparison; field: string; value: Literal }
  | { and: Condition[] }
  | { or: Condition[] }
  | { not: Condition }
  | { startswith: [field: string, text: string] }
  | { contains: [field: string, text: string] };

export type Comparison = "eq" | "ne" | "gt" | "ge" | "lt" | "le";

export type Literal = string | number | boolean | null;

/** The module, once it is there. */
export interface Wasm {
  Client: new (siteUrl: string, host: Host) => WireClient;
  printFilter(tree: object): string;
}

/** Where the module's bytes come from: its address, its bytes, a reply that holds them, or compiled. */
export type Source = string | URL | Loaded | Promise<Loaded>;

type Loaded = Response | BufferSource | WebAssembly.Module;
