// Calls to the service, and its refusals in words.
import { byId, lines, make, table } from "./dom.js";
import { said, t } from "./words.js";

const KEPT = "matcher.key";

/** What the service refused, as it says it (RFC 9457); `status` is null where it could not be reached. */
export class Refusal extends Error {
  constructor(status, problem) {
    super(String(status));
    this.status = status;
    this.problem = problem;
  }
}

/** Calls a route; the answer, or a Refusal. `body` is JSON, unless `type` names another type of content. */
export async function call(method, path, body, type = "application/json") {
  const headers = {};
  const key = sessionStorage.getItem(KEPT);
  if (key) headers.Authorization = `Bearer ${key}`;
  if (body !== undefined) headers["Content-Type"] = type;
  const json = body !== undefined && type === "application/json";
  let answer;
  try {
    answer = await fetch(path, { method, headers, body: json ? JSON.stringify(body) : body });
  } catch {
    throw new Refusal(null, null);
  }
  if (!answer.ok) throw new Refusal(answer.status, await answer.json().catch(() => null));
  return answer;
}

/** The same, for an answer of JSON. */
export const ask = async (method, path, body, type) => (await call(method, path, body, type)).json();

/** The batch of a plan; of its people those in the plan and those `also` names. */
export const batchOf = (id, also = []) =>
  ask("GET", `/v1/plans/${id}/batch?${new URLSearchParams([["people", "sent"], ...also.map(each => ["also", each])])}`);

/** A plan as a file, with texts in this language. */
export const fileOf = (id, format, lang) => call("GET", `/v1/plans/${id}/plan?format=${format}&lang=${lang}`);

/** Asks for a key; `then` is done once there is one. */
export function askForKey(then) {
  const form = byId("key");
  form.hidden = false;
  form.onsubmit = event => {
    event.preventDefault();
    sessionStorage.setItem(KEPT, byId("secret").value.trim());
    byId("secret").value = "";
    form.hidden = true;
    clearTrouble();
    then();
  };
  byId("secret").focus();
}

let last = null;

export function clearTrouble() {
  last = null;
  byId("trouble").replaceChildren();
}

/** Shows what went wrong, with its list; `more`: nodes below it. */
export function trouble(refusal, ...more) {
  if (!(refusal instanceof Refusal)) throw refusal;
  last = [refusal, more];
  byId("trouble").replaceChildren(make("div", { class: "trouble" }, ...troubleOf(refusal), ...more.map(part => part())));
}

/** The same again, in the other language. */
export function repeatTrouble() {
  if (last) trouble(last[0], ...last[1]);
}

export function troubleOf({ status, problem }) {
  if (status === null) return [make("p", {}, t("unreachable"))];
  if (!problem?.zh) return [make("p", {}, t("unknown", status))];
  const parts = [make("p", {}, make("strong", {}, said(problem)))];
  if (problem.errors.length) parts.push(listOf(problem));
  if (problem.total > problem.errors.length) parts.push(make("p", {}, t("shownOf", problem.errors.length, problem.total)));
  parts.push(make("p", { class: "quiet" }, t("requestNumber", problem.request)));
  return parts;
}

function listOf({ errors, total }) {
  const cells = errors.map(error => /^(.+)!([A-Z]+)?(\d+)?(?:[（(](.*)[）)])?$/.exec(error.pointer));
  const inSheets = cells.some(Boolean);
  const heads = inSheets ? ["sheet", "row", "column"] : ["place"];
  return table(t("errorCount", total), [...heads, "value", "fix"].map(key => t(key)), errors.map((error, at) => {
    const [, sheet, column, row, heading] = cells[at] ?? [null, error.pointer || "—"];
    const where = inSheets ? [sheet, row ?? "—", [column, heading].filter(Boolean).join(" ") || "—"] : [error.pointer || "—"];
    return { cells: [...where, error.value ?? "—", lines([said(error)])] };
  }));
}
