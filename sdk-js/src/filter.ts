/** `f => f.City.eq("Oslo").and(f.Visits.gt(3))` to a tree; the wasm module prints it, by the service's grammar. */
import { invalid } from "./errors.js";
import type { Comparison, Condition, Literal } from "./wire.js";

/** A condition that others can be joined to. */
export class Filter {
  readonly #tree: Condition;

  constructor(tree: Condition) {
    this.#tree = tree;
  }

  and(...others: Filter[]): Filter {
    return new Filter({ and: [this, ...others].map(treeOf) });
  }

  or(...others: Filter[]): Filter {
    return new Filter({ or: [this, ...others].map(treeOf) });
  }

  not(): Filter {
    return new Filter({ not: this.#tree });
  }

  static tree(filter: Filter): Condition {
    return filter.#tree;
  }
}

/** What a field can be compared with: its own type, or null where it may be empty. A Date stands for its text. */
export type Comparable<V> =
  | (V extends string ? V | Date : V extends number | boolean ? V : V extends null | undefined ? null : never)
  | (unknown extends V ? Literal | Date : never);

export interface Field<V> {
  eq(value: Comparable<V> | null): Filter;
  ne(value: Comparable<V> | null): Filter;
  gt(value: Comparable<V>): Filter;
  ge(value: Comparable<V>): Filter;
  lt(value: Comparable<V>): Filter;
  le(value: Comparable<V>): Filter;
  startswith(text: string): Filter;
  contains(text: string): Filter;
}

export type Fields<T> = { readonly [K in keyof T & string]-?: Field<T[K]> };

/** A filter as text, or as a function of the list's fields. */
export type FilterBy<T> = string | ((fields: Fields<T>) => Filter);

/** The tree that the function builds. */
export function tree<T>(build: (fields: Fields<T>) => Filter): Condition {
  const fields = new Proxy({}, { get: (_, name) => (typeof name === "string" ? field(name) : undefined) });
  return treeOf(build(fields as Fields<T>));
}

function treeOf(filter: unknown): Condition {
  if (filter instanceof Filter) return Filter.tree(filter);
  throw invalid("a filter is built from its fields, such as f => f.City.eq(\"Oslo\")");
}

function field(name: string): Field<unknown> {
  const compare = (op: Comparison) => (value: Literal | Date) =>
    new Filter({ op, field: name, value: literal(name, value) });
  const call = (key: "startswith" | "contains") => (text: string) => {
    if (typeof text !== "string") throw invalid(`${name}.${key} takes a text`);
    return new Filter({ [key]: [name, text] } as unknown as Condition);
  };
  return {
    eq: compare("eq"),
    ne: compare("ne"),
    gt: compare("gt"),
    ge: compare("ge"),
    lt: compare("lt"),
    le: compare("le"),
    startswith: call("startswith"),
    contains: call("contains"),
  };
}

function literal(name: string, value: Literal | Date): Literal {
  // Lists keep whole seconds.
  if (value instanceof Date && !Number.isNaN(value.getTime())) return value.toISOString().replace(/\.\d+/, "");
  if (typeof value === "number" ? Number.isFinite(value) : value === null || /^(string|boolean)$/.test(typeof value)) {
    return value as Literal;
  }
  throw invalid(`${name} can be compared with a text, a number, true, false, null or a date`);
}
