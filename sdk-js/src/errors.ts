/** Every way in which a call can fail: a class, and a `code` that never changes. */
import type { Item } from "./item.js";

/** The codes; each belongs to one class below. */
export type ErrorCode =
  | "conflict"
  | "precondition-required"
  | "not-found"
  | "throttled"
  | "unknown-outcome"
  | "attempts"
  | "not-a-number"
  | "forbidden"
  | "invalid"
  | "protocol"
  | "network"
  | "server";

/** The base of every error of this package. */
export class MatchlistError extends Error {
  readonly code: ErrorCode;
  /** The status of the reply; null where there was none. */
  declare readonly status: number | null;
  /** SharePoint's code string and message, where the server gave them. */
  declare readonly serverCode: string | null;
  declare readonly serverMessage: string | null;

  constructor(code: ErrorCode, message: string, details: object = {}) {
    super(message);
    this.code = code;
    Object.assign(this, { status: null, serverCode: null, serverMessage: null }, details);
    Object.defineProperty(this, "name", { value: nameOf(code), configurable: true });
  }
}

/** Someone changed the item since it was read (412). Nothing was written. */
export class ConflictError<T extends object = Record<string, unknown>> extends MatchlistError {
  /** The values that were to be written; undefined for a delete. */
  declare readonly mine: Partial<T> | undefined;
  /** The item as it was read, where the call was given it. */
  declare readonly base: T | undefined;
  /** The item as it is now, with its tag, so that it can be written at once; null where it is gone or unknown. */
  declare readonly current: Item<T> | null;
  declare readonly etag: string | null;
  /** Who changed it, and when; null where the server doesn't tell, as SharePoint. */
  declare readonly by: string | null;
  declare readonly at: string | null;
  /** Which fields changed since the version that was read; undefined where that can't be told. */
  declare readonly fields: readonly string[] | undefined;
}

/** The write names no version: the object has no tag, or the list insists on one (428). Nothing was written. */
export class PreconditionRequiredError extends MatchlistError {}

/** No such list, item or site (404). */
export class NotFoundError extends MatchlistError {
  declare readonly what: "list" | "item" | "site" | "unknown";
}

/** The server was busy (429, 503) until the attempts were spent. Nothing was written. */
export class ThrottledError extends MatchlistError {
  /** Seconds, as the server said. */
  declare readonly retryAfter: number | null;
}

/** The reply to a write was lost: it may have happened, or not. Read before you write again. */
export class UnknownOutcomeError extends MatchlistError {}

/** Others changed the item at each attempt, until the attempts were spent. Nothing was written. */
export class AttemptsError extends MatchlistError {}

/** The field that counts holds no whole number. */
export class NotANumberError extends MatchlistError {}

/** The caller may not do this (401, 403). */
export class ForbiddenError extends MatchlistError {}

/** The request makes no sense: to the server (another 4xx), or before it was sent (`status` null). */
export class InvalidRequestError extends MatchlistError {}

/** The answer is not what a list service says: HTML, no JSON, nothing. */
export class ProtocolError extends MatchlistError {}

/** No reply came, and nothing was written. */
export class NetworkError extends MatchlistError {}

/** The server failed (5xx). */
export class ServerError extends MatchlistError {}

const CLASSES = {
  "conflict": ConflictError,
  "precondition-required": PreconditionRequiredError,
  "not-found": NotFoundError,
  "throttled": ThrottledError,
  "unknown-outcome": UnknownOutcomeError,
  "attempts": AttemptsError,
  "not-a-number": NotANumberError,
  "forbidden": ForbiddenError,
  "invalid": InvalidRequestError,
  "protocol": ProtocolError,
  "network": NetworkError,
  "server": ServerError,
} satisfies Record<ErrorCode, typeof MatchlistError>;

/** The class's name by its code: minifiers rename classes, and a log should still say which it was. */
function nameOf(code: ErrorCode): string {
  const words = code === "invalid" ? "invalid-request" : code;
  return words.replace(/(^|-)./g, (start) => start.slice(-1).toUpperCase()) + "Error";
}

/** The class for what the wasm module rejected with; anything else is given back as it is. */
export function typed(error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof MatchlistError || !hasCode(error)) return error;
  const { code, message, stack: _stack, ...details } = error;
  return new CLASSES[code](code, message, details);
}

function hasCode(error: Error): error is Error & { code: ErrorCode } {
  return "code" in error && typeof error.code === "string" && Object.hasOwn(CLASSES, error.code);
}

/** A mistake that was seen before anything was sent. */
export function invalid(message: string, cause?: unknown): InvalidRequestError {
  return new InvalidRequestError("invalid", message, cause === undefined ? {} : { cause });
}
