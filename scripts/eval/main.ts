import { parseArgs } from "node:util";
import { characterErrorRate } from "./character-error-rate.ts";
import { evaluationFonts } from "./fonts.ts";
import { evaluateLayers } from "./layers/main.ts";
import { embeddedReader, serviceReader } from "./readers.ts";
import { folderFiles, generatedFiles } from "./scans.ts";

const usage = `Prints the character error rate of generated Thai and English pages, or of your own PDFs.

  bun run eval [--url http://127.0.0.1:8765 [--key KEY]] [--folder DIRECTORY] [--only WORD]
  bun run eval --layers DIRECTORY [--only WORD] [--faults] [--times] [--out DIRECTORY]

Without --url the embedded engine reads the pages in this process. --folder takes PDFs that have their text beside
them in a .txt of the same name. --only keeps the files whose document or variant contains the word.

--layers compares the text layers of PDFs with the Markdown of the same name beside them: letters, reading order,
headings, list items, tables; and with the tests in page-tests.json. --faults names what is wrong, --times measures a
page in Markdown and in plain lines, --out keeps the Markdown that was found.`;

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    key: { type: "string" },
    folder: { type: "string" },
    only: { type: "string" },
    layers: { type: "string" },
    faults: { type: "boolean" },
    times: { type: "boolean" },
    out: { type: "string" },
    help: { type: "boolean" },
  },
});

if (values.help) {
  console.log(usage);
  process.exit(0);
}

if (values.layers !== undefined) {
  const { layers: folder, only = "", faults: showFaults = false, times: timed = false, out } = values;
  await evaluateLayers({ folder, only, showFaults, timed, out });
  process.exit(0);
}

const reader = values.url === undefined ? embeddedReader() : serviceReader(values.url, values.key);
const files = values.folder === undefined ? generatedFiles(await evaluationFonts()) : folderFiles(values.folder);
const wanted = values.only ?? "";

console.log(
  `${"document".padEnd(18)}${"variant".padEnd(22)}${"engine".padEnd(14)}${"CER".padStart(8)}${"ms".padStart(8)}`,
);
const rates: number[] = [];
for await (const { document, variant, pdf, truth } of files) {
  if (!`${document} ${variant}`.includes(wanted)) continue;
  const start = performance.now();
  const { text, engine } = await reader.read(pdf);
  const rate = characterErrorRate(text, truth);
  rates.push(rate);
  const figures = `${`${(100 * rate).toFixed(1)} %`.padStart(8)}${(performance.now() - start).toFixed(0).padStart(8)}`;
  console.log(`${document.padEnd(18)}${variant.padEnd(22)}${engine.padEnd(14)}${figures}`);
}
await reader.close();
const median = rates.sort((a, b) => a - b)[rates.length >> 1] ?? 0;
console.log(`${rates.length} files, median ${(100 * median).toFixed(1)} %`);
