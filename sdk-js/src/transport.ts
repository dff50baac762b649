/** The host of the wasm module over fetch: headers, tokens, the request digest, and sleeping that can be cut short. */
import { Digest } from "./digest.js";
import { invalid } from "./errors.js";
import type { Host, Unable, WireReply, WireRequest } from "./wire.js";

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

/** The headers that a request still lacks, or what there is to say instead of sending it. */
type Prepared = { extra: Record<string, string> } | { extra?: undefined; answer: WireReply | Unable };

export function transport(site: string, options: TransportOptions): Host {
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

  /** A failure here is no lost reply: nothing was sent, and the caller is told so. */
  const prepare = async ({ method, headers, signal }: WireRequest): Promise<Prepared> => {
    try {
      const { token } = options;
      if (token !== undefined) return bearer(typeof token === "function" ? await unlessAborted(token(), signal) : token);
      if (!wantsDigest || method === "GET") return { extra: {} };
      const asked = digest.get();
      const got = await unlessAborted(asked, signal);
      if (typeof got === "object") return { answer: got };
      // A first write meets the server here: it is made anew with what contextinfo's reply shows, such as its id.
      const { told } = digest;
      if (asked !== got && told?.header("Matchlist-Features") && !headers["Repeatability-Request-ID"]) {
        return { answer: { ...told, unsent: true } };
      }
      return { extra: got === undefined ? {} : { "X-RequestDigest": got } };
    } catch (reason) {
      if (signal?.aborted) digest.leave();
      return { answer: { unsent: true, reason } };
    }
  };

  const send = async (request: WireRequest, isAgain = false): Promise<WireReply | Unable> => {
    request.signal?.throwIfAborted();
    const prepared = await prepare(request);
    if (!prepared.extra) return prepared.answer;
    request.signal?.throwIfAborted();
    const reply = await exchange(request, prepared.extra);
    if (isAgain || !isStaleDigest(reply) || !wantsDigest || request.method === "GET") return reply;
    // Refused before anything was run, so it may be sent once more.
    digest.drop(prepared.extra["X-RequestDigest"]);
    return send(request, true);
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

function bearer(token: unknown): Prepared {
  if (typeof token === "string" && /^[\x21-\x7e]+$/.test(token)) return { extra: { Authorization: `Bearer ${token}` } };
  throw invalid("a token is a text without spaces");
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
    // Work that fails is heard out even then: what nobody hears ends a Node process.
    if (signal.aborted) stop();
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
