// Streams that are deleted, or show less than they have.
import assert from "node:assert/strict";
import { collect, follow, numbered, numbers, ofType, revisions, stream, written } from "./kit.mjs";

export const deletions = {
  "a deleted stream is not found, and goes on with its numbers when it is written again": async (world) => {
    const { api, client } = world;
    const { name } = await written(world, 3);
    const { position } = await client.deleteStream(name, { expectedRevision: 2n });
    assert.ok(position.commit > 0n);
    await assert.rejects(collect(client.readStream(name)), ofType(api.ErrorType.STREAM_NOT_FOUND));
    const again = await client.appendToStream(name, numbered(world, 1));
    assert.equal(again.nextExpectedRevision, 3n);
    assert.deepEqual(revisions(await collect(client.readStream(name))), [3n]);
  },
  "a stream is not deleted at another revision than is expected": async (world) => {
    const { api, client, versions } = world;
    const { name } = await written(world, 3);
    for (const remove of [client.deleteStream, client.tombstoneStream]) {
      await assert.rejects(remove.call(client, name, { expectedRevision: 7n }), (error) => {
        ofType(api.ErrorType.WRONG_EXPECTED_VERSION)(error);
        assert.deepEqual(versions(error), [7n, 2n]);
        assert.equal(error.streamName, name);
        return true;
      });
    }
  },
  "a tombstoned stream is gone for ever": async (world) => {
    const { api, client } = world;
    const { name } = await written(world, 3);
    await client.tombstoneStream(name);
    await assert.rejects(collect(client.readStream(name)), (error) => {
      ofType(api.ErrorType.STREAM_DELETED)(error);
      assert.equal(error.streamName, name);
      return true;
    });
    await assert.rejects(client.appendToStream(name, numbered(world, 1)), ofType(api.ErrorType.STREAM_DELETED));
    await assert.rejects(client.deleteStream(name), ofType(api.ErrorType.STREAM_DELETED));
    const failure = await follow(client.subscribeToStream(name)).failure();
    ofType(api.ErrorType.STREAM_DELETED)(failure);
  },
  "metadata of a stream come back as they were": async (world) => {
    const { client } = world;
    const { name } = await written(world, 1);
    const none = await client.getStreamMetadata(name);
    assert.equal(none.metadata, undefined);
    const metadata = { maxCount: 7, maxAge: 3600, truncateBefore: 1, cacheControl: 5, acl: { readRoles: ["a", "b"], writeRoles: "c" }, ours: { kept: [1, "two"] } };
    await client.setStreamMetadata(name, metadata);
    const back = await client.getStreamMetadata(name);
    assert.deepEqual(back.metadata, metadata);
    await assert.rejects(
      client.setStreamMetadata(name, {}, world.expectingForMetadata(9n)),
      ofType(world.api.ErrorType.WRONG_EXPECTED_VERSION),
    );
  },
  "a stream shows no more events than its metadata allow": async (world) => {
    const { client } = world;
    const { name } = await written(world, 10);
    await client.setStreamMetadata(name, { maxCount: 3 });
    assert.deepEqual(numbers(await collect(client.readStream(name))), [7, 8, 9]);
    await client.setStreamMetadata(name, { truncateBefore: 9 });
    assert.deepEqual(numbers(await collect(client.readStream(name))), [9]);
    await client.setStreamMetadata(name, {});
    assert.equal((await collect(client.readStream(name))).length, 10);
  },
};
