// Appends, and what refuses them.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { collect, numbered, numbers, ofType, revisions, stream, written } from "./kit.mjs";

export const appends = {
  "an event comes back as it was appended": async ({ api, client }) => {
    const name = stream("one");
    const before = Date.now();
    const event = api.jsonEvent({ id: randomUUID(), type: "said", data: { text: "Zoë ✓", count: 3 }, metadata: { by: "somebody" } });
    const result = await client.appendToStream(name, event);
    assert.equal(result.success, true);
    assert.equal(result.nextExpectedRevision, 0n);
    assert.ok(result.position.commit > 0n);
    const [{ event: back }] = await collect(client.readStream(name));
    assert.equal(back.id, event.id);
    assert.equal(back.type, "said");
    assert.equal(back.streamId, name);
    assert.equal(back.revision, 0n);
    assert.equal(back.isJson, true);
    assert.deepEqual(back.data, event.data);
    assert.deepEqual(back.metadata, event.metadata);
    const created = new Date(back.created).getTime();
    assert.ok(created >= before - 1000 && created <= Date.now() + 1000, `created ${back.created}`);
  },
  "bytes that are no JSON come back as they were": async ({ api, client }) => {
    const name = stream("bytes");
    const data = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    await client.appendToStream(name, api.binaryEvent({ type: "bytes", data }));
    const [{ event: back }] = await collect(client.readStream(name));
    assert.equal(back.isJson, false);
    assert.deepEqual([...back.data], [...data]);
  },
  "many events are appended together, in order": async (world) => {
    const { name, result } = await written(world, 1000);
    assert.equal(result.nextExpectedRevision, 999n);
    const back = await collect(world.client.readStream(name));
    assert.deepEqual(numbers(back), [...Array(1000).keys()]);
    assert.deepEqual(revisions(back), [...Array(1000).keys()].map(BigInt));
  },
  "appends at the same time are all written": async (world) => {
    const name = stream("busy");
    await Promise.all(numbered(world, 200).map((event) => world.client.appendToStream(name, event)));
    const back = numbers(await collect(world.client.readStream(name)));
    assert.deepEqual(back.sort((a, b) => a - b), [...Array(200).keys()]);
  },
  "of many appends that expect no stream, one succeeds": async (world) => {
    const { api, client, expecting } = world;
    const name = stream("race");
    const outcomes = await Promise.allSettled(numbered(world, 20).map((event) => client.appendToStream(name, event, expecting(api.NO_STREAM))));
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 1);
    for (const { status, reason } of outcomes) {
      if (status === "rejected") ofType(api.ErrorType.WRONG_EXPECTED_VERSION)(reason);
    }
    assert.equal((await collect(client.readStream(name))).length, 1);
  },
  "an append goes behind the revision that it expects": async (world) => {
    const { api, client, expecting } = world;
    const { name, result } = await written(world, 3);
    const next = await client.appendToStream(name, numbered(world, 2), expecting(result.nextExpectedRevision));
    assert.equal(next.nextExpectedRevision, 4n);
    const again = await client.appendToStream(name, numbered(world, 1), expecting(api.STREAM_EXISTS));
    assert.equal(again.nextExpectedRevision, 5n);
  },
  "an append that expects another revision is told both": async (world) => {
    const { api, client, expecting, versions } = world;
    const { name } = await written(world, 3);
    for (const expected of [7n, 0n, api.NO_STREAM]) {
      await assert.rejects(client.appendToStream(name, numbered(world, 1), expecting(expected)), (error) => {
        ofType(api.ErrorType.WRONG_EXPECTED_VERSION)(error);
        assert.deepEqual(versions(error), [expected, 2n]);
        assert.equal(error.streamName, name);
        return true;
      });
    }
    await assert.rejects(client.appendToStream(stream("none"), numbered(world, 1), expecting(0n)), (error) => {
      ofType(api.ErrorType.WRONG_EXPECTED_VERSION)(error);
      assert.deepEqual(versions(error), [0n, api.NO_STREAM]);
      return true;
    });
    await assert.rejects(client.appendToStream(stream("none"), numbered(world, 1), expecting(api.STREAM_EXISTS)), ofType(api.ErrorType.WRONG_EXPECTED_VERSION));
  },
  "the same events are appended once, whatever is expected": async (world) => {
    const { api, client, expecting } = world;
    for (const expected of [api.NO_STREAM, api.ANY]) {
      const name = stream("twice");
      const events = numbered(world, 3);
      const first = await client.appendToStream(name, events, expecting(expected));
      const second = await client.appendToStream(name, events, expecting(expected));
      assert.deepEqual(second, first);
      assert.equal((await collect(client.readStream(name))).length, 3);
    }
  },
  "an append with credentials, which is a call of its own, does the same": async (world) => {
    const { api, client, expecting } = world;
    const name = stream("alone");
    const credentials = { username: "somebody", password: "anything" };
    const result = await client.appendToStream(name, numbered(world, 2), { ...expecting(api.NO_STREAM), credentials });
    assert.equal(result.nextExpectedRevision, 1n);
    await assert.rejects(
      client.appendToStream(name, numbered(world, 1), { ...expecting(api.NO_STREAM), credentials }),
      ofType(api.ErrorType.WRONG_EXPECTED_VERSION),
    );
  },
  "an event of half a megabyte fits, and an append of more than one is refused": async ({ api, client }) => {
    const name = stream("large");
    const large = () => api.binaryEvent({ type: "large", data: new Uint8Array(512 * 1024) });
    await client.appendToStream(name, large());
    const [{ event }] = await collect(client.readStream(name));
    assert.equal(event.data.length, 512 * 1024);
    await assert.rejects(client.appendToStream(name, [large(), large(), large()]), (error) => {
      ofType(api.ErrorType.MAXIMUM_APPEND_SIZE_EXCEEDED)(error);
      assert.equal(error.maxAppendSize, 1024 * 1024);
      return true;
    });
  },
};
