/** One list: reading items, and writing them under the version that the caller saw. */
import { ConflictError, invalid } from "./errors.js";
import { tree, type FilterBy } from "./filter.js";
import { advance, idOf, itemId, mark, originOf, tagToMatch, type Item, type Origin } from "./item.js";
import type { Connection, Work } from "./connection.js";
import { unlessAborted } from "./transport.js";
import type { ItemId, NewTag, Properties, Tagged, WireQuery } from "./wire.js";

/** What every call takes. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** How often a request may be sent, where it may be sent again. */
  readonly attempts?: number | undefined;
}

export interface Query<T, K extends keyof T & string = keyof T & string> extends CallOptions {
  readonly filter?: FilterBy<T> | undefined;
  /** Id comes with every item, selected or not: without it, none could be written. */
  readonly select?: readonly K[] | undefined;
  /** Such as `"Modified desc,Title"`. */
  readonly orderby?: string | undefined;
  /** The size of a page; the iteration goes on to the last page whatever it is. */
  readonly top?: number | undefined;
}

/** Values to write; null clears a field. */
export type Changes<T> = { readonly [K in keyof T]?: T[K] | null };

/** Which version a write by Id means: a tag, or, said in so many words, any. */
export type Version = { readonly etag: string; readonly force?: false } | { readonly force: true; readonly etag?: never };

/** Items in pages, read as they are asked for. */
export interface Items<T extends object> extends AsyncIterable<Item<T>> {
  pages(): AsyncIterable<Item<T>[]>;
}

type Write = "updateItem" | "replaceItem" | "deleteItem";

export class List<T extends object = Record<string, unknown>> {
  readonly #connection: Connection;
  readonly title: string;

  /** @internal */
  constructor(connection: Connection, title: string) {
    if (typeof title !== "string" || title === "") throw invalid("a list is named by its title");
    this.#connection = connection;
    this.title = title;
  }

  /** All items that the query wants, page after page, each with its tag. */
  items<K extends keyof T & string = keyof T & string>(query: Query<T, K> = {}): Items<Pick<T, K>> {
    const pages = (): AsyncIterable<Item<Pick<T, K>>[]> => this.#pages<K>(query);
    return {
      pages,
      async *[Symbol.asyncIterator]() {
        for await (const page of pages()) yield* page;
      },
    };
  }

  async get(id: ItemId, options: CallOptions = {}): Promise<Item<T>> {
    const where = itemId(id);
    return this.#mark(await this.#call(options, (client, wire) => client.getItem(this.title, where, wire)));
  }

  /** Resolves to the item as the server made it, with its Id and its tag. */
  async add(values: Changes<T>, options: CallOptions = {}): Promise<Item<T>> {
    const body = json(values);
    return this.#mark(await this.#call(options, (client, wire) => client.addItem(this.title, body, wire)));
  }

  /**
   * Writes the changes if the item still is as the object shows it; else rejects with ConflictError. The object
   * then has the new values and the new tag.
   */
  update<I extends Item<object>>(item: I, changes: Changes<T>, options?: CallOptions & { readonly force?: boolean }): Promise<I>;
  /** The same by Id, under a tag that was kept elsewhere, or by force. Resolves to the new tag. */
  update(id: ItemId, changes: Changes<T>, options: CallOptions & Version): Promise<string | null>;
  async update(target: unknown, changes: Changes<T>, options: CallOptions & Partial<Version> = {}): Promise<unknown> {
    return this.#write("updateItem", target, changes, options);
  }

  /** Like update, but fields that are not given are set to their defaults. */
  replace<I extends Item<object>>(item: I, values: Changes<T>, options?: CallOptions & { readonly force?: boolean }): Promise<I>;
  replace(id: ItemId, values: Changes<T>, options: CallOptions & Version): Promise<string | null>;
  async replace(target: unknown, values: Changes<T>, options: CallOptions & Partial<Version> = {}): Promise<unknown> {
    return this.#write("replaceItem", target, values, options);
  }

  delete(item: Item<object>, options?: CallOptions & { readonly force?: boolean }): Promise<void>;
  delete(id: ItemId, options: CallOptions & Version): Promise<void>;
  async delete(target: unknown, options: CallOptions & Partial<Version> = {}): Promise<void> {
    await this.#write("deleteItem", target, undefined, options);
  }

