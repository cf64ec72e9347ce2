// Step 4: replies to each visit, a new plan after them, downloads.
import { byId, goTo, lines, make, save, table } from "./dom.js";
import { calledOf, clock, dayOf, indexed, join, minutesOf, offsetOf, span } from "./joined.js";
import { possible, reply, replyOf, send } from "./orders.js";
import { ask, batchOf, clearTrouble, fileOf, trouble } from "./service.js";
import { fresh, keepReplies, keyOf, state, takeChange } from "./state.js";
import { language, said, t } from "./words.js";

const REPLIES = ["accepted", "declined", "expired", "no_show", "finished"];
const FILES = { xlsx: "xlsx", csv: "zip", map: "html", ics: "zip" };
const MORNING = "07:00";

let go, timed = null; // timed: the plan for which the time was set

export function install(goStep) {
  go = goStep;
  byId("again").addEventListener("click", () => ofOrders() ? go("solve") : again());
  byId("send").addEventListener("click", () => passOn(send));
  byId("find").addEventListener("input", renderVisits);
}

const ofOrders = () => state.source === "orders";

export function render() {
  byId("send").hidden = !ofOrders() || state.offers !== null;
  byId("nowfield").hidden = ofOrders();
  if (timed !== state.id) byId("now").value = nowOf(state.batch);
  timed = state.id;
  byId("files").replaceChildren(...Object.keys(FILES).map(format => make("button", {
    type: "button", class: "big plain", id: `file-${format}`, disabled: !state.plan, click: () => download(format) }, t(format))));
  renderMarked();
  renderVisits();
  byId("changes").replaceChildren(...(state.changed ? changeParts(state.changed) : []));
}

/** The time at the desk if the day is today, else the morning of the day; never before what the plan has heard of. */
function nowOf(batch) {
  const local = moment => new Date(moment + minutesOf(batch) * 60_000).toISOString().slice(0, 16);
  const desk = local(Date.now()), heard = batch.now ? local(Date.parse(batch.now)) : "";
  const now = desk.slice(0, 10) === dayOf(batch) ? desk : `${dayOf(batch)}T${MORNING}`;
  return heard > now ? heard : now;
}

function renderMarked() {
  const count = fresh().length;
  byId("marked").textContent = !ofOrders() ? t("markedCount", count)
    : state.offers ? t("offersSent", state.offers.length) : t("sendFirst");
  byId("again").disabled = ofOrders() ? state.offers === null : count === 0;
}

function renderVisits() {
  if (!state.plan) return byId("visits").replaceChildren(make("p", {}, t("noPlan")));
  const wanted = byId("find").value.trim().toLowerCase();
  const { visits } = join(state.batch, state.offers ? { ...state.plan, visits: state.offers } : state.plan);
  const rows = visits.map(each => visitRow(each)).filter(({ text }) => text.toLowerCase().includes(wanted));
  byId("visits").replaceChildren(rows.length
    ? table(t("count", rows.length), ["when", "request", "village", "volunteer", "reply"].map(key => t(key)), rows)
    : make("p", {}, t(visits.length ? "count" : "noVisits", 0)));
}

function visitRow({ visit, entry, person }) {
  const who = calledOf(person), key = keyOf(visit), now = state.offers ? replyOf(visit) : state.replies.get(key)?.code ?? "";
  const replies = !ofOrders() ? REPLIES : state.offers ? possible(visit) : [];
  const select = choice(t("replyOf", who, entry.title), now, replies, code => state.offers ? passOn(() => reply(visit, code)) : mark(key, code));
  const cells = [span(state.batch, visit), lines([entry.title, entry.request.id]), entry.village, lines([who, visit.role]), select];
  return { cells, tone: now, text: [who, entry.title, entry.request.id, entry.village].join(" ") };
}

/** A list of replies, the one given among them. */
function choice(label, now, replies, chosen) {
  const codes = new Set([...(ofOrders() ? [now] : [""]), now, ...replies]);
  const select = make("select", { "aria-label": label, disabled: replies.length === 0, change: () => {
    select.closest("tr").className = select.value;
    chosen(select.value);
  } }, ...[...codes].map(code => make("option", { value: code, selected: code === now }, t(code || "noReply"))));
  return select;
}

function mark(key, code) {
  if (code) state.replies.set(key, { code, sent: false });
  else state.replies.delete(key);
  keepReplies();
  renderMarked();
}

/** Tells the service, and shows how things stand then. */
async function passOn(work) {
  clearTrouble();
  try {
    await work();
  } catch (error) {
    trouble(error);
    byId("trouble").scrollIntoView({ block: "nearest" });
  }
  render();
}

/** Plans again with the replies not used yet. */
async function again() {
  clearTrouble();
  byId("again").disabled = true;
  byId("changes").replaceChildren(make("p", { role: "status" }, t("working")));
  const now = `${byId("now").value}:00${offsetOf(state.batch)}`;
  const { known } = join(state.batch, state.plan);
  const events = fresh().map(([key, { code }]) => {
    const [request, role, volunteer] = JSON.parse(key);
    return { at: now, kind: code, request, volunteer, ...(code === "finished" ? { minutes: planned(known.get(request), role) } : {}) };
  });
  try {
    const found = await ask("POST", `/v1/plans/${state.id}/redispatch`, { events: { schema: "matcher.events/1", now, events } });
    takeChange(found, await batchOf(found.id));
    render();
    goTo(byId("changes"));
  } catch (error) {
    byId("changes").replaceChildren();
    renderMarked();
    trouble(error);
    byId("trouble").scrollIntoView({ block: "nearest" });
  }
}

const planned = ({ request }, role) => request.roles.find(each => each.id === role).minutes ?? request.minutes;

function changeParts(changed) {
  const { known } = join(state.batch, state.plan), people = indexed(changed.people);
  const who = (id, at) => id === null ? t("nobody") : lines([calledOf(people.get(id)), clock(state.batch, at)]);
  const rows = changed.churn.map(({ change, why_zh, why_en }) => {
    const entry = known.get(change.request);
    return { cells: [entry ? lines([entry.title, entry.request.id, entry.village]) : change.request,
      who(change.before, change.was), who(change.after, change.at), language() === "zh" ? why_zh : why_en] };
  });
  const heads = ["request", "before", "after", "why"].map(key => t(key));
  return [make("div", { class: "card good" }, make("h3", {}, t("changes")), make("p", {}, said(changed)),
    ...(changed.notes.length ? [make("ul", {}, ...changed.notes.map(note => make("li", {}, said(note))))] : []),
    rows.length ? table(t("changes"), heads, rows) : make("p", {}, t("unchanged")))];
}

async function download(format) {
  clearTrouble();
  try {
    const answer = await fileOf(state.id, format, language());
    const name = `${t("title")}-${dayOf(state.batch)}-${format}.${FILES[format]}`;
    save(await answer.blob(), name);
    byId("marked").textContent = t("saved", name);
  } catch (error) {
    trouble(error);
  }
}
