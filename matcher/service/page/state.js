// What the page holds: where the data comes from, the batch, its plan, and the replies marked.
export const state = {
  source: null, // "batch" (imported or demo) or "orders" (of the service)
  batch: null, // the batch that `plan` goes with
  plan: null,
  id: null, // id of the plan's job
  changed: null, // what the last new plan changed, null before
  replies: new Map(), // by visit: { code, sent }
  offers: null, // of a plan of the service's orders, once it has gone out
};

/** Takes a batch that is still to be planned. */
export function takeBatch(source, batch) {
  Object.assign(state, { source, batch, plan: null, id: null, changed: null, offers: null });
  state.replies.clear();
}

/** Takes a plan of the service. */
export function takePlan(id, batch, plan) {
  Object.assign(state, { id, batch, plan, changed: null, offers: null });
  state.replies.clear();
}

/** Takes what became of the plan. */
export function takeChange(found) {
  Object.assign(state, { batch: found.batch, plan: found.plan, changed: found });
  for (const reply of state.replies.values()) reply.sent = true;
}

export const keyOf = visit => JSON.stringify([visit.request, visit.role, visit.volunteer]);

/** The replies that no plan has heard of. */
export const fresh = () => [...state.replies].filter(([, reply]) => !reply.sent);
