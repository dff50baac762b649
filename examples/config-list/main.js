// A Configuration list on a page: a button for each step fills in the next name, the table shows the list live.
import { connect } from "../sdk/browser.js";

const STEPS = ["AAAA", "BBBB"];
const REFRESH_MS = 1000;

const site = await connect(location.pathname.split("/SitePages/")[0]);
const configuration = site.list("Configuration");

for (const abbrev of STEPS) {
  document.getElementById("steps").append(step(abbrev));
}
await refresh();
setInterval(refresh, REFRESH_MS);
document.body.dataset.ready = "true";

function step(abbrev) {
  const button = Object.assign(document.createElement("button"), { textContent: `Next ${abbrev}`, id: `next-${abbrev}` });
  const name = Object.assign(document.createElement("input"), { readOnly: true, id: `name-${abbrev}` });
  name.setAttribute("aria-label", `The next name of ${abbrev}`);
  button.addEventListener("click", async () => {
    button.disabled = true;
    try {
      name.value = `${abbrev}-${await site.getNextSeq(abbrev)}`;
      await refresh();
    } catch (error) {
      say(error.message);
    } finally {
      button.disabled = false;
    }
  });
  const row = document.createElement("div");
  row.className = "step";
  row.append(button, name);
  return row;
}

async function refresh() {
  const rows = [];
  for await (const item of configuration.items({ select: ["Title", "ParamValue", "OData__UIVersionString"], orderby: "Title" })) {
    const row = document.createElement("tr");
    for (const text of [item.Title, item.ParamValue, item.OData__UIVersionString]) {
      row.append(Object.assign(document.createElement("td"), { textContent: text ?? "" }));
    }
    rows.push(row);
  }
  document.getElementById("rows").replaceChildren(...rows);
}

function say(text) {
  const status = document.getElementById("status");
  status.textContent = text;
  status.hidden = false;
}
