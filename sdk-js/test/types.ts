/** Compiled, never run: what the types allow, and, by `@ts-expect-error`, what they refuse. */
import {
  connect, ConflictError, etagOf, getNextSeq, MatchlistError, NotFoundError, ThrottledError, type ErrorCode, type Item, type Site,
} from "matchlist";
import { connect as slimConnect, init } from "matchlist/slim";

interface Customer {
  Id: number;
  Title: string;
  City: string;
  Visits: number;
  Note?: string;
  Due: string | null;
  Done: boolean;
}

type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_: Same<A, B>): void => {};

const site: Site = await connect("https://h/sites/crm", { token: async () => "t", digest: "never", signal: AbortSignal.timeout(1) });
const customers = site.list<Customer>("Customers");

const one = await customers.get(7);
same<typeof one, Item<Customer>>(true);
const id: number = one.Id;
const tag: string | undefined = etagOf(one);

for await (const customer of customers.items({ filter: (f) => f.City.eq("Oslo").and(f.Visits.gt(3)), orderby: "Title" })) {
  same<typeof customer.Visits, number>(true);
  await customers.update(customer, { Visits: customer.Visits + 1 });
}
for await (const page of customers.items({ select: ["Title"], top: 10 }).pages()) {
  const title: string = page[0]!.Title;
  // @ts-expect-error what was not selected is not there
  page[0]!.City;
  await customers.update(page[0]!, { City: "Oslo" });
}
// @ts-expect-error no such field
customers.items({ select: ["Town"] });
// @ts-expect-error no such field
customers.items({ filter: (f) => f.Town.eq("x") });
// @ts-expect-error a text field is compared with texts
customers.items({ filter: (f) => f.City.eq(3) });
// @ts-expect-error a filter is what its fields make
customers.items({ filter: (f) => true });
customers.items({ filter: (f) => f.Due.le(new Date()).or(f.Due.eq(null), f.Note.contains("x"), f.Done.eq(true).not()) });

const added: Item<Customer> = await customers.add({ Title: "Ann", Due: null });
// @ts-expect-error no such field
await customers.add({ Town: "Oslo" });
// @ts-expect-error a number is wanted
await customers.update(one, { Visits: "3" });

const newTag: string | null = await customers.update(7, { City: "Oslo" }, { etag: '"3"' });
await customers.update(7, { City: "Oslo" }, { force: true });
await customers.update({ field: "Key", value: "bob" }, { City: "Oslo" }, { force: true });
await customers.update(one, { City: "Oslo" }, { force: true, signal: AbortSignal.timeout(1) });
// @ts-expect-error which version?
await customers.update(7, { City: "Oslo" });
// @ts-expect-error which version?
await customers.update(7, { City: "Oslo" }, {});
// @ts-expect-error not forced, and no tag
await customers.update(7, { City: "Oslo" }, { force: false });
// @ts-expect-error either, not both
await customers.update(7, { City: "Oslo" }, { etag: '"3"', force: true });
// @ts-expect-error an object that no list gave
await customers.update({ Id: 7, Title: "Ann" }, { City: "Oslo" });
// @ts-expect-error which version?
await customers.replace(7, { City: "Oslo" });
// @ts-expect-error which version?
await customers.delete(7);
await customers.delete(7, { etag: '"3"' });
await customers.delete(one);
await customers.replace(one, { Title: "Ann" });

const edited: Item<Customer> = await customers.edit(7, (c) => ({ Visits: c.Visits + 1 }));
await customers.edit(one, async (c) => (c.Done ? undefined : { Done: true }), { attempts: 3 });
// @ts-expect-error a number is wanted
await customers.edit(7, (c) => ({ Visits: `${c.Visits}` }));

const loose = site.list("Anything");
const unknownValue: unknown = (await loose.get(1))["Whatever"];
await loose.add({ Whatever: 1 });

const number: string = await site.getNextSeq("AAAA", { returns: "read", pad: 6, create: true, count: 10, coalesce: true });
await getNextSeq("AAAA", { signal: AbortSignal.timeout(1) });
// @ts-expect-error there are two conventions
await site.getNextSeq("AAAA", { returns: "both" });

await init(new URL("https://cdn.example/matchlist.wasm"));
await slimConnect("https://h");

try {
  await customers.update(one, { City: "Oslo" });
} catch (error) {
  if (error instanceof ConflictError) {
    const fields: readonly string[] | undefined = error.fields;
    const current: Item<Record<string, unknown>> | null = error.current;
    if (current) await customers.update(current, { City: "Oslo" });
  } else if (error instanceof NotFoundError) {
    same<typeof error.what, "list" | "item" | "site" | "unknown">(true);
  } else if (error instanceof ThrottledError) {
    const seconds: number | null = error.retryAfter;
  } else if (error instanceof MatchlistError) {
    const code: ErrorCode = error.code;
    const status: number | null = error.status;
    // @ts-expect-error errors are read only
    error.status = 3;
  }
}
