import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { badScans } from "../../scripts/eval/bad-scan.ts";
import { readBaseline } from "../../scripts/eval/baseline.ts";
import { characterErrorRate, normaliseForComparison } from "../../scripts/eval/character-error-rate.ts";
import { evaluationDocuments } from "../../scripts/eval/documents.ts";
import { sarabun } from "../../scripts/eval/fonts.ts";
import { evaluationLayouts } from "../../scripts/eval/layouts.ts";
import { pictureOnlyPdf, renderGrey, typesetPdf } from "../../scripts/eval/render-document.ts";
import { header, row, summary } from "../../scripts/eval/report.ts";
import { folderFiles, generatedFiles } from "../../scripts/eval/scans.ts";
import { wrongDigits } from "../../scripts/eval/wrong-digits.ts";
import { repairTextLayer } from "../../src/ocr/layer/repair.ts";
import { onePage } from "../support/bad-documents/raw-pdf.ts";
import { withPdfPage } from "../support/pdf-page.ts";
import { greyPng } from "../support/thai-page.ts";

describe("the character error rate", () => {
  test.each([
    ["abcd", "abcd", 0],
    ["abxd", "abcd", 0.25],
    ["abd", "abcd", 0.25],
    ["abccd", "abcd", 0.25],
    ["", "abcd", 1],
    ["abcdabcd", "abcd", 1],
    ["ที", "ที่", 1 / 3],
    ["", "", 0],
    ["a", "", 1],
    ["😀b", "😀c", 0.5],
  ])("of %j against %j is %p", (reading, truth, rate) => {
    expect(characterErrorRate(reading, truth)).toBeCloseTo(rate, 10);
  });

  test.each([
    ["white space", "ก  ข\n\n ค\t", "ก ข ค"],
    ["the decomposed SARA AM", "น\u0E4D\u0E49า", "น้ำ"],
    ["HTML tables", "<table><tr><td>ก</td><td>ข</td></tr></table>", "ก ข"],
    ["Markdown", "## ก\n\n| **ข** | ค |\n|---|:-:|\n| 1 | 2 |", "ก ข ค 1 2"],
    ["quotation marks", "“ก” ‘ข’", "\"ก\" 'ข'"],
    ["zero-width characters", "ก\u200Bข\uFEFF", "กข"],
  ])("does not count %s", (_, given, normalised) => {
    expect(normaliseForComparison(given)).toBe(normalised);
  });

  test.each(["ำ", "น้ำ", "ﬁ", "1 < 2 - 3", "ราคา --- บาท"])("keeps %j", (text) => {
    expect(normaliseForComparison(text)).toBe(text);
  });
});

