// What a service can get wrong, one at a time: each as what it does to a request before the real server has it,
// and to the answer before the client has it. A fault may remember; each stand-in begins with a new one.

/** The query of a request or a link, but for the parameters of these names, in whatever spelling. */
function without(url, ...names) {
  const [path, query] = url.split(/\?(.*)/s);
  if (query === undefined) return url;
  const name = (pair) => decodeURIComponent(pair.split("=")[0]).toLowerCase();
  const kept = query.split("&").filter((pair) => !names.includes(name(pair)));
  return kept.length ? `${path}?${kept.join("&")}` : path;
}

const isLaterPage = (url) => /(\$|%24)skiptoken=/i.test(url);

/** Changes the link to the next page, in each form of JSON; `null` takes it away. */
function onNext(change) {
  return (answer) => {
    if (!/"(odata\.nextLink|@odata\.nextLink|__next)":/.test(answer.body)) return;
    const body = JSON.parse(answer.body);
    for (const [holder, key] of [[body, "odata.nextLink"], [body, "@odata.nextLink"], [body.d ?? {}, "__next"]]) {
      if (!(key in holder)) continue;
      const next = change(holder[key]);
      if (next === null) delete holder[key];
      else holder[key] = next;
    }
    answer.body = JSON.stringify(body);
  };
}

/** Loses parameters on the way to page two, whether the client reads the link or not. */
function lostOnPageTwo(...names) {
  return () => ({
    request(asked) {
      if (isLaterPage(asked.url)) asked.url = without(asked.url, ...names);
    },
    answer: onNext((next) => without(next, ...names)),
  });
}

const verb = (asked) => asked.headers["x-http-method"] ?? asked.method;
const ofHeader = (name, change) => () => ({
  request(asked) {
    if (asked.headers[name] === undefined) return;
    const value = change(asked.headers[name]);
    if (value === undefined) delete asked.headers[name];
    else asked.headers[name] = value;
  },
});
const ofAnswer = (change) => () => ({ answer: change });

/** Gives the Id of the item that was deleted last to the next that is added, and keeps it up at all addresses. */
function idsReused() {
  const lists = new Map();
  const listOf = (asked) => {
    const found = /^(.*?\/)(?:items\b|getitembyid\()/i.exec(decodeURIComponent(asked.url.split("?")[0]));
    if (!found) return null;
    const key = found[1].toLowerCase();
    if (!lists.has(key)) lists.set(key, { free: [], real: new Map() });
    return lists.get(key);
  };
  // In a path: items(3), items/GetById(3), getItemById(3).
  const IN_PATH = /(items\(|getitembyid\(|getbyid\()(\d+)(?=\))/i;
  return {
    request(asked) {
      asked.list = listOf(asked);
      if (!asked.list) return;
      const [path, query] = asked.url.split(/\?(.*)/s);
      asked.shown = Number(IN_PATH.exec(path)?.[2]);
      const changed = path.replace(IN_PATH, (_, before, id) => before + (asked.list.real.get(Number(id)) ?? id));
      asked.url = query === undefined ? changed : `${changed}?${query}`;
    },
    answer(answer, asked) {
      const { list, shown } = asked;
      if (!list || answer.status >= 400) return;
      if (shown && verb(asked) === "DELETE") {
        list.free.push(shown);
        list.real.delete(shown);
      }
      if (answer.status === 201 && list.free.length) {
        const made = /"ID":(\d+)/i.exec(answer.body);
        list.real.set(list.free.pop(), Number(made[1]));
      }
      for (const [outer, inner] of list.real) {
        answer.body = answer.body.replace(new RegExp(`("ID":|Items\\()${inner}\\b`, "gi"), `$1${outer}`);
        if (answer.headers.location) answer.headers.location = answer.headers.location.replace(`(${inner})`, `(${outer})`);
      }
    },
  };
}

/** Name of each fault, and what makes one. */
export const FAULTS = {
  none: () => ({}),
  "if-match-ignored": ofHeader("if-match", () => undefined),
  "skip-ignored": () => ({
    request(asked) { asked.url = without(asked.url, "$skip"); },
  }),
  "next-relative": ofAnswer(onNext((next) => next.replace(/^https?:\/\/[^/]+/, ""))),
  "ids-reused": idsReused,
  "filter-lost-on-page-2": lostOnPageTwo("$filter"),
  "order-lost-on-page-2": lostOnPageTwo("$orderby", "$order_by"),
  "next-missing": ofAnswer(onNext(() => null)),
  "tag-never-rises": ofAnswer((answer) => {
    if (/^"\d+"$/.test(answer.headers.etag)) answer.headers.etag = '"1"';
    answer.body = answer.body.replace(/("(?:@?odata\.)?etag":"\\")\d+(\\"")/g, "$11$2");
  }),
  "conflict-as-204": ofAnswer((answer) => {
    if (answer.status === 412) Object.assign(answer, { status: 204, body: "" });
  }),
  "location-missing": ofAnswer((answer) => { delete answer.headers.location; }),
  "star-is-stale": ofHeader("if-match", (tag) => (tag === "*" ? '"0"' : tag)),
  "merge-replaces": () => ({
    request(asked) {
      if (!/^(MERGE|PATCH)$/.test(verb(asked)) || !/items?(\/getbyid)?\(/i.test(asked.url)) return;
      asked.headers["x-http-method"] = "PUT";
      asked.method = "POST";
    },
  }),
  "write-lost": () => ({
    request(asked) {
      asked.isLost = /^(MERGE|PATCH|PUT)$/.test(verb(asked)) && !asked.url.includes("/fields");
      if (!asked.isLost) return;
      // The real server answers as it would, and keeps what it has.
      asked.method = "GET";
      asked.body = "";
      delete asked.headers["x-http-method"];
      delete asked.headers["if-match"];
    },
    answer(answer, asked) {
      if (!asked.isLost || answer.status !== 200) return;
      const version = Number(/\d+/.exec(answer.headers.etag ?? "0")[0]) + 1;
      Object.assign(answer, { status: 204, body: "", headers: { ...answer.headers, etag: `"${version}"` } });
    },
  }),
  "no-content-as-null": ofAnswer((answer) => {
    if (answer.status === 204) Object.assign(answer, { status: 200, body: "null" });
  }),
  "errors-without-words": ofAnswer((answer) => {
    if (answer.status >= 400) answer.body = "";
  }),
  "json-called-text": ofAnswer((answer) => {
    if (answer.headers["content-type"]) answer.headers["content-type"] = "text/plain;charset=utf-8";
  }),
  "if-none-match-ignored": ofHeader("if-none-match", () => undefined),
};
