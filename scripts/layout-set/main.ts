import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { makeHeavy, makeSet } from "./make-set.ts";
import { runProducers } from "./producers/outside.ts";

const usage = `Makes PDFs of known structure with their Markdown beside them, for \`bun run eval --layers FOLDER\`.

  bun run layout-set FOLDER [--npm] [--python]

FOLDER/tuned is what the Markdown of text layers is worked on with. FOLDER/aside has layouts and producers that are for
judging only. FOLDER/heavy has pages whose time is to be looked at, with --times. The PDF engine makes files of both. --npm has PDFKit, pdf-lib and jsPDF make more of them, --python
ReportLab, fpdf2 and WeasyPrint; they are fetched for that and are no dependencies.`;

const { values, positionals } = parseArgs({
  options: { npm: { type: "boolean" }, python: { type: "boolean" }, help: { type: "boolean" } },
  allowPositionals: true,
});
const [folder] = positionals;
if (values.help || folder === undefined) {
  console.log(usage);
  process.exit(values.help ? 0 : 2);
}

const target = resolve(folder);
const orders = await makeSet(target, { npm: values.npm ?? false, python: values.python ?? false });
await makeHeavy(target);
await runProducers(target, orders);
