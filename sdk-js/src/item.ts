/**
 * The tag that travels with an object: under a symbol, not enumerable, so that neither JSON nor `for … in` nor
 * a spread sees it, while proxies (Vue, MobX) let it through. A copy has no tag and can't be written by.
 */
import { invalid, PreconditionRequiredError } from "./errors.js";
import type { ItemId, Properties } from "./wire.js";

// By `Symbol.for`, as a page may hold this package twice (ESM and CJS).
const ORIGIN = Symbol.for("matchlist.origin");

declare const BRAND: unique symbol;

/** An object that was read from a list: it knows its version. */
export type Item<T extends object> = T & { readonly Id: number; readonly [BRAND]: true };

/** Where an object came from, and the version that it shows. */
export interface Origin {
  readonly site: string;
  readonly list: string;
  readonly id: number;
  /** Null where the server didn't tell it. */
  readonly etag: string | null;
}

export function originOf(item: object): Origin | undefined {
  return (item as { [ORIGIN]?: Origin })[ORIGIN];
}

/** The entity tag that an object carries, such as `"3"` with its quotes; undefined for a copy. */
export function etagOf(item: object): string | undefined {
  return originOf(item)?.etag ?? undefined;
}

export function mark<T extends object>(item: object, origin: Origin): Item<T> {
  Object.defineProperty(item, ORIGIN, { value: origin, writable: true, configurable: true });
  return item as Item<T>;
}

/**
 * Makes the object what was just written. One that can't change (frozen) stays the old version, tag included,
 * so that a write by it is refused; the new version is then another object.
 */
export function advance(item: object, values: object, how: "merge" | "replace", origin: Origin): object {
  const fresh = how === "merge" ? { ...item, ...values } : { Id: origin.id, ...values };
  if (Object.isFrozen(item)) return mark(fresh, origin);
  const own = item as Properties;
  if (how === "replace") for (const name of Object.keys(own)) if (name !== "Id") delete own[name];
  return mark(Object.assign(own, values), origin);
}

/** The Id that an object shows, in either of SharePoint's spellings. */
export function idOf(item: { readonly Id?: unknown; readonly ID?: unknown }): number {
  return Number(item.Id ?? item.ID);
}

export function isItemId(value: unknown): value is ItemId {
  if (typeof value === "number") return Number.isSafeInteger(value) && value > 0;
  if (typeof value !== "object" || value === null) return false;
  const { field, value: key, ...rest } = value as { field?: unknown; value?: unknown };
  return typeof field === "string" && typeof key === "string" && Object.keys(rest).length === 0;
}

export function itemId(value: unknown): ItemId {
  if (isItemId(value)) return value;
  throw invalid("an item is named by its Id, a whole number from 1, or by { field, value }");
}

/** What a caller says of the version that it means to change. */
export interface Condition {
  readonly etag?: string | undefined;
  readonly force?: boolean | undefined;
}

/** The tag to match. `*` is only ever sent for `force: true`, and a tag that is given beside it is kept to. */
export function tagToMatch(origin: Origin | undefined, { etag, force }: Condition): string {
  if (force === true && etag === undefined) return "*";
  const tag = etag ?? origin?.etag;
  if (typeof tag === "string" && tag.trim() === "*") throw invalid("to overwrite any version, say { force: true }");
  if (typeof tag === "string" && tag.trim() !== "") return tag;
  throw new PreconditionRequiredError(
    "precondition-required",
    "which version is to change? Pass an object that this list gave (a copy has no tag), { etag }, or { force: true }",
  );
}
