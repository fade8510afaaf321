/**
 * One-page scans: how much more several sidecars do than one, and how two of different speed share the work. Each has a
 * model of its own that takes a second for a page, one page at a time, as a card does. The documents come by the typed
 * client through HAProxy, or with `--batch` by a worker beside each sidecar, from a queue.
 * Run with `bun test/bench/many-sidecars.ts [--batch] [documents] [scenario …]`; 400 documents and all scenarios (`one`,
 * `two`, `four`, `uneven`) take 17 minutes, of which the machine computes little.
 */
import { parseArgs } from "node:util";
import { createSidecarClient } from "../../src/client.ts";
import { scan } from "../support/scan.ts";
import { describeCost, readByBatch } from "./many-sidecars/by-batch.ts";
import { type Fleet, startFleet } from "./many-sidecars/fleet.ts";
import { readProcessorShare } from "./many-sidecars/processor-share.ts";
import { milliseconds } from "./statistics.ts";

const pageMs = 1000;
/** One is read, one is ready to be, one is on its way. */
const documentsPerSidecar = 3;

const scenarios: Readonly<Record<string, readonly number[]>> = {
  one: [pageMs],
  two: [pageMs, pageMs],
  four: [pageMs, pageMs, pageMs, pageMs],
  uneven: [pageMs, 4 * pageMs],
};

const { values, positionals } = parseArgs({ options: { batch: { type: "boolean" } }, allowPositionals: true });
const [count = "400", ...names] = positionals;
const documents = Array.from({ length: Number(count) }, (_, index) => scan(1, `${index} of ${count}`));
const pagesPerSecond = new Map<string, number>();
for (const name of names.length > 0 ? names : Object.keys(scenarios)) {
  const speeds = scenarios[name];
  if (speeds === undefined) throw new Error(`There is no scenario ${name}.`);
  await using fleet = await startFleet(speeds);
  const stopWatching = await readProcessorShare();
  const { ms, cost } = await (values.batch
    ? readByBatch(fleet, documents, documentsPerSidecar)
    : readByClient(fleet, documents));
  const rate = (documents.length * 1000) / ms;
  pagesPerSecond.set(name, rate);
  const shares = fleet.pagesRead().map((pages) => `${((100 * pages) / documents.length).toFixed(1)} %`);
  console.log(`${name.padEnd(7)} ${rate.toFixed(3)} pages a second, ${milliseconds(ms)}, shares ${shares.join(", ")}`);
  const { busy, cores } = await stopWatching();
  console.log(`        the machine's ${cores} processors were busy for ${(100 * busy).toFixed(0)} % of the time`);
  console.log(
    `        ${typeof cost === "number" ? `a request: ${milliseconds(cost)} of HAProxy` : describeCost(cost)}`,
  );
}
const one = pagesPerSecond.get("one");
if (one !== undefined)
  for (const [name, rate] of pagesPerSecond) console.log(`${name} / one = ${(rate / one).toFixed(3)}`);

/** By so many callers, each of which sends its next document when it has an answer. `cost`: HAProxy's time a request. */
async function readByClient(
  fleet: Fleet,
  all: ReadonlyArray<Uint8Array<ArrayBuffer>>,
): Promise<{ ms: number; cost: number }> {
  const client = createSidecarClient({ baseUrl: fleet.url });
  const waiting = all.values();
  const texts = new Set<string>();
  const call = async () => {
    for (const file of waiting) texts.add((await client.ocrUpload({ file })).text);
  };
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: documentsPerSidecar * fleet.sidecarUrls.length }, call));
  if (texts.size !== all.length) throw new Error(`${all.length} documents have ${texts.size} texts.`);
  return { ms: performance.now() - startedMs, cost: (await fleet.balancerCpuMs()) / all.length };
}
