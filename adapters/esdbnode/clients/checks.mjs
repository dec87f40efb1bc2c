// What both official clients must find true of the node. Each check is a
// sentence and a function; the outcome is printed as a line of JSON.
import { access } from "./access.mjs";
import { appends } from "./appends.mjs";
import { deletions } from "./deletions.mjs";
import { groups } from "./groups.mjs";
import { projections } from "./projections.mjs";
import { reads } from "./reads.mjs";
import { subscriptions } from "./subscriptions.mjs";

const patience = 15_000; // milliseconds for one check

// run checks with what a client's script says of itself: its module, its
// client's class, what it calls an expectation, and the versions in an error.
export async function run(dialect) {
  const [, , writable, readonly, guarded, certificate, projecting] = process.argv;
  const world = {
    ...dialect,
    client: dialect.connect(`${writable}?tls=false`),
    reader: dialect.connect(`${readonly}?tls=false`),
    as: (user) => dialect.connect(`${user}@${guarded}?tls=true&tlsCAFile=${certificate}`),
    projecting: dialect.connect(`${projecting}?tls=false`),
  };
  const all = Object.entries({ ...appends, ...reads, ...subscriptions, ...deletions, ...groups, ...access, ...projections, ...dialect.checks });
  for (const [check, prove] of all) {
    const failure = await within(patience, prove(world)).then(() => undefined, (error) => error.stack ?? String(error));
    console.log(JSON.stringify({ check, failure }));
  }
  console.log(JSON.stringify({ finished: all.length }));
  process.exit(0); // the clients keep their connections open
}

function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new Error(`nothing after ${milliseconds} ms`)), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
