/**
 * The request digest: SharePoint wants one on every write of a caller who signed in by cookie or Windows. It is
 * got by a POST of its own, kept until shortly before it ends, and shared by all callers of a connection.
 */
import { NetworkError } from "./errors.js";
import type { WireReply } from "./wire.js";

/** A digest; undefined to go without; or a reply that refused to give one, which is then the write's own answer. */
type Got = string | undefined | WireReply;

/** Seconds before its end in which a digest is no longer used. */
const MARGIN = 60;

const TRIES = 3;

export class Digest {
  readonly #ask: (headers: Record<string, string>) => Promise<WireReply>;
  readonly #sleep: (milliseconds: number) => Promise<void>;
  #kept: { value: string | undefined; until: number } | undefined;
  #asking: Promise<Got> | undefined;
  /** The last reply of contextinfo. */
  told: WireReply | undefined;

  constructor(
    ask: (headers: Record<string, string>) => Promise<WireReply>,
    sleep: (milliseconds: number) => Promise<void>,
  ) {
    this.#ask = ask;
    this.#sleep = sleep;
  }

  /** Callers at the same time share one request. */
  get(): Got | Promise<Got> {
    if (this.#kept && Date.now() < this.#kept.until) return this.#kept.value;
    if (this.#asking) return this.#asking;
    const asking = this.#fetch().finally(() => this.#asking === asking && this.leave());
    this.#asking = asking;
    return asking;
  }

  /** Someone waited in vain: those who come later don't wait for the same request. */
  leave(): void {
    this.#asking = undefined;
  }

  /** Forgets the digest that was refused; a newer one that another caller got meanwhile stays. */
  drop(refused: string | undefined): void {
    if (this.#kept?.value === refused) this.#kept = undefined;
  }

  async #fetch(): Promise<Got> {
    const reply = (this.told = await this.#reply());
    const { status } = reply;
    // No such address: a server that knows no digests.
    if (status === 404 || status === 405) return this.#keep(undefined, Infinity);
    // Nothing was written yet, which of all answers only 429 says; then it is waited for and asked again.
    if (status >= 502 && status <= 504) return { ...reply, status: 429 };
    if (status === 401 || status === 403 || status === 429 || status >= 500) return reply;
    const info = read(reply.text);
    if (status !== 200 || !info) return undefined;
    const [value, seconds] = info;
    return this.#keep(value, Date.now() + 1000 * Math.max(seconds - MARGIN, seconds / 2));
  }

  #keep(value: string | undefined, until: number): string | undefined {
    this.#kept = { value, until };
    return value;
  }

  async #reply(): Promise<WireReply> {
    for (let tried = 1; ; tried += 1) {
      try {
        return await this.#ask({ Accept: "application/json;odata=verbose" });
      } catch (cause) {
        if (tried === TRIES) {
          throw new NetworkError("network", "no request digest could be had, so nothing was written", { cause });
        }
        await this.#sleep(Math.random() * 250 * 2 ** tried);
      }
    }
  }
}

/** The digest and its seconds, from the verbose shape or the light one. */
function read(text: string): [value: string, seconds: number] | undefined {
  try {
    const body: unknown = JSON.parse(text);
    const info = member(member(body, "d"), "GetContextWebInformation") ?? member(body, "GetContextWebInformation") ?? body;
    const value = member(info, "FormDigestValue");
    const seconds = Number(member(info, "FormDigestTimeoutSeconds"));
    return typeof value === "string" && value !== "" ? [value, seconds > 0 ? seconds : MARGIN] : undefined;
  } catch {
    return undefined;
  }
}

function member(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>)[name] : undefined;
}
