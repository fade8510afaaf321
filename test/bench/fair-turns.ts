/**
 * How long a letter waits beside documents whose pages take long: a small PDF of 2,000 pages that all show one long
 * stream. Goal: at most 2 s beside one, beside eight, and right after the senders of eight have hung up. Run with
 * `bun test/bench/fair-turns.ts`.
 */
import { buildPdf } from "../support/pdf-builder.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { pagesOfOneContent } from "../support/shared-content.ts";
import { milliseconds } from "./statistics.ts";

const pages = 2000;
const letter = buildPdf([{ kind: "text", lines: Array(20).fill("A letter of one page that nobody should wait for.") }]);

function slowDocument(): Uint8Array<ArrayBuffer> {
  const lines = Array.from({ length: 12_000 }, (_, line) => `(line ${line} of a page that never ends) Tj T*`);
  return pagesOfOneContent(pages, `BT /F1 1 Tf 1 TL 0 800 Td\n${lines.join("\n")}\nET`);
}

await using service = await startServiceProcess({ RETRIEVAL_PRELOAD: "false" });
const upload = async (document: Uint8Array<ArrayBuffer>, signal?: AbortSignal) => {
  const form = new FormData();
  form.set("file", new Blob([document]), "doc.pdf");
  const response = await fetch(`${service.url}/ocr-upload`, { method: "POST", body: form, signal: signal ?? null });
  await response.arrayBuffer();
  return response.status;
};
const timeOfLetter = async () => {
  const startedMs = performance.now();
  const status = await upload(letter);
  return `${milliseconds(performance.now() - startedMs)} (${status})`;
};

const slow = slowDocument();
console.log(`a document of ${pages} pages in ${Math.round(slow.byteLength / 1024)} KiB`);
for (let warm = 0; warm < 3; warm += 1) await upload(letter);
console.log(`a letter alone                       ${await timeOfLetter()}`);
for (const count of [1, 8]) {
  const gone = new AbortController();
  const attack = Array.from({ length: count }, () => upload(slow, gone.signal).catch(() => undefined));
  await Bun.sleep(3000);
  for (let time = 0; time < 3; time += 1)
    console.log(`beside ${count} such documents            ${await timeOfLetter()}`);
  gone.abort();
  console.log(`right after they have hung up        ${await timeOfLetter()}`);
  await Promise.all(attack);
}
