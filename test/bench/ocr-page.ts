/**
 * What the service adds to a page of the model: N pages through the service against the same N calls made directly
 * at the (fake) Ollama, which takes a fixed time for a page. In both orders within one run, as a ratio of medians.
 * Goal: N pages at concurrency c within 1.03 × N/c × page time. Run with `bun test/bench/ocr-page.ts [rounds]`.
 */
import { createOllamaClient } from "../../src/ollama/client.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { makePng } from "../support/png.ts";
import { scan } from "../support/scan.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { median, milliseconds } from "./statistics.ts";

const rounds = Number(process.argv[2] ?? 5);
const pages = 20;
const pageDelayMs = 500;

async function timed(work: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await work();
  return performance.now() - startedMs;
}

for (const concurrency of [1, 2]) {
  await using fake = await FakeOllama.start({ pageDelayMs, parallel: concurrency });
  await using service = await startServiceProcess({
    OLLAMA_API_URL: fake.url,
    OCR_CONCURRENCY: String(concurrency),
    OCR_PAGE_CACHE_MB: "0",
  });
  const client = createOllamaClient({ baseUrl: fake.url, fetch });
  const { signal } = new AbortController();
  const image = makePng(200, 1800, 900);
  const ask = () =>
    client.chat(
      { model: "np-dms-ocr:latest", system: undefined, prompt: "Read.", image, options: {}, keepAliveSeconds: 120 },
      signal,
    );

  const direct = async () => {
    const waiting = Array.from({ length: pages }).values();
    const caller = async () => {
      for (const _page of waiting) await ask();
    };
    await Promise.all(Array.from({ length: concurrency }, caller));
  };
  let document = 0;
  const through = async () => {
    document += 1;
    const form = new FormData();
    form.set("file", new Blob([scan(pages, `document ${document}`)]));
    const response = await fetch(`${service.url}/ocr-upload`, { method: "POST", body: form });
    if (response.status !== 200) throw new Error(await response.text());
  };

  await direct();
  await through();
  const directMs: number[] = [];
  const throughMs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const order = [
      () => timed(direct).then((ms) => directMs.push(ms)),
      () => timed(through).then((ms) => throughMs.push(ms)),
    ];
    for (const step of round % 2 === 0 ? order : order.reverse()) await step();
  }
  const idealMs = (pages / concurrency) * pageDelayMs;
  console.log(`concurrency ${concurrency}: ${pages} pages of ${pageDelayMs} ms`);
  console.log(
    `  direct           ${milliseconds(median(directMs))}  (${(median(directMs) / idealMs).toFixed(3)} × ideal)`,
  );
  console.log(
    `  through          ${milliseconds(median(throughMs))}  (${(median(throughMs) / idealMs).toFixed(3)} × ideal)`,
  );
  console.log(
    `  through / direct ${(median(throughMs) / median(directMs)).toFixed(3)}, added per page ${milliseconds((median(throughMs) - median(directMs)) / pages)}`,
  );
}