describe("wrong digits", () => {
  const doubt = (digits: string, line: string) => `Thai digits that may be others, ${digits}, in the line "${line}"`;
  const arabic = (digits: string, line: string) =>
    `digits that may be other characters, ${digits}, in the line "${line}"`;
  const long = "ก".repeat(120);
  test.each([
    ["none where all are right", "งวดที่ ๔\nเงิน 750", "งวดที่ ๔ เงิน 750", [], 0, 0, 0],
    ["none where a digit of the other kind has the same value", "งวดที่ 4", "งวดที่ ๔", [], 0, 0, 0],
    ["a digit read as another one", "งวดที่ ๕\nเงิน 750", "งวดที่ ๔ เงิน 750", [], 1, 1, 0],
    ["one that its warning lists", "งวดที่ ๕", "งวดที่ ๔", [doubt("๕", "งวดที่ ๕")], 1, 0, 0],
    ["one that the warning of its line leaves out", "งวดที่ ๕๒", "งวดที่ ๔๒", [doubt("๒", "งวดที่ ๕๒")], 1, 1, 0],
    ["one whose digit the warning of another line lists", "ก ๕\nข ๕", "ก ๔ ข ๕", [doubt("๕", "ข ๕")], 1, 1, 1],
    ["none where a warning names a right line", "ข้อ 5", "ข้อ 5", [arabic("5", "ข้อ 5")], 0, 0, 1],
    ["letters read as digits that their warning lists", "5040 ตัน", "SD40 ตัน", [arabic("5 0 4 0", "5040 ตัน")], 2, 0, 0],
    ["a digit read as a letter", "งวดที่ ฮ", "งวดที่ ๔", [], 1, 1, 0],
    ["a digit left out", "พ.ศ. ๒๕๖", "พ.ศ. ๒๕๖๗", [], 1, 1, 0],
    ["one left out of a line that a warning quotes", "พ.ศ. ๒๕๖", "พ.ศ. ๒๕๖๗", [doubt("๖", "พ.ศ. ๒๕๖")], 1, 0, 0],
    ["a letter read as a digit", "ข้อ ๒๑", "ข้อ ๒ก", [], 1, 1, 0],
    ["one in a line that a warning quotes in part", `${long}๕`, `${long}๔`, [doubt("๕", `${long}…`)], 1, 0, 0],
    ["one in a cell of a table", "| ก | ๕ |", "ก ๔", [doubt("๕", "| ก | ๕ |")], 1, 0, 0],
    ["a point left out between two digits", "22.50 2250", "22.50 22.50", [], 1, 1, 0],
    [
      "a comma read as a point, in a line that a warning quotes",
      "1.250",
      "1,250",
      [arabic("1 2 5 0", "1.250")],
      1,
      0,
      0,
    ],
    ["none where a point beside one digit is lost", "ข้อ 1 2", "ข้อ 1. 2", [], 0, 0, 0],
    ["none where there is no digit", "กข", "กค", [], 0, 0, 0],
    ["all of an empty reading", "", "ข้อ 12", [], 2, 2, 0],
  ])("are %s", (_, reading, truth, warnings, wrong, unnamed, inVain) => {
    expect(wrongDigits(reading, truth, warnings)).toEqual({ wrong, unnamed, inVain });
  });
});

describe("the figures of the evaluation", () => {
  const now = { rate: 0.0123, wrong: 3, unnamed: 1, cpuSeconds: 4.56, peakMiB: 311.4 };
  const before = { rate: 0.5, wrong: 0, unnamed: 0 };

  test("of before and of now stand beside each other under their heads", () => {
    const shown = row("letter", "sarabun fax", before, now);
    expect(shown.trim().split(/ {2,}/)).toEqual([
      ...["letter", "sarabun fax", "50.0", "1.2", "0", "3/1", "-", "4.6", "-", "311"],
    ]);
    expect(row("letter", "sarabun fax", before, { ...now, inVain: 2 })).toContain(" 3/1+2 ");
    expect(row("letter", "sarabun fax", undefined, now)).toHaveLength(shown.length);
    for (const line of header.split("\n")) expect(line).toHaveLength(shown.length);
  });

  test("of pages kept aside are told apart from those that are tuned on", () => {
    const pages = [
      { isAside: false, before, now },
      { isAside: false, before: undefined, now: { ...now, rate: 0.0323, inVain: 3 } },
      { isAside: true, before: undefined, now },
    ];
    expect(summary(pages).split("\n")).toEqual([
      "tuned on: 2 pages, CER mean 2.2 %, median 3.2 %; 6 digits wrong, 2 of them in no warning; 3 lines named in vain",
      "  before: 1 pages, CER mean 50.0 %, median 50.0 %; 0 digits wrong, 0 of them in no warning; 0 lines named in vain",
      "kept aside: 1 pages, CER mean 1.2 %, median 1.2 %; 3 digits wrong, 1 of them in no warning; 0 lines named in vain",
    ]);
  });

  test("are measured of the page that is asked for, beside the kept ones", async () => {
    const name = "notice sarabun small";
    const evaluation = Bun.spawn(["bun", "scripts/eval/main.ts", "--only", `${name} blurred`], {
      cwd: join(import.meta.dir, "../.."),
      stdout: "pipe",
    });
    const [shown] = (await new Response(evaluation.stdout).text())
      .split("\n")
      .filter((line) => line.startsWith("notice"));
    expect(await evaluation.exited).toBe(0);
    const [document, variant, , rate, , digits, , cpuSeconds, , peakMiB] = shown?.split(/ {2,}/) ?? [];
    expect({ document, variant, digits }).toEqual({
      document: "notice",
      variant: "sarabun small blurred",
      digits: "0",
    });
    expect(Number(rate)).toBeLessThan(5);
    expect(Number(cpuSeconds)).toBeGreaterThan(0.5);
    expect(Number(peakMiB)).toBeGreaterThan(50);
  }, 60_000);
});

