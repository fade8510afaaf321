import { parseArgs } from "node:util";
import { fuzzEnvironments } from "./environments.ts";
import { runFuzz } from "./run.ts";
import { startWorld } from "./world.ts";

/**
 * Drives every endpoint of a service of its own with hostile requests and documents:
 *   bun run fuzz --seconds 600 [--seed 7] [--concurrency 4]
 * A failure names its case; `bun run fuzz --seed 7 --only 1234` replays it alone.
 */
const { values } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Date.now() % 1_000_000) },
    only: { type: "string" },
    concurrency: { type: "string", default: "4" },
  },
});

const seed = Number(values.seed);
const seconds = Number(values.seconds);
const mebibytes = (bytes: number) => Math.round(bytes / 1024 / 1024);
const world = await startWorld();
console.log(`seed ${seed}, ${values.only === undefined ? `${seconds} s` : `case ${values.only} only`}`);

const until = (share: number, startedMs: number) => () => performance.now() - startedMs < seconds * 1000 * share;
const common = { seed, concurrency: Number(values.concurrency) };
if (values.only !== undefined) {
  const report = await runFuzz(world, { ...common, goesOn: () => true, only: Number(values.only) });
  finish(report.violations);
} else {
  await world.warmUp();
  const startedMs = performance.now();
  const warm = await runFuzz(world, { ...common, goesOn: until(0.2, startedMs) });
  const warmBytes = await world.calmResidentBytes();
  const restMs = performance.now();
  const rest = await runFuzz(world, { ...common, seed: seed + 1, goesOn: until(0.8, restMs) });
  const endBytes = await world.calmResidentBytes();
  console.table(sum(warm.statuses, rest.statuses));
  const growth = Math.round((endBytes / warmBytes - 1) * 100);
  console.log(`${warm.cases + rest.cases} requests`);
  console.log(`resident memory: ${mebibytes(warmBytes)} MiB warm, ${mebibytes(endBytes)} MiB at the end (${growth} %)`);
  console.log(`at most ${mebibytes(await world.service.peakResidentBytes())} MiB`);
  const grown = growth > 10 ? ["resident memory has grown by more than 10 %"] : [];
  const environments = fuzzEnvironments(seed, 5000);
  const replay = (violations: readonly string[], with_: number) => violations.map((text) => `--seed ${with_}: ${text}`);
  finish([...replay(warm.violations, seed), ...replay(rest.violations, seed + 1), ...grown, ...environments]);
}
await world[Symbol.asyncDispose]();

function finish(violations: readonly string[]): void {
  for (const violation of violations) console.error(`VIOLATION ${violation}`);
  if (violations.length === 0) console.log("no violation");
  else process.exitCode = 1;
}

function sum(one: Record<string, number>, other: Record<string, number>): Record<string, number> {
  const names = [...new Set([...Object.keys(one), ...Object.keys(other)])].sort();
  return Object.fromEntries(names.map((name) => [name, (one[name] ?? 0) + (other[name] ?? 0)]));
}
