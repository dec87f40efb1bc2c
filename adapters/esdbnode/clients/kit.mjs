// What the checks have in common.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";

export const stream = (name) => `${name}-${randomUUID()}`;

export const numbered = ({ api }, count, type = "counted") =>
  Array.from({ length: count }, (_, number) => api.jsonEvent({ type, data: { number } }));

export async function written(world, count, type) {
  const name = stream("written");
  const result = await world.client.appendToStream(name, numbered(world, count, type));
  return { name, result };
}

export async function collect(events) {
  const all = [];
  for await (const event of events) all.push(event);
  return all;
}

export const numbers = (resolved) => resolved.map(({ event }) => event.data.number);

export const revisions = (resolved) => resolved.map(({ event }) => event.revision);

// follow keeps what a subscription says, and waits for as many events as wanted.
export function follow(subscription) {
  const seen = [];
  let trouble;
  subscription.on("data", (event) => seen.push(event));
  subscription.on("error", (error) => (trouble = error));
  return {
    seen,
    async until(count) {
      while (seen.length < count && !trouble) await new Promise((resolve) => setTimeout(resolve, 5));
      if (trouble) throw trouble;
      return seen;
    },
    async failure() {
      while (!trouble) await new Promise((resolve) => setTimeout(resolve, 5));
      return trouble;
    },
  };
}

export const ofType = (type) => (error) => {
  assert.equal(error.type, type, error.stack);
  return true;
};

export const fromStart = ({ api }, changes) => api.persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: api.START, ...changes });

// eventually asks again until the answer is as wanted.
export async function eventually(ask, wanted) {
  for (;;) {
    const answer = await ask();
    if (wanted(answer)) return answer;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
