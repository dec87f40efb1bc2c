// @eventstore/db-client against the node.
import * as api from "@eventstore/db-client";
import { run } from "./checks.mjs";

await run({
  api,
  connect: (address) => api.EventStoreDBClient.connectionString(`esdb://${address}`),
  expecting: (expectedRevision) => ({ expectedRevision }),
  expectingForMetadata: (expectedRevision) => ({ expectedRevision }),
  versions: ({ expectedVersion, actualVersion }) => [expectedVersion, actualVersion],
  checks: {},
});
