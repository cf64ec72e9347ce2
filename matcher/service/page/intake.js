// Step 1: where the data comes from - a workbook, the service's orders, the demo, or an earlier plan.
import { byId, goTo, lines, make, save, table } from "./dom.js";
import { PRIORITIES, dayOf, indexed, siteName } from "./joined.js";
import { openOrders } from "./orders.js";
import { ask, askForKey, batchOf, call, clearTrouble, trouble } from "./service.js";
import { takeBatch, takePlan } from "./state.js";
import { language, said, t, word } from "./words.js";

const SHEET = "application/octet-stream";
let go, taken = null, orders = [], sites = new Map(), plans = [];

export function install(goStep) {
  go = goStep;
  const now = new Date();
  byId("day").value = new Date(now - now.getTimezoneOffset() * 60_000).toISOString().slice(0, 10);
  byId("file").addEventListener("change", upload);
  byId("demo").addEventListener("click", () => take(() => ask("GET", "/v1/demo"), found => ({
    volunteers: found.volunteers.length, requests: found.requests.length, notes: [], batch: found })));
  byId("useorders").addEventListener("click", () => {
    takeBatch("orders", null);
    go("solve");
  });
  look();
}

/** Asks the service what it has already. */
export async function look() {
  try {
    plans = (await ask("GET", "/v1/plans?limit=5")).plans;
    orders = await openOrders();
    if (orders.length) sites = indexed((await ask("GET", "/v1/sites")).sites);
  } catch (error) {
    if (error.status === 401) askForKey(look);
    else trouble(error);
  }
  render();
}

function upload() {
  const [file] = byId("file").files;
  if (!file) return;
  const name = encodeURIComponent(file.name.replace(/\.[^.]*$/, ""));
  const query = () => `?date=${byId("day").value}&name=${name}`;
  const marked = () => make("div", {}, make("p", {}, t("markedHint")), make("button", { type: "button", class: "big plain", click: async () => {
    try {
      save(await (await call("POST", `/v1/batches/import/errors${query()}&lang=${language()}`, file, SHEET)).blob(), `${file.name}-errors.xlsx`);
    } catch (error) {
      trouble(error);
    }
  } }, t("marked")));
  take(() => ask("POST", `/v1/batches/import${query()}`, file, SHEET), found => found, marked);
  byId("file").value = "";
}

/** Reads a batch; `marked` is offered below the errors of sheets. */
async function take(read, counted, marked) {
  clearTrouble();
  if (!byId("day").value) {
    byId("taken").replaceChildren(make("p", { class: "bad" }, t("needDay")));
    return byId("day").focus();
  }
  taken = null;
  byId("taken").replaceChildren(make("p", { role: "status" }, t("reading")));
  try {
    taken = counted(await read());
    takeBatch("batch", taken.batch);
    render();
    goTo(byId("taken"));
  } catch (error) {
    byId("taken").replaceChildren();
    const ofSheets = marked && error.status === 422 && error.problem?.errors.some(each => !each.pointer.startsWith("/"));
    trouble(error, ...(ofSheets ? [marked] : []));
    byId("trouble").scrollIntoView({ block: "nearest" });
    if (error.status === 401) askForKey(look);
  }
}

async function openPlan(id) {
  clearTrouble();
  try {
    const [batch, found] = await Promise.all([batchOf(id), ask("GET", `/v1/plans/${id}`)]);
    takeBatch(batch.requests?.some(request => orders.some(order => order.id === request.id)) ? "orders" : null, null);
    taken = null;
    takePlan(id, batch, found.plan);
    go("result");
  } catch (error) {
    trouble(error);
  }
}

export function render() {
  byId("taken").replaceChildren(...(taken ? takenParts() : []));
  byId("ordercard").hidden = orders.length === 0;
  byId("ordercount").textContent = t("orderCount", orders.length);
  byId("orders").replaceChildren(...(orders.length ? [orderTable()] : []));
  const done = plans.filter(plan => plan.state === "done");
  byId("earlier").replaceChildren(...(done.length ? [planTable(done)] : []));
}

function takenParts() {
  const notes = taken.notes.length
    ? [make("h3", {}, t("notes")), make("ul", {}, ...taken.notes.map(note => make("li", {}, said(note))))]
    : [];
  return [make("div", { class: "card good" },
    make("p", {}, make("strong", {}, t("of", dayOf(taken.batch), t("taken", taken.volunteers, taken.requests)))), ...notes,
    make("button", { type: "button", class: "big", id: "tosolve", click: () => go("solve") }, t("nextSolve")))];
}

function orderTable() {
  const heads = [t("request"), t("state"), t("priority"), t("village")];
  const sorted = [...orders].sort((a, b) => PRIORITIES.indexOf(a.request.priority) - PRIORITIES.indexOf(b.request.priority));
  return table(t("orderList"), heads, sorted.map(order => ({
    cells: [lines([order.request.title || order.id, order.external_id ?? ""].filter(Boolean)), word("orderStates", order.state), t(order.request.priority), siteName(sites, order.site)] })));
}

function planTable(done) {
  return table(t("earlier"), [t("created"), t("state"), t("action")], done.map(plan => {
    const when = new Date(plan.created).toLocaleString(language() === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" });
    return { cells: [when, word("planStates", plan.state),
      make("button", { type: "button", "aria-label": t("openPlan", when), click: () => openPlan(plan.id) }, t("open"))] };
  }));
}
