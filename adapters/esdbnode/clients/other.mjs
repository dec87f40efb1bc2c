// Another program at the server that keeps an Usher's log: it writes, reads, deletes,
// and lets a persistent subscription keep a checkpoint there.
import { EventStoreDBClient, START, jsonEvent, persistentSubscriptionToStreamSettingsFromDefaults } from "@eventstore/db-client";
import { randomUUID } from "node:crypto";

const client = EventStoreDBClient.connectionString(`esdb://${process.argv[2]}?tls=false`);
const placed = (count) => Array.from({ length: count }, (_, number) => jsonEvent({ type: "OrderPlaced", data: { number } }));
for (const stream of ["order-1", "account-7", `account-${randomUUID()}`, "usher.b.log", "usher.account-7", "usher.logs"]) {
  await client.appendToStream(stream, placed(100));
}
const deleted = `person-${randomUUID()}`;
await client.appendToStream(deleted, placed(1));
await client.deleteStream(deleted);

const stream = `order-${randomUUID()}`;
await client.appendToStream(stream, placed(20));
const settings = persistentSubscriptionToStreamSettingsFromDefaults({ startFrom: START, checkPointAfter: 10, checkPointLowerBound: 1, checkPointUpperBound: 5 });
await client.createPersistentSubscriptionToStream(stream, "shipping", settings);
const subscription = client.subscribeToPersistentSubscriptionToStream(stream, "shipping");
let shipped = 0;
for await (const resolved of subscription) {
  await subscription.ack(resolved);
  if (++shipped === 20) break;
}
await subscription.unsubscribe();
console.log(JSON.stringify({ Check: "another program writes, and its persistent subscription gets its events" }));
console.log(JSON.stringify({ Finished: 1 }));
process.exit(0);
