// Batch and plan together, as the tables show them.
import { language, t } from "./words.js";

export const PRIORITIES = ["emergency", "urgent", "normal", "low"];

export const indexed = (entries = []) => new Map(entries.map(entry => [entry.id, entry]));
export const total = numbers => numbers.reduce((sum, n) => sum + n, 0);

/** The entries by what `key` says of each. */
export function grouped(entries, key) {
  const groups = new Map();
  for (const entry of entries) {
    const name = key(entry);
    if (groups.has(name)) groups.get(name).push(entry);
    else groups.set(name, [entry]);
  }
  return groups;
}

/** Everything the tables need of a batch and a plan. */
export function join(batch, plan) {
  const sites = indexed(batch.sites), people = indexed(batch.volunteers), teams = indexed(batch.teams);
  const gaps = grouped(plan.unserved ?? [], gap => gap.request);
  const found = grouped(plan.visits, visit => visit.request);
  const requests = (batch.requests ?? []).map(request => {
    const places = total(request.roles.map(role => role.count ?? 1));
    const visits = found.get(request.id) ?? [];
    return {
      request, visits, places,
      title: request.title || request.id,
      village: siteName(sites, request.site),
      priority: request.priority ?? "normal",
      gaps: gaps.get(request.id) ?? [],
      state: visits.length === 0 ? "unserved" : visits.length < places ? "partly" : "served",
    };
  });
  const known = indexed(requests.map(entry => ({ ...entry, id: entry.request.id })));
  const visits = plan.visits.map(visit => {
    const entry = known.get(visit.request), person = people.get(visit.volunteer);
    return { visit, entry, person, team: teamOf(visit, entry.request, person, teams) };
  });
  visits.sort((a, b) => Date.parse(a.visit.start) - Date.parse(b.visit.start) || (a.visit.request < b.visit.request ? -1 : 1));
  return { batch, requests, visits, people, known };
}

/** The team to call about a visit, as the workbook names it: sent, asked for, known for the skill, else the first. */
function teamOf(visit, request, person, teams) {
  const own = (person.teams ?? []).map(id => teams.get(id)).filter(Boolean);
  const skill = request.roles.find(role => role.id === visit.role)?.skill;
  return teams.get(visit.team) ?? teams.get(request.team) ?? own.find(team => skill && team.skills?.includes(skill)) ?? own[0] ?? null;
}

/** Village and town. */
export function siteName(sites, id) {
  const names = [];
  for (let site = sites.get(id); site; site = sites.get(site.parent)) {
    if (names.length < 2 && (site.tier !== "county" || names.length === 0)) names.unshift(site.name || site.id);
  }
  return names.join(" ") || t("noVillage");
}

export const nameOf = person => person.name ? `${person.name}` : person.id;

/** Name and id: names alone are not unique. */
export const calledOf = person => person.name && person.name !== person.id ? t("called", person.name, person.id) : person.id;

/** A moment as the day's own clock shows it; with its date where the batch has several days. */
export function clock(batch, moment) {
  const local = new Date(Date.parse(moment) + minutesOf(batch) * 60_000).toISOString();
  const several = Date.parse(batch.horizon.end) - Date.parse(batch.horizon.start) > 86_400_000;
  return several ? `${local.slice(5, 10)} ${local.slice(11, 16)}` : local.slice(11, 16);
}

export const dayOf = batch => batch.horizon.start.slice(0, 10);

/** The offset of the day's clock, as times end: `+08:00`. */
export const offsetOf = batch => /(Z|[+-]\d\d:\d\d)$/.exec(batch.horizon.start)[1];

/** The same in minutes. */
export function minutesOf(batch) {
  const offset = offsetOf(batch);
  if (offset === "Z") return 0;
  const [hours, minutes] = offset.slice(1).split(":").map(Number);
  return (offset[0] === "-" ? -1 : 1) * (60 * hours + minutes);
}

export const span = (batch, visit) => `${clock(batch, visit.start)}–${clock(batch, visit.end ?? visit.start)}`;

/** When a request may start, in words. */
export const windows = (batch, request) =>
  request.windows.map(({ start, end }) => [...new Set([start, end].map(each => clock(batch, each)))].join("–")).join(language() === "zh" ? "、" : ", ");
