import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { badScans } from "../../scripts/eval/bad-scan.ts";
import { characterErrorRate, normaliseForComparison } from "../../scripts/eval/character-error-rate.ts";
import { evaluationDocuments } from "../../scripts/eval/documents.ts";
import { sarabun } from "../../scripts/eval/fonts.ts";
import { pictureOnlyPdf, renderGrey, typesetPdf } from "../../scripts/eval/render-document.ts";
import { folderFiles } from "../../scripts/eval/scans.ts";
import { repairTextLayer } from "../../src/ocr/layer/repair.ts";
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

  test("a folder gives the PDFs that have their text beside them", async () => {
    const folder = await mkdtemp(join(tmpdir(), "evaluation-"));
    const pdf = typesetPdf("<p>ก</p>", await font);
    await Promise.all([
      Bun.write(join(folder, "letter.pdf"), pdf),
      Bun.write(join(folder, "letter.txt"), "ก"),
      Bun.write(join(folder, "without-truth.pdf"), pdf),
    ]);
    const files = await Array.fromAsync(folderFiles(folder));
    expect(files).toEqual([{ document: "letter.pdf", variant: "", pdf, truth: "ก" }]);
    await rm(folder, { recursive: true });
  });
});
