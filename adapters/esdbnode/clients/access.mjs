// Who may do what.
import assert from "node:assert/strict";
import { collect, follow, fromStart, numbered, numbers, ofType, stream, written } from "./kit.mjs";

export const access = {
  "a node that may only be read lets nobody write": async (world) => {
    const { api, reader } = world;
    const { name } = await written(world, 3);
    const denied = ofType(api.ErrorType.ACCESS_DENIED);
    await assert.rejects(reader.appendToStream(name, numbered(world, 1)), denied);
    const credentials = { username: "somebody", password: "anything" };
    await assert.rejects(reader.appendToStream(name, numbered(world, 1), { credentials }), denied);
    await assert.rejects(reader.setStreamMetadata(name, { maxCount: 1 }), denied);
    await assert.rejects(reader.deleteStream(name), denied);
    await assert.rejects(reader.tombstoneStream(name), denied);
    await assert.rejects(reader.createPersistentSubscriptionToStream(name, "group", fromStart(world)), ({ code }) => code === 12);
    assert.deepEqual(numbers(await collect(reader.readStream(name))), [0, 1, 2], "but it can be read");
    const subscription = reader.subscribeToStream(name);
    const followed = follow(subscription);
    await followed.until(3);
    await world.client.appendToStream(name, numbered(world, 1));
    await followed.until(4);
    await subscription.unsubscribe();
  },
  "a node with TLS and a password serves who knows it": async (world) => {
    const client = world.as("keeper:s3cret");
    const { name } = await written({ ...world, client }, 3);
    assert.deepEqual(numbers(await collect(client.readStream(name))), [0, 1, 2]);
    const subscription = client.subscribeToStream(name);
    await follow(subscription).until(3);
    await subscription.unsubscribe();
  },
  "a node with TLS and a password serves nobody else": async (world) => {
    const { api } = world;
    for (const user of ["keeper:wrong", "somebody:s3cret"]) {
      const client = world.as(user);
      const denied = ofType(api.ErrorType.ACCESS_DENIED);
      await assert.rejects(client.appendToStream(stream("denied"), numbered(world, 1)), denied);
      await assert.rejects(collect(client.readStream(stream("denied"))), denied);
      denied(await follow(client.subscribeToAll()).failure());
    }
  },
  "what the node does not have is unsupported, and nothing else": async ({ client }) => {
    await assert.rejects(client.listProjections(), (error) => error.code === 12 || error.type === "unsupported");
  },
};
