// A stand-in for the wasm module: it notes each call, and answers as a test scripts it.
import { api } from "../.build/core.js";

/** An error as the wasm module makes it. */
export function failure(code, details = {}) {
  return Object.assign(new Error(`scripted ${code}`), { code, status: null, ...details });
}

/** `answers` maps a method's name to what it gives: a value, an Error, a function of the arguments, or a list of these, in turn. */
export async function scripted(answers, options = {}) {
  const calls = [];
  const answer = async (method, args) => {
    calls.push([method, ...args]);
    let given = answers[method];
    if (Array.isArray(given)) given = given.shift();
    if (typeof given === "function") given = await given(...args);
    if (given instanceof Error) throw given;
    return given;
  };
  class Client {
    constructor(site, host) {
      Object.assign(this, { site, host });
      calls.push(["new", site]);
      Client.last = this;
    }
  }
  for (const name of ["getNextSeq", "getItem", "getPage", "addItem", "updateItem", "replaceItem", "deleteItem", "editItem"]) {
    Client.prototype[name] = (...args) => answer(name, args);
  }
  const printFilter = (tree) => JSON.stringify(tree);
  const made = api(async () => ({ Client, printFilter }));
  const site = await made.connect("https://lists.example/sites/crm", options);
  calls.length = 0;
  return { ...made, site, calls, list: site.list("Customers"), host: Client.last.host };
}

/** The calls without their signals, which are new for each call. */
export function plain(calls) {
  return calls.map((call) => call.map((arg) => (arg?.signal instanceof AbortSignal ? (({ signal: _, ...rest }) => rest)(arg) : arg)));
}

export const customer = (version = 3, more = {}) => ({
  item: { Id: 7, Title: "Ann", City: "Oslo", Visits: 3, ...more },
  etag: `"${version}"`,
});
