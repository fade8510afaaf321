/**
 * Eight senders of a document of nearly the longest text there may be, in 60 pages that share one stream, who read
 * nothing of their answers: growth of the service's memory (goal: 300 MB), the time of `/health` (goal: 100 ms), and how
 * long a letter waits meanwhile (goal: 2 s). With events, then as JSON. Run with `bun test/bench/slow-readers.ts`.
 */
import { uploadAndIgnore } from "../support/ignored-upload.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { pagesOfOneContent } from "../support/shared-content.ts";
import { milliseconds } from "./statistics.ts";
import { watchHealth } from "./watch-health.ts";

const pages = 60;
const readers = 8;
const letter = buildPdf([{ kind: "text", lines: Array(20).fill("A letter of one page that nobody should wait for.") }]);

function wordyDocument(): Uint8Array<ArrayBuffer> {
  const lines = Array.from({ length: 2200 }, (_, line) => `(line ${line} ${"of many words ".repeat(3)}) Tj T*`);
  return pagesOfOneContent(pages, `BT /F1 1 Tf 0.3 TL 0 790 Td\n${lines.join("\n")}\nET`);
}

function formOf(document: Uint8Array<ArrayBuffer>): FormData {
  const form = new FormData();
  form.set("file", new Blob([document]), "doc.pdf");
  form.set("includePages", "true");
  return form;
}

await using service = await startServiceProcess({ RETRIEVAL_PRELOAD: "false" });
const read = async (document: Uint8Array<ArrayBuffer>) => {
  const startedMs = performance.now();
  const response = await fetch(`${service.url}/ocr-upload`, { method: "POST", body: formOf(document) });
  const { charCount } = await response.json();
  return { status: response.status, charCount, ms: performance.now() - startedMs };
};
for (let warm = 0; warm < 3; warm += 1) await read(letter);
const alone = await read(wordyDocument());
console.log(`the document alone: ${alone.status}, ${alone.charCount} characters, ${milliseconds(alone.ms)}`);

for (const accept of ["text/event-stream", "application/json"]) {
  const beforeBytes = await service.residentBytes();
  let peakBytes = beforeBytes;
  const stopWatching = await watchHealth(service.url);
  const sockets = await Promise.all(
    Array.from({ length: readers }, () => uploadAndIgnore(service.url, formOf(wordyDocument()), accept)),
  );
  const letters: number[] = [];
  for (let second = 0; second < 40; second += 1) {
    letters.push((await read(letter)).ms);
    for (let look = 0; look < 20; look += 1) {
      peakBytes = Math.max(peakBytes, await service.residentBytes());
      await Bun.sleep(50);
    }
  }
  const { p99Ms, maximumMs } = await stopWatching();
  console.log(
    `${readers} that read nothing, ${accept}: +${Math.round((peakBytes - beforeBytes) / 1e6)} MB, /health p99 ${milliseconds(p99Ms)}, longest ${milliseconds(maximumMs)}, letter at most ${milliseconds(Math.max(...letters))}`,
  );
  for (const socket of sockets) socket.destroy();
  await Bun.sleep(2000);
}
