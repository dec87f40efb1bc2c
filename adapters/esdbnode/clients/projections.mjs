// The streams of system projections.
import assert from "node:assert/strict";
import { collect, follow, numbered, stream } from "./kit.mjs";

export const projections = {
  "a subscription to a category gets the events of its streams": async (world) => {
    const client = world.projecting;
    const category = stream("cat").replaceAll("-", "");
    const subscription = client.subscribeToStream(`$ce-${category}`, { resolveLinkTos: true });
    const followed = follow(subscription);
    await client.appendToStream(`${category}-1`, numbered(world, 1));
    await client.appendToStream(`${category}-2`, numbered(world, 2));
    const seen = await followed.until(3);
    assert.deepEqual(seen.map(({ event }) => `${event.revision}@${event.streamId}`), [`0@${category}-1`, `0@${category}-2`, `1@${category}-2`]);
    assert.deepEqual(seen.map(({ link }) => link.revision), [0n, 1n, 2n]);
    assert.deepEqual(seen.map(({ link }) => link.type), ["$>", "$>", "$>"]);
    await subscription.unsubscribe();
    await client.deleteStream(`${category}-1`);
    const links = await collect(client.readStream(`$ce-${category}`, { resolveLinkTos: true }));
    assert.equal(links[0].event, undefined, "what a deleted stream had is not found");
    assert.equal(links[0].link.revision, 0n);
  },
  "a subscription to a category is refused with words where there are none": async (world) => {
    const refused = await follow(world.client.subscribeToStream("$ce-none")).failure();
    assert.match(refused.message, /--system-projections/);
  },
};
