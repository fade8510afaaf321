/**
 * Eight uploads of 50 MB at once, several rounds: peak resident memory of the service (goal: below 250 MB) and the
 * time of `/health` meanwhile (goal: 99th percentile below 20 ms). Run with `bun test/bench/uploads.ts [rounds]`.
 */
import { randomFillSync } from "node:crypto";
import { buildPdf } from "../support/pdf-builder.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { median, milliseconds } from "./statistics.ts";
import { watchHealth } from "./watch-health.ts";

const rounds = Number(process.argv[2] ?? 3);
const uploadsAtOnce = 8;
const uploadBytes = 50_000_000;

/** A valid document made large by a comment of noise behind its header, which no reader looks into. */
function largePdf(): Uint8Array<ArrayBuffer> {
  const small = buildPdf(
    Array.from(
      { length: 20 },
      (_, page) => ({ kind: "text", lines: Array(40).fill(`Page ${page} of a large document, typed.`) }) as const,
    ),
  );
  const noise = randomFillSync(new Uint8Array(uploadBytes - small.byteLength));
  const bytes = new Uint8Array(uploadBytes);
  bytes.set(small);
  bytes.set(noise, small.byteLength);
  // The tables at the end of the small file are found from here again.
  const tail = small.subarray(small.byteLength - 2048);
  bytes.set(tail, uploadBytes - tail.byteLength);
  return bytes;
}

async function upload(url: string, file: Uint8Array<ArrayBuffer>): Promise<void> {
  const form = new FormData();
  form.set("file", new Blob([file]));
  const response = await fetch(`${url}/ocr-upload`, { method: "POST", body: form });
  const body = await response.json();
  if (response.status !== 200 || body.pageCount !== 20)
    throw new Error(`${response.status} ${JSON.stringify(body).slice(0, 300)}`);
}

await using service = await startServiceProcess();
const file = largePdf();
const stopWatching = await watchHealth(service.url);
let peakBytes = 0;
let running = true;
const watchMemory = async () => {
  while (running) {
    peakBytes = Math.max(peakBytes, await service.residentBytes());
    await Bun.sleep(5);
  }
};
const watcher = watchMemory();
const roundMs: number[] = [];
for (let round = 0; round < rounds; round += 1) {
  const startedMs = performance.now();
  await Promise.all(Array.from({ length: uploadsAtOnce }, () => upload(service.url, file)));
  roundMs.push(performance.now() - startedMs);
}
running = false;
await watcher;
const health = await stopWatching();
console.log(`start to /health        ${milliseconds(service.startMs)}`);
console.log(`a round of ${uploadsAtOnce} uploads    ${milliseconds(median(roundMs))}`);
console.log(`peak resident memory    ${(peakBytes / 1e6).toFixed(0)} MB`);
console.log(`/health median          ${milliseconds(health.medianMs)}`);
console.log(`/health 99th percentile ${milliseconds(health.p99Ms)} of ${health.requests}`);
console.log(`/health maximum         ${milliseconds(health.maximumMs)}`);
