// Subscriptions that catch up and go on.
import assert from "node:assert/strict";
import { once } from "node:events";
import { collect, follow, numbered, numbers, revisions, stream, written } from "./kit.mjs";

export const subscriptions = {
  "a subscription to a stream begins with what there is, and goes on": async (world) => {
    const { name } = await written(world, 5);
    const subscription = world.client.subscribeToStream(name);
    const followed = follow(subscription);
    assert.deepEqual(revisions(await followed.until(5)), [0n, 1n, 2n, 3n, 4n]);
    await world.client.appendToStream(name, numbered(world, 3));
    assert.deepEqual(revisions(await followed.until(8)), [0n, 1n, 2n, 3n, 4n, 5n, 6n, 7n]);
    assert.ok(subscription.id);
    await subscription.unsubscribe();
  },
  "a subscription to a stream begins behind a revision": async (world) => {
    const { name } = await written(world, 5);
    const subscription = world.client.subscribeToStream(name, { fromRevision: 2n });
    assert.deepEqual(revisions(await follow(subscription).until(2)), [3n, 4n]);
    await subscription.unsubscribe();
  },
  "a subscription may come before its stream": async (world) => {
    const name = stream("later");
    const subscription = world.client.subscribeToStream(name);
    const followed = follow(subscription);
    await once(subscription, "confirmation");
    await world.client.appendToStream(name, numbered(world, 2));
    assert.deepEqual(numbers(await followed.until(2)), [0, 1]);
    await subscription.unsubscribe();
  },
  "a subscription from the end sees only what is new": async (world) => {
    const { name } = await written(world, 5);
    const subscription = world.client.subscribeToStream(name, { fromRevision: world.api.END });
    const followed = follow(subscription);
    await once(subscription, "confirmation");
    await world.client.appendToStream(name, numbered(world, 1));
    assert.deepEqual(revisions(await followed.until(1)), [5n]);
    await subscription.unsubscribe();
  },
  "a subscription to the whole log, filtered by the stream's name, goes on behind a position": async (world) => {
    const { api, client } = world;
    const prefix = stream("wanted");
    const filter = api.streamNameFilter({ prefixes: [prefix] });
    const wanted = async (number) => client.appendToStream(`${prefix}-${number}`, api.jsonEvent({ type: "wanted", data: { number } }));
    await wanted(0);
    const { position } = await wanted(1);
    await written(world, 3);
    await wanted(2);
    const subscription = client.subscribeToAll({ filter, fromPosition: position });
    const followed = follow(subscription);
    assert.deepEqual(numbers(await followed.until(1)), [2]);
    await written(world, 3);
    await wanted(3);
    assert.deepEqual(numbers(await followed.until(2)), [2, 3]);
    await subscription.unsubscribe();
  },
  "a subscription filtered by a regular expression of types sees no system events": async (world) => {
    const { api, client } = world;
    const { name, result } = await written(world, 1, "ordinary");
    await client.setStreamMetadata(name, { maxCount: 10 });
    await written(world, 2, "ordinary");
    const subscription = client.subscribeToAll({ filter: api.excludeSystemEvents(), fromPosition: result.position });
    const seen = await follow(subscription).until(2);
    assert.deepEqual(seen.map(({ event }) => event.type), ["ordinary", "ordinary"]);
    await subscription.unsubscribe();
  },
  "a subscription that finds nothing is told how far it has looked": async (world) => {
    const { api, client } = world;
    const positions = [];
    let told;
    const reached = new Promise((resolve) => (told = resolve));
    const { result } = await written(world, 1);
    const filter = api.eventTypeFilter({
      prefixes: ["there-is-none"], maxSearchWindow: 10, checkpointInterval: 2,
      checkpointReached: (_, position) => {
        positions.push(position);
        if (positions.length === 5) told();
      },
    });
    await written(world, 50);
    const subscription = client.subscribeToAll({ filter, fromPosition: result.position });
    const followed = follow(subscription);
    await once(subscription, "confirmation");
    await written(world, 100);
    await reached;
    assert.deepEqual(followed.seen, []);
    for (const [i, { commit, prepare }] of positions.entries()) {
      assert.ok(commit > (i ? positions[i - 1].commit : result.position.commit), "checkpoints go forwards");
      assert.ok(commit >= prepare);
    }
    // A checkpoint is the place of an event that was seen: what follows it is not lost.
    const position = positions.at(-1);
    const [at] = await collect(client.readAll({ fromPosition: position, maxCount: 1 }));
    assert.equal(at.event.position.commit, position.commit);
    await subscription.unsubscribe();
  },
};
