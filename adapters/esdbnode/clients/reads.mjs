// Reads of streams and of the whole log.
import assert from "node:assert/strict";
import { collect, numbers, ofType, stream, written } from "./kit.mjs";

export const reads = {
  "a stream is read forwards from a revision, with a limit": async (world) => {
    const { name } = await written(world, 10);
    const read = (options) => collect(world.client.readStream(name, options)).then(numbers);
    assert.deepEqual(await read({ fromRevision: 3n, maxCount: 4 }), [3, 4, 5, 6]);
    assert.deepEqual(await read({ fromRevision: 8n }), [8, 9]);
    assert.deepEqual(await read({ fromRevision: 10n }), []);
    assert.deepEqual(await read({ maxCount: 1 }), [0]);
  },
  "a stream is read backwards": async (world) => {
    const { api, client } = world;
    const { name } = await written(world, 10);
    const read = (options) => collect(client.readStream(name, { direction: api.BACKWARDS, ...options })).then(numbers);
    assert.deepEqual(await read({ fromRevision: api.END, maxCount: 3 }), [9, 8, 7]);
    assert.deepEqual(await read({ fromRevision: 2n }), [2, 1, 0]);
    assert.deepEqual(await read({ fromRevision: 99n, maxCount: 1 }), [9]);
  },
  "a stream that does not exist is not found": async ({ api, client }) => {
    const name = stream("none");
    await assert.rejects(collect(client.readStream(name)), (error) => {
      ofType(api.ErrorType.STREAM_NOT_FOUND)(error);
      assert.equal(error.streamName, name);
      return true;
    });
  },
  "a reader may stop early": async (world) => {
    const { name } = await written(world, 500);
    for await (const { event } of world.client.readStream(name)) {
      if (event.data.number === 3) break;
    }
    assert.equal((await collect(world.client.readStream(name, { maxCount: 1 }))).length, 1);
  },
  "the whole log is read forwards and backwards, in one order": async (world) => {
    const { api, client } = world;
    const { result } = await written(world, 5);
    const after = await written(world, 5);
    const forwards = await collect(client.readAll({ fromPosition: result.position }));
    assert.equal(forwards[0].event.position.commit, result.position.commit, "forwards begins with the event at the position");
    const back = await collect(client.readAll({ direction: api.BACKWARDS, fromPosition: api.END, maxCount: forwards.length }));
    assert.deepEqual(back.map(({ event }) => event.id).reverse(), forwards.map(({ event }) => event.id));
    const before = await collect(client.readAll({ direction: api.BACKWARDS, fromPosition: result.position, maxCount: 4 }));
    assert.deepEqual(numbers(before), [3, 2, 1, 0], "backwards begins before the event at the position");
    assert.equal(forwards.filter(({ event }) => event.streamId === after.name).length, 5);
    const positions = forwards.map(({ event }) => event.position.commit);
    assert.deepEqual(positions, [...positions].sort((a, b) => Number(a - b)));
  },
  "the whole log is read with a limit": async (world) => {
    const { client } = world;
    await written(world, 5);
    assert.equal((await collect(client.readAll({ maxCount: 2 }))).length, 2);
  },
};
