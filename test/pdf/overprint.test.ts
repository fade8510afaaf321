import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as mupdf from "mupdf";
import { hasOverprint } from "../../src/pdf/geometry/overprint.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { onePage } from "../support/bad-documents/raw-pdf.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { readPdf } from "../support/read-pages.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1 });
afterAll(() => pool.close());

const size = 12;
const helvetica = new mupdf.Font("Helvetica");
const widthOf = (text: string) =>
  Array.from(text).reduce((sum, letter) => sum + size * helvetica.advanceGlyph(helvetica.encodeCharacter(letter)), 0);
const at = (x: number, y: number, text: string, state = "") =>
  `BT ${state} /F1 ${size} Tf 1 0 0 1 ${x} ${y} Tm (${text.replace(/[()\\]/g, "\\$&")}) Tj ET\n`;
/** Pieces one after the other, each drawn at these distances to the right before the next. */
function interleaved(pieces: readonly string[], offsets: readonly number[], y = 700): string {
  let x = 72;
  return pieces
    .map((piece) => {
      const drawn = offsets.map((offset) => at(x + offset, y, piece)).join("");
      x += widthOf(piece);
      return drawn;
    })
    .join("");
}

const total = "TOTAL 1,284,500.00";
const body = at(72, 600, "Payment within thirty days of the certificate, in Baht, to the account in the contract.");
const rows = ["Bill of quantities", "Concrete 12.5", "Steel 3.25", "Total 15.75"];
const turned = (x: number) => `BT /F1 12 Tf 0 1 -1 0 ${x} 300 Tm (${total}) Tj ET\n`;

async function textOf(content: string): Promise<string> {
  const { texts } = await readPdf(pool, onePage({ content: content + body, mediaBox: "0 0 595 842" }));
  return (texts[0] ?? "").replace(/\s*Payment within[\s\S]*/, "");
}

