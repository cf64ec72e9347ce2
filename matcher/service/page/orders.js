// Orders of the service: a plan of theirs goes out as offers, and replies go to these.
import { ask, batchOf } from "./service.js";
import { state } from "./state.js";

const OPEN = ["pending", "escalated", "matched", "offered", "accepted"];
const PAGE = 500;
const ANSWERS = { accepted: "accept", declined: "decline", expired: "decline", no_show: "no-show", finished: "finish" };
const REPLIES = { accepted: "accepted", started: "accepted", declined: "declined", expired: "expired", no_show: "no_show", done: "finished" };

const NEXT = {
  offered: ["accepted", "declined", "expired"],
  accepted: ["finished", "no_show", "declined"],
  started: ["finished"],
};

/** Every order that is not over. */
export async function openOrders() {
  return (await Promise.all(OPEN.map(ofState))).flat();
}

async function ofState(one) {
  const found = [];
  let after = "";
  do {
    const page = await ask("GET", `/v1/orders?state=${one}&limit=${PAGE}&after=${after}`);
    found.push(...page.orders);
    after = page.after;
  } while (after !== null);
  return found;
}

/** Asks everybody whom the plan sends. */
export async function send() {
  await ask("POST", `/v1/plans/${state.id}/offers`);
  await look();
}

/** Passes a reply on; whoever else the service asks then is taken up too. */
export async function reply(offer, code) {
  const said = code === "expired" ? { reason: "联系不上" } : undefined;
  await ask("POST", `/v1/offers/${offer.id}/${ANSWERS[code]}`, said);
  await look();
}

/** Looks at the orders of the plan, those just done too: who has been asked, and what they said. */
async function look() {
  const open = await openOrders(), ids = new Set(open.map(order => order.id));
  const over = new Set((state.offers ?? []).map(offer => offer.order).filter(id => !ids.has(id)));
  const done = await Promise.all([...over].map(id => ask("GET", `/v1/orders/${id}`)));
  const known = new Set((state.batch.requests ?? []).map(request => request.id));
  const offers = [...open, ...done].flatMap(order => order.offers)
    .filter(offer => offer.state !== "withdrawn")
    .map(offer => ({ ...offer, request: known.has(offer.id) ? offer.id : offer.order }))
    .filter(offer => known.has(offer.request));
  const people = await withThese(offers.map(offer => offer.volunteer));
  state.offers = offers.filter(offer => people.has(offer.volunteer));
}

/** The ids of the people at hand, once those of these who were not have been asked for. */
async function withThese(ids) {
  const have = state.batch.volunteers ?? [], known = new Set(have.map(each => each.id));
  const missing = ids.filter(id => !known.has(id));
  if (!missing.length) return known;
  const { volunteers = [] } = await batchOf(state.id, missing);
  state.batch.volunteers = [...have, ...volunteers.filter(each => !known.has(each.id))];
  return new Set(state.batch.volunteers.map(each => each.id));
}

/** The replies that an offer can take. */
export const possible = offer => NEXT[offer.state] ?? [];

/** What a volunteer said, as the list of replies has it; empty: nothing yet. */
export const replyOf = offer => REPLIES[offer.state] ?? "";
