/**
 * Documents per second over HTTP, for a text document of 20 pages of 45 lines, with one caller and with eight, beside the
 * bare engine in one process that only extracts the text. Run with
 * `bun test/bench/text-documents.ts [rounds] [markdown|plain]`; lines as they are is what the bare engine gives. All is
 * measured in one run, in both orders in turns, and the medians are set against each other. The callers run on the same
 * cores as the service. Each copy of the document differs in some bytes at its end, so that no memory of documents helps.
 */
import { cpus } from "node:os";
import { buildPdf, type TestPage } from "../support/pdf-builder.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { startBareEngine } from "./text-documents/bare-engine.ts";

const rounds = Number(process.argv[2] ?? 5);
const textLayerFormat = process.argv[3] ?? "plain";
const measuredMs = 4000;
const pagesPerDocument = 20;
const linesPerPage = 45;

const lines = (page: number) =>
  Array.from(
    { length: linesPerPage },
    (_, line) => `${page}.${line} The contractor shall submit drawings for approval to the engineer.`,
  );
const pdf = buildPdf(
  Array.from({ length: pagesPerDocument }, (_, page): TestPage => ({ kind: "text", lines: lines(page) })),
);

const boundary = "----bench";
const formStart = new TextEncoder().encode(
  `--${boundary}\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf\r\n\r\n`,
);
const formEnd = new TextEncoder().encode(`\r\n--${boundary}--\r\n`);
let copies = 0;

function nextForm(): Uint8Array<ArrayBuffer> {
  copies += 1;
  return Buffer.concat([formStart, pdf, Buffer.from(`\n% copy ${copies} of ${process.pid}\n`), formEnd]);
}

async function readOne({ url }: ServiceProcess): Promise<void> {
  const response = await fetch(`${url}/ocr-upload`, {
    method: "POST",
    headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` },
    body: nextForm(),
  });
  const text = await response.text();
  if (response.status !== 200 || !text.includes(`"pageCount":${pagesPerDocument}`)) throw new Error(text.slice(0, 500));
}

async function throughService(service: ServiceProcess, callers: number): Promise<number> {
  const startedMs = performance.now();
  let documents = 0;
  const caller = async () => {
    while (performance.now() - startedMs < measuredMs) {
      await readOne(service);
      documents += 1;
    }
  };
  await Promise.all(Array.from({ length: callers }, caller));
  return (documents * 1000) / (performance.now() - startedMs);
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1] ?? Number.NaN;

await using service = await startServiceProcess({
  OCR_TEXT_LAYER_FORMAT: textLayerFormat,
  RETRIEVAL_PRELOAD: "false",
  OCR_TIMEOUT: "60",
});
await using bare = startBareEngine(pdf);
const cases = [
  { name: "bare engine, one process", rates: [] as number[], measure: () => bare.documentsPerSecond(measuredMs) },
  { name: "service, one caller", rates: [] as number[], measure: () => throughService(service, 1) },
  { name: "service, eight callers", rates: [] as number[], measure: () => throughService(service, 8) },
];
for (const { measure } of cases) await measure();
for (let round = 0; round < rounds; round += 1) {
  for (const { measure, rates } of round % 2 === 0 ? cases : cases.toReversed()) rates.push(await measure());
}

const reference = median(cases[0]?.rates ?? []);
console.log(`${pagesPerDocument} pages of ${linesPerPage} lines; ${cpus().length} cores, ${rounds} rounds`);
for (const { name, rates } of cases) {
  const rate = median(rates);
  console.log(`${name.padEnd(26)} ${rate.toFixed(1).padStart(6)} documents/s  ×${(rate / reference).toFixed(2)}`);
}
