/**
 * One request of each kind at once, again and again, and what the service holds of the machine in between:
 *
 *   bun test/bench/mixed-work.ts --minutes 60
 *
 * Fails when an answer is wrong, or when the service ends with more files, processes or descriptors than after its first
 * minute. Its short form is test/service/nothing-left.test.ts.
 */
import { readFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { grownIn, startMixedWorld } from "../support/mixed-world.ts";

const { values } = parseArgs({ options: { minutes: { type: "string", default: "60" } } });
const totalMs = Number(values.minutes) * 60_000;
const warmMs = Math.min(60_000, totalMs / 4);
const reports = 10;

await using world = await startMixedWorld();
const startedMs = performance.now();
const passedMs = () => performance.now() - startedMs;
const residentMib = async () =>
  Math.round(Number(/VmRSS:\s+(\d+)/.exec(await readFile(`/proc/${world.pid}/status`, "utf8"))?.[1]) / 1024);

let rounds = 0;
const wrong: string[] = [];
async function workUntil(ms: number): Promise<void> {
  while (passedMs() < ms) wrong.push(...(await world.round(rounds++)));
}

await workUntil(warmMs);
const before = await world.atRest();
const table = [];
for (let report = 1; report <= reports; report += 1) {
  await workUntil(warmMs + ((totalMs - warmMs) * report) / reports);
  const { processes, descriptors, files } = await world.atRest();
  table.push({
    minute: (passedMs() / 60_000).toFixed(1),
    rounds,
    wrong: wrong.length,
    processes: processes.length,
    descriptors: Object.values(descriptors).reduce((sum, count) => sum + count, 0),
    files: files.length,
    "resident MiB": await residentMib(),
  });
}
console.table(table);
// Connections close in a moment.
await Bun.sleep(10_000);
const grown = grownIn(before, await world.atRest());
for (const line of [...new Set(wrong)].slice(0, 20)) console.error(`WRONG ${line}`);
for (const line of grown) console.error(`MORE  ${line}`);
if (wrong.length + grown.length > 0) process.exitCode = 1;
else console.log("nothing is left behind");
