import { parseArgs } from "node:util";
import { readBaseline, writeBaseline } from "./baseline.ts";
import { characterErrorRate } from "./character-error-rate.ts";
import { evaluationFonts } from "./fonts.ts";
import { evaluateLayers } from "./layers/main.ts";
import { embeddedReader, serviceReader } from "./readers.ts";
import { header, type Measured, row, summary } from "./report.ts";
import { folderFiles, generatedFiles } from "./scans.ts";
import { wrongDigits } from "./wrong-digits.ts";

const usage = `Prints the character error rate of generated Thai and English pages, or of your own PDFs, beside that of before.

  bun run eval [--url http://127.0.0.1:8765 [--key KEY] | --tree CHECKOUT] [--folder DIRECTORY] [--only WORD]…
               [--write-baseline WHAT]
  bun run eval --layers DIRECTORY [--only WORD] [--faults] [--times] [--out DIRECTORY]

Without --url the embedded engine reads the pages in a process of its own, that of this checkout or, with --tree, of
another one. --folder takes PDFs that have their text beside them in a .txt of the same name. --only, which may be given
several times, keeps the rows whose document and variant hold one of the words. --list prints the names of the rows.

Of each page: the character error rate; the digits that are wrong, and after the stroke those that no warning
names, after the plus the lines that one names in vain; the
CPU seconds of the process that read it, and the most memory that it had. "before" is scripts/eval/baseline.json, to which
--write-baseline writes the rows measured now as those of WHAT. Pages and conditions "(aside)" are not tuned on.

--layers compares the text layers of PDFs with the Markdown of the same name beside them: letters, reading order,
headings, list items, tables; and with the tests in page-tests.json. --faults names what is wrong, --times measures a
page in Markdown and in plain lines, --out keeps the Markdown that was found.`;

const { values } = parseArgs({
  options: {
    url: { type: "string" },
    key: { type: "string" },
    tree: { type: "string" },
    folder: { type: "string" },
    only: { type: "string", multiple: true },
    list: { type: "boolean" },
    "write-baseline": { type: "string" },
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

const words = values.only ?? [""];

if (values.layers !== undefined) {
  const { layers: folder, faults: showFaults = false, times: timed = false, out } = values;
  await evaluateLayers({ folder, only: words[0] ?? "", showFaults, timed, out });
  process.exit(0);
}

const { url, folder } = values;
const all =
  folder === undefined ? generatedFiles(await evaluationFonts(), url !== undefined) : await folderFiles(folder);
const files = all
  .map((file) => ({ ...file, name: `${file.document} ${file.variant}` }))
  .filter(({ name }) => words.some((word) => name.includes(word)));

if (values.list) {
  for (const { name } of files) console.log(name);
  process.exit(0);
}

const baseline = await readBaseline();
const reader = url === undefined ? await embeddedReader(values.tree) : serviceReader(url, values.key);
const pages: Measured[] = [];
console.log(header);
for (const { document, variant, name, pdf, truth } of files) {
  const { text, warnings, costs } = await reader.read(await pdf());
  const now = { rate: characterErrorRate(text, truth), ...wrongDigits(text, truth, warnings), ...costs };
  const before = folder === undefined ? baseline.rows[name] : undefined;
  pages.push({ isAside: name.includes("(aside)"), before, now });
  console.log(row(document, variant, before, now));
  if (values["write-baseline"] !== undefined) await writeBaseline(values["write-baseline"], name, now);
}
await reader.close();
console.log(summary(pages));
console.log(`before: ${baseline.of}`);
