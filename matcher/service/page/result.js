// Step 3: the plan, by request, village, team and volunteer, and on a map.
import { byId, lines, make, table } from "./dom.js";
import { PRIORITIES, calledOf, clock, grouped, join, span, total, windows } from "./joined.js";
import { fileOf, trouble } from "./service.js";
import { state } from "./state.js";
import { ask } from "./why.js";
import { language, percent, t } from "./words.js";

const TABS = { byRequest, byVillage, byTeam, byVolunteer, onMap: null };
const STATES = ["unserved", "partly", "served"];
let chosen = "byRequest";

export function install(goStep) {
  byId("filter").addEventListener("input", () => renderListing(join(state.batch, state.plan)));
  byId("torunning").addEventListener("click", () => goStep("running"));
  byId("tabs").addEventListener("keydown", event => {
    const names = Object.keys(TABS), step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (!step) return;
    choose(names[(names.indexOf(chosen) + step + names.length) % names.length]);
    byId(`tab-${chosen}`).focus();
  });
}

function choose(name) {
  chosen = name;
  render();
}

export function render() {
  if (!state.plan) return;
  const joined = join(state.batch, state.plan);
  byId("proof").replaceChildren(...lines([proofOf(state.plan), ...conflictsOf(state.batch, state.plan, joined)]));
  const figures = [...[...STATES].reverse().map(each => [each, joined.requests.filter(entry => entry.state === each).length]),
    ["people", new Set(state.plan.visits.map(visit => visit.volunteer)).size], ["visitsDone", state.plan.visits.length]];
  byId("figures").replaceChildren(...figures.map(([key, n]) => make("li", { class: key }, make("b", {}, String(n)), make("span", {}, t(key)))));
  byId("tabs").replaceChildren(...Object.keys(TABS).map(name => make("button", {
    type: "button", role: "tab", id: `tab-${name}`, "aria-controls": "shown", "aria-selected": String(name === chosen),
    tabindex: name === chosen ? 0 : -1, click: () => { choose(name); byId(`tab-${name}`).focus(); } }, t(name))));
  byId("shown").setAttribute("aria-labelledby", `tab-${chosen}`);
  const onMap = chosen === "onMap";
  byId("filterfield").hidden = byId("count").hidden = byId("listing").hidden = onMap;
  byId("map").hidden = !onMap;
  if (onMap) renderMap();
  else renderListing(joined);
}

function renderListing(joined) {
  const { heads, rows } = TABS[chosen](joined);
  const wanted = byId("filter").value.trim().toLowerCase();
  const found = wanted ? rows.filter(({ text }) => text.toLowerCase().includes(wanted)) : rows;
  byId("count").textContent = t("count", found.length);
  byId("listing").replaceChildren(table(t(chosen), heads.map(key => t(key)), found));
}

function proofOf(plan) {
  if (state.changed) return t("changedProof");
  if (plan.status === "optimal") return t("proved");
  if (plan.status === "infeasible") return t("infeasible", plan.conflicts.length);
  if (plan.status === "none") return t("none");
  return plan.gap === null ? t("notProved") : t("within", percent(plan.gap));
}

const groups = (entries, key) => [...grouped(entries, key)].sort(([a], [b]) => a.localeCompare(b, "zh"));

/** What cannot all be kept, by name: mandatory requests and pinned visits. */
function conflictsOf(batch, plan, { known }) {
  return (plan.conflicts ?? []).map(pointer => {
    const [, list, at] = pointer.split("/");
    const entry = known.get(list === "pins" ? batch.pins[at].request : batch.requests[at].id);
    return [entry.title, entry.request.id, entry.village, list === "pins" ? batch.pins[at].volunteer : ""].filter(Boolean).join(" · ");
  });
}

const row = (cells, tone, ...texts) => ({ cells, tone, text: texts.flat().join(" ") });

