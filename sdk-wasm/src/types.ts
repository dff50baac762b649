/** What the host gives: everything that touches the outside. */
export interface Host {
  /** Sends one request; resolves whatever the status, rejects when no reply came or on abort. */
  send(request: HostRequest): Promise<HostReply | HostTaught | HostUnable>;
  /** Resolves after so many milliseconds; rejects with the signal's reason on abort. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
  /** A number in [0, 1). */
  random(): number;
  /** A UUID. */
  uuid(): string;
  /** Milliseconds since 1970. */
  now(): number;
}
export interface HostRequest {
  method: string;
  url: string;
  headers: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
}
export interface HostReply {
  status: number;
  header(name: string): string | null;
  text: string;
}
/** Nothing was sent yet: this reply to a request of the host's own (contextinfo) is to be learnt from first. */
export interface HostTaught extends HostReply {
  unsent: true;
}
/** Nothing was sent and nothing will be: the call ends with the reason, as it is. */
export interface HostUnable {
  unsent: true;
  reason: unknown;
}
export interface CallOptions {
  signal?: AbortSignal;
  attempts?: number;
}
export interface NextSeqOptions extends CallOptions {
  list?: string;
  field?: string;
  pad?: number;
  count?: number;
  create?: boolean;
  returns?: "written" | "read";
  /** Calls that wait for one of their like share one block; off where gaps matter. */
  coalesce?: boolean;
}
export interface PageQuery {
  select?: string[];
  filter?: string;
  orderby?: string;
  top?: number;
}
export type ItemId = number | { field: string; value: unknown };
export interface Tagged {
  item: object;
  etag: string | null;
}
export interface Page {
  items: Tagged[];
  next?: string;
}
export interface Written {
  /** Null where the server did not tell it: then nothing may be written without reading again. */
  etag: string | null;
}
export type Change = (item: object) => object | undefined | Promise<object | undefined>;
