// Persistent subscriptions.
import assert from "node:assert/strict";
import { eventually, follow, fromStart, numbered, numbers, ofType, stream, written } from "./kit.mjs";

// consume takes so many events of a group, and leaves when its answers have come:
// what is still on its way is lost with the connection.
async function consume(world, name, group, answer, count) {
  const subscription = world.client.subscribeToPersistentSubscriptionToStream(name, group, { bufferSize: 10 });
  const seen = [];
  for await (const delivered of subscription) {
    seen.push(delivered);
    await answer(subscription, delivered);
    if (seen.length === count) break;
  }
  await eventually(
    () => world.client.getPersistentSubscriptionToStreamInfo(name, group),
    ({ stats }) => stats.totalInFlightMessages === 0,
  );
  await subscription.unsubscribe();
  return seen;
}

const ack = (subscription, delivered) => subscription.ack(delivered);

export const groups = {
  "a group is delivered a stream once, and what it acknowledged does not come again": async (world) => {
    const { client } = world;
    const { name } = await written(world, 5);
    await client.createPersistentSubscriptionToStream(name, "readers", fromStart(world, { checkPointAfter: 50, checkPointLowerBound: 1 }));
    assert.deepEqual(numbers(await consume(world, name, "readers", ack, 5)), [0, 1, 2, 3, 4]);
    await eventually(
      () => client.getPersistentSubscriptionToStreamInfo(name, "readers"),
      ({ stats }) => stats.lastCheckpointedEventRevision === 4n,
    );
    await client.appendToStream(name, numbered(world, 1));
    const [next] = await consume(world, name, "readers", ack, 1);
    assert.equal(next.event.revision, 5n);
  },
  "what is refused comes again with a count, and what is skipped does not": async (world) => {
    const { api, client } = world;
    const { name } = await written(world, 2);
    await client.createPersistentSubscriptionToStream(name, "refusing", fromStart(world));
    const seen = await consume(world, name, "refusing", async (subscription, { event, retryCount }) => {
      if (event.data.number === 1) return subscription.nack(api.SKIP, "not wanted", { event });
      return retryCount < 2 ? subscription.nack(api.RETRY, "once more", { event }) : subscription.ack({ event });
    }, 4);
    const counts = seen.filter(({ event }) => event.data.number === 0).map(({ retryCount }) => retryCount);
    assert.deepEqual(counts, [0, 1, 2]);
  },
  "what is parked is kept aside until it is replayed": async (world) => {
    const { api, client } = world;
    const { name } = await written(world, 3);
    await client.createPersistentSubscriptionToStream(name, "parking", fromStart(world));
    await consume(world, name, "parking", (subscription, delivered) => subscription.nack(api.PARK, "later", delivered), 3);
    const { stats } = await eventually(
      () => client.getPersistentSubscriptionToStreamInfo(name, "parking"),
      ({ stats }) => stats.parkedMessageCount === 3n,
    );
    assert.equal(stats.parkedMessageCount, 3n);
    await client.replayParkedMessagesToStream(name, "parking");
    assert.deepEqual(numbers(await consume(world, name, "parking", ack, 3)).sort(), [0, 1, 2]);
    await eventually(
      () => client.getPersistentSubscriptionToStreamInfo(name, "parking"),
      ({ stats }) => stats.parkedMessageCount === 0n,
    );
  },
  "a group says how it is set, and who is connected": async (world) => {
    const { api, client } = world;
    const { name } = await written(world, 1);
    const settings = fromStart(world, { maxRetryCount: 3, messageTimeout: 12_000, consumerStrategyName: api.PINNED, maxSubscriberCount: 4 });
    await client.createPersistentSubscriptionToStream(name, "known", settings);
    const subscription = client.subscribeToPersistentSubscriptionToStream(name, "known");
    await follow(subscription).until(1);
    const info = await client.getPersistentSubscriptionToStreamInfo(name, "known");
    assert.equal(info.eventSource, name);
    assert.equal(info.groupName, "known");
    assert.equal(info.settings.maxRetryCount, 3);
    assert.equal(info.settings.messageTimeout, 12_000);
    assert.equal(info.settings.consumerStrategyName, api.PINNED);
    assert.equal(info.settings.maxSubscriberCount, 4);
    assert.equal(info.connections.length, 1);
    assert.equal(info.stats.totalInFlightMessages, 1);
    await subscription.unsubscribe();
  },
  "groups are listed, changed and deleted": async (world) => {
    const { api, client } = world;
    const { name } = await written(world, 1);
    for (const group of ["a", "b"]) await client.createPersistentSubscriptionToStream(name, group, fromStart(world));
    await assert.rejects(client.createPersistentSubscriptionToStream(name, "a", fromStart(world)), ofType(api.ErrorType.PERSISTENT_SUBSCRIPTION_EXISTS));
    const names = async () => (await client.listPersistentSubscriptionsToStream(name)).map(({ groupName }) => groupName).sort();
    assert.deepEqual(await names(), ["a", "b"]);
    const everywhere = await client.listAllPersistentSubscriptions();
    assert.equal(everywhere.filter(({ eventSource }) => eventSource === name).length, 2);
    await client.updatePersistentSubscriptionToStream(name, "b", fromStart(world, { maxRetryCount: 99 }));
    assert.equal((await client.getPersistentSubscriptionToStreamInfo(name, "b")).settings.maxRetryCount, 99);
    await client.deletePersistentSubscriptionToStream(name, "a");
    assert.deepEqual(await names(), ["b"]);
    const gone = api.ErrorType.PERSISTENT_SUBSCRIPTION_DOES_NOT_EXIST;
    await assert.rejects(client.deletePersistentSubscriptionToStream(name, "a"), ofType(gone));
    await assert.rejects(client.updatePersistentSubscriptionToStream(name, "a", fromStart(world)), ofType(gone));
    await assert.rejects(client.getPersistentSubscriptionToStreamInfo(name, "a"), ofType(gone));
    ofType(gone)(await follow(client.subscribeToPersistentSubscriptionToStream(name, "a")).failure());
  },
  "a group lets no more consumers in than it may have": async (world) => {
    const { api, client } = world;
    const { name } = await written(world, 1);
    await client.createPersistentSubscriptionToStream(name, "few", fromStart(world, { maxSubscriberCount: 1 }));
    const first = client.subscribeToPersistentSubscriptionToStream(name, "few");
    await follow(first).until(1);
    const second = follow(client.subscribeToPersistentSubscriptionToStream(name, "few"));
    ofType(api.ErrorType.MAXIMUM_SUBSCRIBERS_REACHED)(await second.failure());
    await first.unsubscribe();
  },
  "a consumer of a group that is deleted is told": async (world) => {
    const { api, client } = world;
    const { name } = await written(world, 1);
    await client.createPersistentSubscriptionToStream(name, "brief", fromStart(world));
    const followed = follow(client.subscribeToPersistentSubscriptionToStream(name, "brief"));
    await followed.until(1);
    await client.deletePersistentSubscriptionToStream(name, "brief");
    const { type } = await followed.failure();
    assert.ok([api.ErrorType.PERSISTENT_SUBSCRIPTION_DOES_NOT_EXIST, api.ErrorType.PERSISTENT_SUBSCRIPTION_DROPPED].includes(type), type);
  },
  "a group follows the whole log through a filter": async (world) => {
    const { api, client } = world;
    const prefix = stream("everywhere");
    const group = stream("group");
    const append = (number) => client.appendToStream(`${prefix}-${number}`, api.jsonEvent({ type: "wanted", data: { number } }));
    await append(0);
    const settings = api.persistentSubscriptionToAllSettingsFromDefaults({ startFrom: api.START });
    await client.createPersistentSubscriptionToAll(group, settings, { filter: api.streamNameFilter({ prefixes: [prefix] }) });
    const subscription = client.subscribeToPersistentSubscriptionToAll(group);
    const followed = follow(subscription);
    await followed.until(1);
    await written(world, 3);
    await append(1);
    assert.deepEqual(numbers(await followed.until(2)), [0, 1]);
    await subscription.ack(...followed.seen);
    const all = await client.listPersistentSubscriptionsToAll();
    assert.ok(all.some(({ groupName }) => groupName === group));
    const info = await client.getPersistentSubscriptionToAllInfo(group);
    assert.equal(info.eventSource, "$all");
    await subscription.unsubscribe();
    await client.deletePersistentSubscriptionToAll(group);
  },
};
