import { parseArgs } from "node:util";
import { fuzzEnvironments } from "./environments.ts";
import { growthPerRequest, leaks, type MemoryMark } from "./memory.ts";
import { type FuzzReport, runFuzz } from "./run.ts";
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
  const start: MemoryMark = { ...(await world.memoryAtRest()), requests: warm.cases };
  const runHalf = async (half: 1 | 2, before: MemoryMark) => {
    const halfMs = performance.now();
    const report = await runFuzz(world, { ...common, seed: seed + half, goesOn: until(0.4, halfMs) });
    return { report, mark: { ...(await world.memoryAtRest()), requests: before.requests + report.cases } };
  };
  const first = await runHalf(1, start);
  const second = await runHalf(2, first.mark);
  const reports: FuzzReport[] = [warm, first.report, second.report];
  console.table(sum(reports.map(({ statuses }) => statuses)));
  console.log(`${second.mark.requests} requests`);
  const marks = [start, first.mark, second.mark];
  const told = (bytes: (mark: MemoryMark) => number) => marks.map((mark) => mebibytes(bytes(mark))).join(", ");
  console.log(`heap: ${told(({ heapBytes }) => heapBytes)} MiB warm, half-way and at the end`);
  console.log(`resident: ${told(({ residentBytes }) => residentBytes)} MiB`);
  const growths = [growthPerRequest(start, first.mark), growthPerRequest(first.mark, second.mark)];
  console.log(`heap grown by ${growths.map((bytes) => (bytes / 1024).toFixed(1)).join(" and ")} KiB a request`);
  console.log(`at most ${mebibytes(await world.service.peakResidentBytes())} MiB`);
  const grown = leaks(start, first.mark, second.mark);
  const environments = fuzzEnvironments(seed, 5000);
  const replayed = reports.flatMap(({ violations }, phase) =>
    violations.map((text) => `--seed ${seed + phase}: ${text}`),
  );
  finish([...replayed, ...grown, ...environments]);
}
await world[Symbol.asyncDispose]();

function finish(violations: readonly string[]): void {
  for (const violation of violations) console.error(`VIOLATION ${violation}`);
  if (violations.length === 0) console.log("no violation");
  else process.exitCode = 1;
}

function sum(counts: readonly Record<string, number>[]): Record<string, number> {
  const names = [...new Set(counts.flatMap(Object.keys))].sort();
  return Object.fromEntries(names.map((name) => [name, counts.reduce((all, count) => all + (count[name] ?? 0), 0)]));
}