/** Empty places with their first reasons. */
function gapLines(entry) {
  return entry.gaps.flatMap(gap => [t("missing", gap.missing, gap.role),
    ...gap.reasons.slice(0, 2).map(reason => t("stopped", reason.volunteers, reason[language()])),
    ...(gap.reasons.length > 2 ? [t("andMore")] : [])]);
}

function byRequest({ batch, requests, people }) {
  const sorted = [...requests].sort((a, b) =>
    STATES.indexOf(a.state) - STATES.indexOf(b.state) || PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority));
  const rows = sorted.map(entry => {
    const who = entry.visits.map(visit => `${span(batch, visit)} ${calledOf(people.get(visit.volunteer))}`);
    const button = make("button", { type: "button", "aria-label": `${entry.title} ${entry.request.id}: ${t("ask")}`, click: () => ask(entry) }, t("ask"));
    const title = [make("span", { class: `badge ${entry.priority}` }, t(entry.priority)), entry.title, make("span", { class: "line quiet" }, entry.request.id)];
    const cells = [title, make("span", { class: `state ${entry.state}` }, t(entry.state)), entry.village, windows(batch, entry.request),
      who.length ? lines(who) : "—", entry.gaps.length ? lines(gapLines(entry)) : t("full"), button];
    return row(cells, entry.state, entry.title, entry.request.id, entry.village, who, t(entry.state), t(entry.priority), gapLines(entry));
  });
  return { heads: ["request", "state", "village", "may", "who", "gaps", "action"], rows };
}

function byVillage({ batch, requests, people }) {
  const rows = groups(requests, entry => entry.village).map(([village, entries]) => {
    const visits = entries.flatMap(entry => entry.visits.map(visit => `${span(batch, visit)} ${t("of", entry.title, calledOf(people.get(visit.volunteer)))}`)).sort();
    const missing = total(entries.map(entry => entry.places - entry.visits.length));
    const cells = [village, String(entries.length), String(entries.filter(entry => entry.state === "served").length), String(missing), visits.length ? lines(visits) : "—"];
    return row(cells, missing ? "partly" : "", village, visits, entries.map(entry => entry.title));
  });
  return { heads: ["village", "requests", "servedCount", "missingCount", "who"], rows };
}

const stop = (batch, { visit, entry }) => `${span(batch, visit)} ${entry.title} · ${entry.village}`;

function byTeam({ batch, visits }) {
  const rows = groups(visits, each => each.team?.name || each.team?.id || t("noTeam")).map(([team, those]) => {
    const tours = those.map(each => `${span(batch, each.visit)} ${calledOf(each.person)} · ${each.entry.title} · ${each.entry.village}`);
    return row([team, String(new Set(those.map(each => each.person.id)).size), String(those.length), lines(tours)], "", team, tours);
  });
  return { heads: ["team", "sent", "visitsDone", "tour"], rows };
}

function byVolunteer({ batch, visits }) {
  const rows = groups(visits, each => each.person.id).map(([, those]) => {
    const [first] = those, team = first.team?.name ?? t("noTeam");
    const leaves = those.map(({ visit }) => visit.leave ? clock(batch, visit.leave) : t("straight"));
    return row([calledOf(first.person), team, lines(leaves), lines(those.map(each => stop(batch, each)))], "", calledOf(first.person), team, those.map(each => stop(batch, each)));
  });
  return { heads: ["volunteer", "team", "leave", "tour"], rows };
}

/** The map's own page, in a frame that can reach nothing. */
async function renderMap() {
  byId("map").replaceChildren(make("p", { role: "status" }, t("working")));
  try {
    const page = await (await fileOf(state.id, "map", language())).text();
    const frame = make("iframe", { title: t("mapTitle"), sandbox: "allow-scripts", src: "/page/frame.html" });
    frame.addEventListener("load", () => frame.contentWindow.postMessage(page, "*"), { once: true });
    byId("map").replaceChildren(frame);
  } catch (error) {
    byId("map").replaceChildren();
    trouble(error);
  }
}
