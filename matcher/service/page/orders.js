// Orders of the service: a plan of theirs goes out as offers, and replies go to these.
import { ask } from "./service.js";
import { state } from "./state.js";

const OPEN = ["pending", "escalated", "matched", "offered", "accepted"];
const PAGE = 500;
const ANSWERS = { accepted: "accept", declined: "decline", expired: "decline", no_show: "no-show", finished: "finish" };
const REPLIES = { accepted: "accepted", started: "accepted", declined: "declined", expired: "expired", no_show: "no_show", done: "finished" };

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

/** Looks at each order of the plan: who has been asked, and what they said. */
async function look() {
  const orders = await Promise.all(state.batch.requests.map(request => ask("GET", `/v1/orders/${request.id}`)));
  state.offers = orders.flatMap(order => order.offers.filter(offer => offer.state !== "withdrawn"));
}

/** The offers as visits, which the tables know. */
export const visitsOf = offers => offers.map(offer => ({ ...offer, request: offer.order }));

/** What a volunteer said, as the list of replies has it; empty: nothing yet. */
export const replyOf = offer => REPLIES[offer.state] ?? "";
