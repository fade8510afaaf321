import * as mupdf from "mupdf";
import { evaluationDocuments } from "../../scripts/eval/documents.ts";
import { sarabun } from "../../scripts/eval/fonts.ts";
import { typesetPdf } from "../../scripts/eval/render-document.ts";
import { judgeTextLayer } from "../../src/ocr/layer/judge.ts";
import { repairTextLayer } from "../../src/ocr/layer/repair.ts";
import { producerDamage } from "../../src/ocr/layer/thai/producer-damage.ts";

/**
 * What repair and judgement cost on a PDF of 100 pages, against plain extraction; the goal is at most 15 %. Run with
 * `bun test/bench/text-layer.ts`. The second document has the damage of 8-bit fonts on every page.
 */
const pageCount = 100;
const rounds = 15;
const html = evaluationDocuments
  .filter(({ name }) => name.endsWith("letter") || name.endsWith("minutes"))
  .map((document) => document.html)
  .join("");
const style = "<style>body { font-size: 8pt; line-height: 1.2 } p { margin: 2pt }</style>";
const pdf = typesetPdf(style + html, await sarabun(), pageCount);

const document = mupdf.Document.openDocument(pdf, "application/pdf");
const pages = Array.from({ length: pageCount }, (_, index) => document.loadPage(index));
const options = "preserve-whitespace,use-cid-for-unknown-unicode";
const extract = () => pages.map((page) => page.toStructuredText(options).asText());
const context = { scannerText: false, trustScannerText: false, documentHasThai: true };
const judge = (texts: readonly string[]) =>
  texts.map((given) => {
    const { text } = repairTextLayer(given);
    return judgeTextLayer(text, {
      ...context,
      account: { objection: undefined, warnings: [] },
      producerDamage: producerDamage(given, text),
    }).trusted;
  });

const clean = extract();
const damaged = clean.map((text) =>
  text.replace(/[\u0E48-\u0E4C]/g, (mark) => String.fromCharCode(mark.charCodeAt(0) - 0x0e48 + 0xc9)),
);
const characters = clean.reduce((sum, text) => sum + text.length, 0) / clean.length;
const extraction = median(extract);
const onClean = median(() => judge(clean));
const onDamaged = median(() => judge(damaged));

console.log(`${clean.length} pages of ${characters.toFixed(0)} characters`);
console.log(`extraction             ${extraction.toFixed(2)} ms`);
for (const [name, ms] of [
  ["clean", onClean],
  ["damaged", onDamaged],
] as const) {
  console.log(
    `repair and judgement   ${ms.toFixed(2)} ms on ${name} text, ${((100 * ms) / extraction).toFixed(1)} % extra`,
  );
}

function median(work: () => unknown): number {
  const times = Array.from({ length: rounds }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return times.sort((a, b) => a - b)[rounds >> 1] ?? 0;
}
