/**
 * Ten open consoles: each reads a long scan with `deltas`, asks for `/activity` every 5 s, whose lists are full, and for the
 * picture of each page that comes. The model writes 100 pieces a second for each. Time of `/health` before and meanwhile
 * (goal: 99th percentile of 50 ms), memory. Run with `bun test/bench/streaming-consoles.ts [seconds] [consoles]`.
 */
import { createSidecarClient } from "../../src/client/sidecar-client.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { scan } from "../support/scan.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { milliseconds } from "./statistics.ts";
import { watchHealth } from "./watch-health.ts";

const seconds = Number(process.argv[2] ?? 30);
const consoles = Number(process.argv[3] ?? 10);
const secondsOfPage = 4;

await using fake = await FakeOllama.start({
  answer: ({ index }) => Array.from({ length: 400 }, (_, word) => `word ${index}-${word}`).join(" "),
  pageDelayMs: secondsOfPage * 1000,
  pieceCount: secondsOfPage * 100,
  parallel: consoles,
});
await using service = await startServiceProcess({
  OLLAMA_API_URL: fake.url,
  OCR_CONCURRENCY: String(consoles),
  RETRIEVAL_PRELOAD: "false",
});
const client = createSidecarClient({ baseUrl: service.url });
for (let request = 0; request < 1100; request += 1) await (await fetch(`${service.url}/none`)).text();

const seen = { deltas: 0, pages: 0, pictures: 0, looks: 0, activityBytes: 0 };

async function open(name: string, signal: AbortSignal): Promise<void> {
  const file = scan(200, name);
  const look = async () => {
    while (!signal.aborted) {
      const text = await (await fetch(`${service.url}/activity`, { signal })).text();
      seen.looks += 1;
      seen.activityBytes = text.length;
      await Bun.sleep(5000);
    }
  };
  const read = async () => {
    for await (const event of client.ocrStream({ file, deltas: true }, { signal })) {
      if (event.type === "delta") seen.deltas += 1;
      if (event.type !== "page") continue;
      seen.pages += 1;
      await client.pageImage({ file, page: event.page.page }, { signal });
      seen.pictures += 1;
    }
  };
  await Promise.allSettled([look(), read()]);
}

const measure = async (work: Promise<unknown>) => {
  const stopWatching = await watchHealth(service.url);
  await work;
  const { medianMs, p99Ms, maximumMs, requests } = await stopWatching();
  return `/health median ${milliseconds(medianMs)}, p99 ${milliseconds(p99Ms)}, longest ${milliseconds(maximumMs)} of ${requests}`;
};
console.log(`no console:   ${await measure(Bun.sleep(10_000))}`);
const beforeBytes = await service.residentBytes();
const stop = AbortSignal.timeout(seconds * 1000);
const work = Promise.all(Array.from({ length: consoles }, (_, index) => open(`console ${index}`, stop)));
console.log(`${consoles} consoles:  ${await measure(work)}`);
const grownBytes = (await service.residentBytes()) - beforeBytes;
const { deltas, pages, pictures, looks, activityBytes } = seen;
console.log(
  `${deltas} deltas, ${pages} pages, ${pictures} pictures, ${looks} looks at /activity of ${Math.round(activityBytes / 1000)} kB; memory +${Math.round(grownBytes / 1e6)} MB`,
);
