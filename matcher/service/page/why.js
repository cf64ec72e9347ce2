// Why a request stays unserved, what would mend it, and whom to call.
import { byId, make } from "./dom.js";
import { calledOf, clock, indexed, join, nameOf } from "./joined.js";
import { ask as call, troubleOf } from "./service.js";
import { state } from "./state.js";
import { language, said, t } from "./words.js";

const MOST = 6;

const heading = key => make("h3", {}, t(key));
const list = texts => make("ul", {}, ...texts.map(text => make("li", {}, text)));
const question = (about, body) => call("POST", `/v1/plans/${state.id}/${about}`, body);

/** Opens the answers about a request. */
export function ask(entry) {
  byId("whytitle").textContent = `${t("called", entry.title, entry.request.id)} · ${entry.village}`;
  const parts = entry.priority === "emergency" ? [make("p", { class: "bad" }, t("call110"))] : [];
  if (entry.gaps.length) {
    parts.push(part(() => explained(entry)), part(async () => [heading("whyCall"), ...await recommended(entry)]));
  }
  if (entry.visits.length) parts.push(make("section", {}, heading("whyVisits"), ...entry.visits.map(visit => instead(entry, visit))));
  byId("whybody").replaceChildren(...parts);
  byId("why").showModal();
  byId("whytitle").focus();
}

/** A section filled once its answer is there. */
function part(work) {
  const section = make("section", { "aria-live": "polite" }, make("p", { class: "quiet" }, t("working")));
  const fill = async () => {
    try {
      section.replaceChildren(...await work());
    } catch (error) {
      section.replaceChildren(...troubleOf(error));
    }
  };
  fill();
  return section;
}

async function explained(entry) {
  const found = await question("explanations", { request: entry.request.id });
  const parts = [heading("whyGaps"), ...found.gaps.flatMap(gap => [make("p", {}, t("missing", gap.missing, gap.role)),
    list(gap.reasons.map(reason => t("stopped", reason.volunteers, reason[language()])))])];
  if (found.price) parts.push(heading("whyCost"), make("p", { class: "lines" }, said(found.price)));
  const mends = found.repairs?.mends ?? [];
  if (mends.length) parts.push(heading("whyMend"), list(mends.map(mend => mend.changes.map(said).join(language() === "zh" ? "，并且" : " and "))));
  else if (found.repairs) parts.push(heading("whyMend"), make("p", { class: "lines" }, said(found.repairs)));
  return parts;
}

/** People who could fill the empty places of a request; `instead`: somebody who cannot come. */
async function recommended(entry, instead = null) {
  const { advice, people: named } = await question("recommendations", { request: entry.request.id, count: MOST, instead });
  const people = indexed(named);
  if (!advice.length) return [make("p", {}, t("whyNobody"))];
  return [make("ol", {}, ...advice.map(each => make("li", {}, ...each.visits.map(visit => make("span", { class: "line" },
    t("comes", calledOf(people.get(visit.volunteer)), clock(state.batch, visit.start)),
    visit.travel_seconds === null ? "" : t("travel", Math.ceil(visit.travel_seconds / 60)))))))];
}

/** Who goes, and a button that asks for somebody else in that place. */
function instead(entry, visit) {
  const { people } = join(state.batch, state.plan);
  const person = people.get(visit.volunteer), answer = make("div");
  return make("div", { class: "instead" },
    make("p", {}, `${clock(state.batch, visit.start)} ${calledOf(person)}`),
    make("button", { type: "button", click: () => answer.replaceChildren(part(() => recommended(entry, visit.volunteer))) },
      t("instead", nameOf(person))), answer);
}
