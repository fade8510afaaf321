/**
 * Load at 80 % of the measured capacity, of which 5 % are hostile requests and 5 % clients that hang up:
 *   bun run bench:soak --minutes 20 [--seed 7]
 * Shows a row for each tenth of the time, and fails when a sound document was not read, memory grew or anything is left.
 */
import { parseArgs } from "node:util";
import { untilNothingIsLeft } from "../support/left-behind.ts";
import { createTraffic, measureCapacity } from "./soak/traffic.ts";
import { startSoakWorld } from "./soak/world.ts";
import { median, quantile } from "./statistics.ts";

const { values } = parseArgs({
  options: { minutes: { type: "string", default: "20" }, seed: { type: "string", default: "7" } },
});

const shareOfCapacity = 0.8;
const rows = 10;
const warmRows = 2;
/** Between the first rows after warm-up and the last ones. */
const allowedGrowth = 1.1;

const rowMs = (Number(values.minutes) * 60_000) / rows;
await using world = await startSoakWorld();
const perSecond = await measureCapacity(world);
const pauseMs = 1000 / (perSecond * shareOfCapacity);
console.log(`capacity ${perSecond.toFixed(1)} documents a second; a request every ${pauseMs.toFixed(0)} ms`);

const traffic = createTraffic(world, Number(values.seed));
const residentMib: number[] = [];
const table: Record<string, number>[] = [];
for (let row = 0; row < rows; row += 1) {
  const memory: number[] = [];
  const endsAt = performance.now() + rowMs;
  let nextAt = performance.now();
  let sampledAt = 0;
  while (performance.now() < endsAt) {
    traffic.next();
    nextAt += pauseMs;
    if (performance.now() - sampledAt > 1000) {
      sampledAt = performance.now();
      memory.push((await world.service.residentBytes()) / 1024 / 1024);
    }
    await Bun.sleep(Math.max(0, nextAt - performance.now()));
  }
  residentMib.push(median(memory));
  const { sound, hostile, gone, failures, times } = traffic.takeCounts();
  table.push({
    minute: Math.round(((row + 1) * rowMs) / 600) / 100,
    sound,
    hostile,
    gone,
    failures: failures.length,
    "p50 ms": Math.round(median(times)),
    "p95 ms": Math.round(quantile(times, 0.95)),
    "MiB median": Math.round(median(memory)),
    "MiB most": Math.round(Math.max(...memory)),
  });
  for (const failure of failures.slice(0, 5)) console.error(`FAILURE ${failure}`);
  if (failures.length > 0) process.exitCode = 1;
}
await traffic.settled();
console.table(table);
await untilNothingIsLeft(world.residency, 60_000);
console.log("nothing is left behind");

const window = (from: number, to: number) => median(residentMib.slice(from, to));
const growth = window(rows - 3, rows) / window(warmRows, warmRows + 3);
console.log(`resident memory at the end against that after warm-up: ${(growth * 100).toFixed(0)} %`);
for (const failure of traffic.takeCounts().failures) {
  console.error(`FAILURE ${failure}`);
  process.exitCode = 1;
}
if (growth > allowedGrowth) process.exitCode = 1;
