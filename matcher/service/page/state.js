// What the page holds: where the data comes from, the batch, its plan, and the replies marked.
export const state = {
  source: null, // what step 2 dispatches: "batch" (imported or demo) or "orders" (of the service)
  given: null, // the batch that is to be planned
  batch: null, // the batch that `plan` goes with; of its people those in the plan
  plan: null,
  id: null, // id of the plan
  changed: null, // what the last new plan changed, null before
  replies: new Map(), // by visit: { code, sent }
  offers: null, // of a plan of the service's orders, once it has gone out
};

/** Takes a batch that is still to be planned. */
export function takeBatch(source, given) {
  Object.assign(state, { source, given, batch: null, plan: null, id: null, changed: null, offers: null, replies: new Map() });
}

/** Takes a plan of the service, with the replies marked before. */
export function takePlan(id, batch, plan) {
  Object.assign(state, { id, batch, plan, changed: null, offers: null, replies: new Map(kept().find(([of]) => of === id)?.[1]) });
}

/** Takes the plan that was made anew; the replies it was made from are no longer fresh. */
export function takeChange(found, batch) {
  for (const reply of state.replies.values()) reply.sent = true;
  keepReplies();
  Object.assign(state, { id: found.id, batch, plan: found.plan, changed: found });
  keepReplies();
}

export const keyOf = visit => JSON.stringify([visit.request, visit.role, visit.volunteer]);

/** The replies that no plan has heard of. */
export const fresh = () => [...state.replies].filter(([, reply]) => !reply.sent);

const KEPT = "matcher.replies";
const MOST_PLANS = 20;

/** Plans with their replies, ids and codes alone; the one marked last is at the end. */
const kept = () => JSON.parse(localStorage.getItem(KEPT) ?? "[]");

/** Keeps the plan's replies in this browser. */
export function keepReplies() {
  const others = kept().filter(([id]) => id !== state.id);
  localStorage.setItem(KEPT, JSON.stringify([...others, [state.id, [...state.replies]]].slice(-MOST_PLANS)));
}
