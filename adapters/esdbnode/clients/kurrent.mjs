// @kurrent/kurrentdb-client against the node. It reads streams and the whole
// log by way of the Rust client, with a filter where one is given.
import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import * as api from "@kurrent/kurrentdb-client";
import { run } from "./checks.mjs";

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
  },
});
