/** The host of the wasm module over fetch: headers, tokens, the request digest, and sleeping that can be cut short. */
import { Digest } from "./digest.js";
import { invalid } from "./errors.js";
import type { Host, WireReply, WireRequest } from "./wire.js";

export type Fetch = (input: string, init: RequestInit) => Promise<Response>;

export interface TransportOptions {
  /** A bearer token, or a function that gives one for each request (so that it may be renewed). */
  readonly token?: string | (() => string | Promise<string>) | undefined;
  /** Used instead of the global fetch. It must not resend a write by itself. */
  readonly fetch?: Fetch | undefined;
  /** `auto` (the default) gets a request digest where there is no token; `never` is for servers that want none. */
  readonly digest?: "auto" | "never" | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

/** Ends the call of this signal with a reason that is given to the caller as it is. */
export type Giveup = (signal: AbortSignal | undefined, reason: unknown) => void;

export function transport(site: string, options: TransportOptions, giveUp: Giveup): Host {
  const fetcher: Fetch = options.fetch ?? ((input, init) => fetch(input, init));
  const common = commonHeaders(options.headers);

  const exchange = async (request: WireRequest, extra: Record<string, string>): Promise<WireReply> => {
    const { method, url, body, signal } = request;
    const headers = new Headers(common);
    for (const [name, value] of Object.entries({ ...request.headers, ...extra })) headers.set(name, value);
    // A cached answer would be an old version.
    const init: RequestInit = { method, headers, cache: "no-store" };
    if (body !== undefined && body !== null) init.body = body;
    if (signal) init.signal = signal;
    try {
      const response = await fetcher(url, init);
      const text = await response.text();
      return { status: response.status, text, header: (name) => response.headers.get(name) };
    } catch (error) {
      signal?.throwIfAborted();
      throw error;
    }
  };

  // A digest is bound to who asks, so it is asked for with the same headers.
  const digest = new Digest(
    (headers) => exchange({ method: "POST", url: `${site}/_api/contextinfo`, headers }, {}),
    sleep,
  );
  const wantsDigest = options.digest !== "never" && options.token === undefined && !common.has("authorization");

  /** What the request still lacks. A failure here is no lost reply: nothing was sent, and the caller is told so. */
  const prepare = async (request: WireRequest): Promise<Record<string, string> | WireReply> => {
    try {
      if (typeof options.token === "function") return bearer(await unlessAborted(options.token(), request.signal));
      if (options.token !== undefined) return bearer(options.token);
      if (!wantsDigest || request.method === "GET") return {};
      const got = await unlessAborted(digest.get(), request.signal);
      if (typeof got === "object") return got;
      return got === undefined ? {} : { "X-RequestDigest": got };
    } catch (error) {
      if (request.signal?.aborted) digest.leave();
      giveUp(request.signal, error);
      throw error;
    }
  };

  const send = async (request: WireRequest): Promise<WireReply> => {
    request.signal?.throwIfAborted();
    const extra = await prepare(request);
    if (isReply(extra)) return extra;
    request.signal?.throwIfAborted();
    const reply = await exchange(request, extra);
    const used = extra["X-RequestDigest"];
    if (!isStaleDigest(reply) || !wantsDigest || request.method === "GET") return reply;
    // Refused before anything was run, so it may be sent once more.
    digest.drop(used);
    const again = await prepare(request);
    if (isReply(again)) return again;
    request.signal?.throwIfAborted();
    return exchange(request, again);
  };

  return { send, sleep, random: Math.random, uuid, now: Date.now };
}

function commonHeaders(given: Readonly<Record<string, string>> = {}): Headers {
  try {
    return new Headers(given);
  } catch (cause) {
    throw invalid("headers must be an object of names and texts that HTTP allows", cause);
  }
}

function bearer(token: unknown): Record<string, string> {
  if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return { Authorization: `Bearer ${token}` };
  throw invalid("a token is a text without spaces");
}

function isReply(prepared: Record<string, string> | WireReply): prepared is WireReply {
  return typeof prepared["status"] === "number";
}

/** SharePoint's two codes for a digest that is wrong (…51) or too old (…52). */
function isStaleDigest(reply: WireReply): boolean {
  return reply.status === 403 && /-213057525[12]\b/.test(reply.text);
}

function sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
  // The timer is cleared at an abort: it would keep a Node process alive.
  let timer: ReturnType<typeof setTimeout>;
  const slept = new Promise<void>((resolve) => (timer = setTimeout(resolve, milliseconds)));
  return unlessAborted(slept, signal).finally(() => clearTimeout(timer));
}

/** The promise, or the signal's reason if that comes first. What is waited for goes on: others may share it. */
export function unlessAborted<R>(work: R | Promise<R>, signal: AbortSignal | undefined): Promise<R> {
  if (!signal) return Promise.resolve(work);
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(signal.reason);
    if (signal.aborted) return stop();
    signal.addEventListener("abort", stop);
    Promise.resolve(work)
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", stop));
  });
}

function uuid(): string {
  // `crypto.randomUUID` is missing on pages that came over plain http, as on many farms.
  const random = crypto.getRandomValues(new Uint8Array(36));
  return "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".replace(/[xy]/g, (kind, at: number) =>
    (kind === "x" ? random[at]! & 15 : (random[at]! & 3) | 8).toString(16),
  );
}