describe("letters drawn several times to look bold are read once", () => {
  test.each([
    ["a line twice", at(72, 700, total) + at(72.3, 700, total), total],
    ["a line three times", [0, 0.2, 0.4].map((offset) => at(72 + offset, 700, total)).join(""), total],
    ["a line moved upwards", at(72, 700, total) + at(72, 700.3, total), total],
    ["filled, then outlined in the same place", at(72, 700, total) + at(72, 700, total, "1 Tr 0.3 w"), total],
    ["a turned line", turned(72) + turned(72.3), total],
    ["a shadow in grey", `0.7 g ${at(73, 699, total)} 0 g ${at(72, 700, total)}`, total],
    [
      "words inside a line",
      interleaved(["Payment of "], [0]) +
        at(72 + widthOf("Payment of "), 700, "Total amount") +
        at(72.3 + widthOf("Payment of "), 700, "Total amount") +
        at(72 + widthOf("Payment of Total amount"), 700, " is due"),
      "Payment of Total amount is due",
    ],
    ["word by word", interleaved(["Grand ", "total ", "of ", "works"], [0, 0.3]), "Grand total of works"],
    ["piece by piece within words", interleaved(["TOTAL 1,28", "4,500.", "00"], [0, 0.3]), total],
    ["letter by letter", interleaved(Array.from("TOTAL 55 5"), [0, 0.3]), "TOTAL 55 5"],
    ["letter by letter, three times", interleaved(Array.from("TOTAL 55 5"), [0, 0.2, 0.4]), "TOTAL 55 5"],
    ["the beginning of a line", at(72, 700, "Subtotal 5,000.00") + at(72.3, 700, "Subtotal"), "Subtotal 5,000.00"],
    ["a figure in a table", at(72, 700, "Steel") + at(300, 700, "12") + at(300.3, 700, "12"), "Steel\n12"],
    [
      "a block after a block",
      [0, 0.35].map((offset) => rows.map((row, index) => at(72 + offset, 720 - index * 15, row)).join("")).join(""),
      rows.join("\n"),
    ],
    [
      "lines in another order",
      [...rows.entries(), ...[...rows.entries()].reverse()]
        .map(([index, row], copy) => at(copy < rows.length ? 72 : 72.3, 720 - index * 15, row))
        .join(""),
      rows.join("\n"),
    ],
  ])("%s", async (_, content, expected) => {
    expect(await textOf(content)).toBe(expected);
  });

  test.each([
    ["figures in two columns", at(72, 700, "5,000.00") + at(320, 700, "5,000.00"), "5,000.00\n5,000.00"],
    ["figures under each other", at(72, 700, "5,000.00") + at(72, 688, "5,000.00"), "5,000.00\n5,000.00"],
    ["a word said three times", interleaved(["no ", "no ", "no"], [0]), "no no no"],
    ["narrow letters set tight", at(72, 700, "llll 1111 iiii ....", "-1.2 Tc"), "llll 1111 iiii ...."],
    ["different words over each other", at(72, 700, "DRAFT") + at(73, 700, "COPY"), "DRAFT\nCOPY"],
  ])("but %s stay", async (_, content, expected) => {
    expect(await textOf(content)).toBe(expected);
  });

  const overlaid = "words are printed over each other; the text has all of them, though one may hide the other";
  const underCover = (over: string) =>
    `${at(72, 700, "Total: 1,450,000.00 baht")} 1 g 104 696 80 14 re f 0 g ${at(107, 700, over)}`;

  test.each<[string, string, string, string[]]>([
    ["a price set over another one", underCover("1,990,000.00"), "Total: 1,450,000.00 baht\n1,990,000.00", [overlaid]],
    ["a word set over another one", at(72, 700, "DRAFT") + at(73, 700, "COPY"), "DRAFT\nCOPY", [overlaid]],
    ["a price and its shadow", at(73, 699, "5,000.00", "0.7 g") + at(72, 700, "5,000.00", "0 g"), "5,000.00", []],
    [
      "a value on a line of dots",
      at(72, 700, "....................") + at(80, 700, "55 m"),
      "....................\n55 m",
      [],
    ],
  ])("%s keeps all its letters, with a warning where one text hides another", async (_, content, text, warnings) => {
    expect(await textOf(content)).toBe(text);
    const { pages } = await readPdf(pool, onePage({ content: content + body, mediaBox: "0 0 595 842" }));
    expect(pages[0]?.warnings ?? []).toEqual(warnings);
  });

  test("a page with too many letters to compare says so", async () => {
    const line = "0123456789".repeat(25);
    const content = Array.from({ length: 50 }, (_, row) => at(72, 30 + row * 14, line) + at(72.3, 30 + row * 14, line));
    const { pages } = await readPdf(pool, onePage({ content: content.join(""), mediaBox: "0 0 3000 842" }));
    expect(pages[0]?.warnings).toEqual([
      "lines are printed over each other; what is printed twice may be in the text twice",
    ]);
  });
});

describe("lines on each other", () => {
  const line = [72, 100, 172, 116] as const;
  test.each([
    ["a copy a little to the right", [72.4, 100, 172.4, 116], true],
    ["a copy across the edge of a row", [72, 101.9, 172, 117.9], true],
    ["a word of it", [140, 100, 172, 116], true],
    ["the next line", [72, 112, 172, 128], false],
    ["a neighbour that it touches", [169, 100, 269, 116], false],
    ["a turned line across it", [100, 60, 116, 160], false],
  ] as const)("%s", (_, other, expected) => {
    expect(hasOverprint([line, other])).toBe(expected);
    expect(hasOverprint([other, line])).toBe(expected);
  });

  test("are sought among a hundred thousand at once", () => {
    const lines = Array.from({ length: 100_000 }, (_, index) => {
      const [left, top] = [(index % 300) * 20, Math.floor(index / 300) * 20];
      return [left, top, left + 18, top + 16] as const;
    });
    expect(hasOverprint(lines)).toBe(false);
  });
});