  /**
   * Reads the item, asks `change` what to write, and writes it; where someone was faster, all of it again.
   * `change` may so be called several times; what it gives must depend on the item that it is given. Nothing is
   * written where it gives undefined.
   */
  async edit(
    target: ItemId | Item<object>,
    change: (item: T & { readonly Id: number }) => Changes<T> | undefined | Promise<Changes<T> | undefined>,
    options: CallOptions = {},
  ): Promise<Item<T>> {
    if (typeof change !== "function") throw invalid("edit takes a function that gives the changes");
    const id = this.#origin(target)?.id ?? itemId(target);
    const edited = await this.#call(options, (client, wire) => {
      const step = async (item: object): Promise<object | undefined> => {
        const changes = await unlessAborted(change(item as T & { readonly Id: number }), wire.signal);
        return changes ? json(changes) : undefined;
      };
      return client.editItem(this.title, id, step, wire);
    });
    return this.#mark(edited);
  }

  async #write(write: Write, target: unknown, values: object | undefined, options: CallOptions & Partial<Version>): Promise<unknown> {
    const origin = this.#origin(target);
    const id = origin?.id ?? itemId(bare(target));
    const etag = tagToMatch(origin, options);
    const body = write === "deleteItem" ? undefined : json(values);
    let done: NewTag | void;
    try {
      done = await this.#call<NewTag | void>(options, (client, wire) =>
        body === undefined
          ? client.deleteItem(this.title, id, etag, wire)
          : client[write as "updateItem"](this.title, id, etag, body, wire),
      );
    } catch (error) {
      if (!(error instanceof ConflictError)) throw error;
      throw await this.#explained(error, id, values, origin && (target as object), options);
    }
    if (body === undefined) return undefined;
    const now = done?.etag ?? null;
    // The new values as they went out: what the caller does to its own object later is no part of them.
    return origin ? advance(target as object, body, write === "updateItem" ? "merge" : "replace", { ...origin, etag: now }) : now;
  }

  /** A conflict with both sides. SharePoint doesn't send the present item along, so it is read where it lacks. */
  async #explained(error: ConflictError, id: ItemId, mine: object | undefined, base: object | undefined, options: CallOptions): Promise<ConflictError> {
    let present: Tagged | undefined;
    if (error.current) present = { item: error.current, etag: error.etag };
    else present = await this.#call(options, (client, wire) => client.getItem(this.title, id, wire)).catch(() => undefined);
    options.signal?.throwIfAborted();
    return Object.assign(error, {
      mine,
      // The object lives on, and may be changed by what the caller does about the conflict.
      base: base && { ...base },
      current: present ? this.#mark(present) : null,
      etag: present?.etag ?? error.etag ?? null,
    });
  }

  async *#pages<K extends keyof T & string>(query: Query<T, K>): AsyncGenerator<Item<Pick<T, K>>[]> {
    let ask: WireQuery | { next: string } = this.#asked(query);
    for (;;) {
      const { items, next } = await this.#call(query, (client, wire) => client.getPage(this.title, ask, wire));
      yield items.map((each) => this.#mark(each) as unknown as Item<Pick<T, K>>);
      if (!next) return;
      ask = { next: this.#connection.own(next) };
    }
  }

  #asked<K extends keyof T & string>({ filter, select, orderby, top }: Query<T, K>): WireQuery {
    const asked: WireQuery = {};
    if (filter) asked.filter = typeof filter === "function" ? this.#connection.printFilter(tree(filter)) : filter;
    if (select) asked.select = select.some((name) => name === "Id") ? [...select] : ["Id", ...select];
    if (orderby) asked.orderby = orderby;
    if (top !== undefined) asked.top = top;
    return asked;
  }

  /** Where the object came from; undefined if it has no tag, or is no object but an Id. */
  #origin(target: unknown): Origin | undefined {
    const origin = typeof target === "object" && target !== null ? originOf(target) : undefined;
    if (origin && (origin.site !== this.#connection.site || origin.list !== this.title)) {
      throw invalid(`this item is of the list "${origin.list}", not of "${this.title}"`);
    }
    return origin;
  }

  #mark({ item, etag }: Tagged): Item<T> {
    return mark<T>(item, { site: this.#connection.site, list: this.title, id: idOf(item), etag });
  }

  #call<R>(options: CallOptions, work: Work<R>): Promise<R> {
    return this.#connection.call(options, work);
  }
}

/** An object without a tag is no Id, but the mistake is the missing tag: that is what the caller should read. */
function bare(target: unknown): unknown {
  const isCopy = typeof target === "object" && target !== null && ("Id" in target || "ID" in target);
  return isCopy ? (tagToMatch(undefined, {}), target) : target;
}

/** Values as JSON has them. What JSON would silently turn into null would clear a field, and is refused. */
function json(values: unknown): Properties {
  if (typeof values !== "object" || values === null || Array.isArray(values)) {
    throw invalid("values are an object of field names and values");
  }
  try {
    const text = JSON.stringify(values, function (this: Properties, name, value: unknown) {
      const raw = this[name];
      const isLost = (typeof raw === "number" && !Number.isFinite(raw)) || (raw instanceof Date && value === null);
      if (isLost) throw new TypeError(`${name} is ${String(raw)}`);
      return value;
    });
    return JSON.parse(text) as Properties;
  } catch (cause) {
    throw invalid(`the values can't be sent as JSON: ${cause instanceof Error ? cause.message : String(cause)}`, cause);
  }
}

