// Step 2: the dispatch, followed while it is solved.
import { byId, make } from "./dom.js";
import { PRIORITIES, dayOf, total } from "./joined.js";
import { ask, askForKey, batchOf, clearTrouble, trouble } from "./service.js";
import { state, takePlan } from "./state.js";
import { percent, said, t } from "./words.js";

const POLL = 700;
const TIMES = [30, 60, 180, 300];
let go, followed = null;

export function install(goStep) {
  go = goStep;
  byId("start").addEventListener("click", start);
  byId("stop").addEventListener("click", stop);
}

async function start() {
  clearTrouble();
  byId("start").disabled = true;
  const seconds = Number(byId("seconds").value);
  try {
    const { id } = state.source === "orders"
      ? await ask("POST", "/v1/dispatches", { date: byId("day").value, seconds })
      : await ask("POST", "/v1/plans", { batch: state.given, seconds });
    const batch = await batchOf(id);
    followed = { id, batch, seconds, found: null, stopping: false, lost: false };
    render();
    byId("stop").focus();
    await follow();
  } catch (error) {
    trouble(error);
    if (error.status === 401) askForKey(start);
  }
  followed = null;
  byId("start").disabled = false;
  render();
}

/** Follows the solve to its end; a lost connection is tried again. */
async function follow() {
  const { id } = followed;
  for (;;) {
    try {
      followed.found = await ask("GET", `/v1/plans/${id}`);
      followed.lost = false;
    } catch (error) {
      if (error.status !== null) throw error;
      followed.lost = true;
    }
    const { found } = followed;
    if (found && !["queued", "running"].includes(found.state)) return end(id, found);
    renderProgress();
    await new Promise(done => setTimeout(done, POLL));
  }
}

async function end(id, found) {
  if (found.state === "done") {
    takePlan(id, await batchOf(id), found.plan);
    tell(t("solved"));
    return go("result");
  }
  byId("trouble").replaceChildren(make("div", { class: "trouble" }, make("p", {}, make("strong", {}, found.state === "failed" ? t("failed") : t("cancelled"))),
    found.problem ? make("p", {}, said(found.problem)) : null));
}

async function stop() {
  followed.stopping = true;
  renderProgress();
  try {
    await ask("DELETE", `/v1/plans/${followed.id}`);
  } catch (error) {
    trouble(error);
  }
}

export function render() {
  byId("asking").hidden = followed !== null || state.source === null;
  byId("progress").hidden = followed === null;
  const day = byId("day").value;
  byId("what").textContent = state.source === null ? t("whatNone")
    : state.source === "orders" ? t("whatOrders", day)
    : t("whatBatch", dayOf(state.given), state.given.volunteers?.length ?? 0, state.given.requests?.length ?? 0);
  const chosen = byId("seconds").value || "60";
  byId("seconds").replaceChildren(...TIMES.map(s => make("option", { value: s, selected: String(s) === chosen }, t("upTo", s))));
  if (followed) renderProgress();
}

function renderProgress() {
  const { found, seconds, batch } = followed;
  const progress = found?.progress ?? null;
  byId("stage").textContent = stageOf(found);
  byId("bar").max = seconds;
  if (progress) byId("bar").value = Math.min(seconds, progress.seconds);
  else byId("bar").removeAttribute("value");
  const sentences = progress?.values ? [servedOf(batch, progress.values), gapOf(progress.gap)].filter(Boolean) : [t("noPlanYet")];
  byId("sofar").replaceChildren(...[...sentences, t("elapsed", Math.round(progress?.seconds ?? 0))].map(text => make("li", {}, text)));
  byId("stop").disabled = followed.stopping;
  tell([byId("stage").textContent, ...sentences].join(" "));
}

/** Says something to those who listen, once. */
function tell(text) {
  if (byId("told").textContent !== text) byId("told").textContent = text;
}

function stageOf(found) {
  if (followed.lost) return t("retry");
  if (followed.stopping) return t("stopping");
  if (found === null || found.state === "queued") return t("queued");
  const stage = found.progress?.stage;
  if (!stage) return t("starting");
  const [name, number] = stage.split(" ");
  if (name === "tier") return t("tier", number);
  return t(["prepare", "flow", "check"].includes(name) ? name : "search");
}

/** How many requests are served, where tiers that count nothing else say so. */
function servedOf(batch, values) {
  const tiers = batch.policy?.tiers ?? PRIORITIES.map(each => ({ terms: { [`coverage.${each}`]: 1 } }));
  const counting = tiers.map(({ terms }) => Object.entries(terms).every(([name, weight]) => name.startsWith("coverage.") && weight === 1));
  if ((batch.requests ?? []).some(request => (request.value ?? 1) !== 1) || !counting.includes(true)) return null;
  const served = total(values.filter((_, tier) => counting[tier]));
  return t("sofarOf", Math.round(served * 10) / 10, batch.requests.length);
}

const gapOf = gap => gap === null ? t("gapNone") : gap < 1e-6 ? t("gapZero") : t("gap", percent(gap));
