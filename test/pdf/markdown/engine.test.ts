import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import * as mupdf from "mupdf";
import { createPdfPool } from "../../../src/pdf/pool.ts";
import { documentFile } from "../../support/document-file.ts";
import { buildPdf, type TestPage } from "../../support/pdf-builder.ts";
import { poolOptions } from "../../support/pdf-pool.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool(poolOptions);
afterAll(() => pool.close());
const { signal } = new AbortController();

test("the text layer comes as Markdown where that is asked for, beside its plain lines", async () => {
  const page = { kind: "text", lines: ["The quick brown fox", "jumps over the lazy dog."] } as const;
  const document = await pool.open(documentFile(buildPdf([page])), "pdf", signal);
  const [plain] = await document.readPages([1], signal);
  const [both] = await document.readPages([1], signal, "markdown");
  document.close();
  expect(plain?.markdown).toBeUndefined();
  expect(both?.text).toBe(plain?.text);
  expect(both?.markdown).toMatchObject({ markdown: expect.stringContaining("quick brown fox") });
});

/** Two rows of two cells, which stand as near to each other as words. */
const ruled = (() => {
  const cell = (x: number, y: number, text: string) => `BT /F1 10 Tf ${x} ${y} Td (${text}) Tj ET`;
  const rules =
    "0.5 w 50 690 m 200 690 l 50 710 m 200 710 l 50 730 m 200 730 l 50 690 m 50 730 l 82 690 m 82 730 l 200 690 m 200 730 l S";
  const cells = [cell(54, 715, "Depth"), cell(84, 715, "Width"), cell(54, 695, "12345"), cell(84, 695, "67")];
  return [rules, ...cells].join("\n");
})();

async function markdownOf(page: TestPage) {
  const document = await pool.open(documentFile(buildPdf([page])), "pdf", signal);
  const [facts] = await document.readPages([1], signal, "markdown");
  document.close();
  return facts?.markdown;
}

test("cells that stand as near to each other as words are told by the rule between them", async () => {
  const markdown = "| Depth | Width |\n| --- | --- |\n| 12345 | 67 |";
  expect(await markdownOf({ kind: "raw", content: ruled })).toMatchObject({ markdown });
});

test("raised numbers are told from the digits before them, in text and in cells that a rule parts", async () => {
  const raised = "BT /F1 10 Tf 50 650 Td (5 x 10) Tj /F1 6 Tf 4 Ts (3) Tj 0 Ts /F1 10 Tf ( N/m) Tj ET";
  expect(await markdownOf({ kind: "raw", content: raised })).toMatchObject({ markdown: "5 x 10<sup>3</sup> N/m" });
  const cell = ruled.replace("(67) Tj", "(67) Tj /F1 6 Tf 4 Ts (2) Tj");
  expect(await markdownOf({ kind: "raw", content: cell })).toMatchObject({
    markdown: "| Depth | Width |\n| --- | --- |\n| 12345 | 67<sup>2</sup> |",
  });
});

test("a drawing of very many lines is read without its tables", async () => {
  const markdown = expect.not.stringContaining("|");
  expect(await markdownOf({ kind: "drawing", segments: 6000, lines: ["Section A-A", "Scale 1:50"] })).toMatchObject({
    markdown,
  });
  const hatching = Array.from({ length: 6000 }, (_, at) => `${at % 500} ${100 + Math.floor(at / 500)} m 5 0 l S`);
  expect(await markdownOf({ kind: "raw", content: `${ruled}\n${hatching.join("\n")}` })).toMatchObject({ markdown });
});

test("check boxes of a form show whether they are set", async () => {
  const made = new mupdf.PDFDocument(
    buildPdf([{ kind: "raw", content: "BT /F1 10 Tf 70 700 Td (Approved) Tj 0 -20 Td (Rejected) Tj ET" }]),
  );
  const box = (y: number, state: string) =>
    made.addObject({ Type: "Annot", Subtype: "Widget", FT: "Btn", Rect: [50, y, 60, y + 10], AS: state });
  made.findPage(0).put("Annots", [box(700, "Yes"), box(680, "Off")]);
  const bytes = new Uint8Array(made.saveToBuffer("").asUint8Array());
  const document = await pool.open(documentFile(bytes), "pdf", signal);
  const [facts] = await document.readPages([1], signal, "markdown");
  document.close();
  expect(facts?.markdown).toMatchObject({ markdown: "☑ Approved  \n☐ Rejected" });
});