describe("the generated documents", () => {
  const font = sarabun();

  test.each(evaluationDocuments.map((document) => [document.name, document] as const))(
    "%s has its truth on clean Thai and on one page",
    async (_, { html, truth }) => {
      expect(repairTextLayer(truth)).toEqual({ text: truth, repairs: {} });
      const pdf = typesetPdf(html, await font);
      expect(new TextDecoder().decode(pdf.subarray(0, 5))).toBe("%PDF-");
      expect(renderGrey(pdf, 500)).toMatchObject({ height: 500 });
    },
  );

  test("are spoilt in the same way each time, and a scan holds the picture", async () => {
    const page = renderGrey(typesetPdf("<p>ก่อสร้าง</p>", await font), 400);
    for (const { spoil } of badScans) expect(spoil(page)).toEqual(spoil(page));
    const scan = renderGrey(pictureOnlyPdf(greyPng(page)), 400);
    const difference = scan.data.reduce((sum, level, at) => sum + Math.abs(level - (page.data[at] ?? 0)), 0);
    expect(difference / scan.data.length).toBeLessThan(2);
  });

  test("are kept aside in half of their layouts, come in all conditions, have figures of before, and none stands there twice", async () => {
    const fonts = [{ name: "one", bytes: await font }];
    const names = generatedFiles(fonts, false).map(({ document, variant }) => `${document} ${variant}`);
    expect(new Set(names).size).toBe(names.length);
    const layouts = evaluationLayouts.map(({ keptAside }) => keptAside);
    expect(layouts.filter((keptAside) => keptAside)).toHaveLength(layouts.length / 2);
    const measured = Object.keys((await readBaseline()).rows);
    expect(names.filter((name) => !measured.includes(name.replace(" one ", " sarabun ")))).toEqual([]);
    const conditions = new Set(names.map((name) => name.split(" one ")[1]));
    expect([...conditions].sort()).toEqual(badScans.map(({ name }) => name).sort());
  });

  test("are set in their font, and leave what is opened next its own", async () => {
    typesetPdf("<p>ก</p>", await font);
    const plain = onePage({ content: "BT /F1 10 Tf 54 150 Td (Depth) Tj ET", mediaBox: "0 0 300 200", page: "" });
    const names = new Set<string>();
    withPdfPage(plain, (page) => {
      const structured = page.toStructuredText("");
      structured.walk({ onChar: (_char, _origin, usedFont) => names.add(usedFont.getName()) });
      structured.destroy();
    });
    expect([...names]).toEqual(["Helvetica"]);
  });

  test("a folder gives the PDFs that have their text beside them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "evaluation-"));
    const pdf = typesetPdf("<p>ก</p>", await font);
    await Promise.all([
      Bun.write(join(folder, "letter.pdf"), pdf),
      Bun.write(join(folder, "letter.txt"), "ก"),
      Bun.write(join(folder, "without-truth.pdf"), pdf),
    ]);
    const files = await folderFiles(folder);
    expect(files).toMatchObject([{ document: "letter.pdf", variant: "", truth: "ก" }]);
    expect(await files[0]?.pdf()).toEqual(pdf);
    await rm(folder, { recursive: true });
  });
});
