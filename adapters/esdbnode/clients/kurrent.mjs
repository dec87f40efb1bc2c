// @kurrent/kurrentdb-client against the node. It reads streams and the whole
// log by way of the Rust client, with a filter where one is given.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as api from "@kurrent/kurrentdb-client";
import { run } from "./checks.mjs";
import { collect, follow, numbered, revisions, written } from "./kit.mjs";

await run({
  api,
  connect: (address) => api.KurrentDBClient.connectionString(`kurrentdb://${address}`),
  expecting: (streamState) => ({ streamState }),
  expectingForMetadata: (expectedRevision) => ({ expectedRevision, streamState: expectedRevision }),
  versions: ({ expectedState, actualState }) => [expectedState, actualState],
  checks: {
    "the whole log is read through a filter": async ({ client }) => {
      const prefix = `filtered-${randomUUID()}`;
      for (const suffix of ["a", "b"]) {
        await client.appendToStream(prefix + suffix, [api.jsonEvent({ type: "yes", data: {} }), api.jsonEvent({ type: "no", data: {} })]);
      }
      const read = async (filter) => {
        const found = [];
        for await (const { event } of client.readAll({ filter })) found.push([event.streamId.slice(prefix.length), event.type]);
        return found;
      };
      assert.deepEqual(await read(api.streamNameFilter({ prefixes: [prefix] })), [["a", "yes"], ["a", "no"], ["b", "yes"], ["b", "no"]]);
      assert.deepEqual(await read(api.streamNameFilter({ regex: `^${prefix}b$` })), [["b", "yes"], ["b", "no"]]);
    },
    "what docs/eventstoredb.md warns of in this client is so": async (world) => {
      const { client } = world;
      const { name } = await written(world, 3);
      await client.appendToStream(name, numbered(world, 1), { expectedRevision: 0n }); // the end is at 2
      const subscription = client.subscribeToStream(name);
      const followed = await follow(subscription).until(4);
      await subscription.unsubscribe();
      const read = await collect(client.readStream(name));
      assert.deepEqual(read.map(({ event }) => event.created.getMilliseconds()), [0, 0, 0, 0]);
      assert.deepEqual(read.map(({ event }) => +event.created), followed.map(({ event }) => Math.floor(+event.created / 1000) * 1000));
      const fromEnd = await collect(client.readStream(name, { fromRevision: api.END, direction: api.FORWARDS }));
      assert.deepEqual(revisions(fromEnd), [3n, 2n, 1n, 0n]);
    },
  },
});
