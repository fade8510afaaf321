import { parseArgs } from "node:util";
import { fuzzEnvironments } from "./environments.ts";
import { growthOf, leaks } from "./memory.ts";
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
  const halves: FuzzReport[] = [];
  const sizes = [await world.calmResidentBytes()];
  for (const half of [1, 2]) {
    const halfMs = performance.now();
    halves.push(await runFuzz(world, { ...common, seed: seed + half, goesOn: until(0.4, halfMs) }));
    sizes.push(await world.calmResidentBytes());
  }
  const reports = [warm, ...halves];
  console.table(sum(reports.map(({ statuses }) => statuses)));
  console.log(`${reports.reduce((cases, report) => cases + report.cases, 0)} requests`);
  const [startBytes = 0, middleBytes = 0, endBytes = 0] = sizes;
  const growths = [growthOf(startBytes, middleBytes), growthOf(middleBytes, endBytes)];
  console.log(`resident memory: ${sizes.map(mebibytes).join(", ")} MiB warm, half-way and at the end`);
  console.log(`grown by ${growths.map((growth) => `${Math.round(growth * 100)} %`).join(" and ")}`);
  console.log(`at most ${mebibytes(await world.service.peakResidentBytes())} MiB`);
  const grown = leaks(startBytes, middleBytes, endBytes) ? ["resident memory grows in both halves"] : [];
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
