import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as mupdf from "mupdf";
import { compareLetters } from "../../scripts/eval/layers/letters.ts";
import { readMarkdown } from "../../scripts/eval/layers/markdown-structure.ts";
import { asideDocuments } from "../../scripts/layout-set/aside/all.ts";
import { breakLines } from "../../scripts/layout-set/break-lines.ts";
import { layoutDocuments } from "../../scripts/layout-set/documents/all.ts";
import { makeSet } from "../../scripts/layout-set/make-set.ts";
import { loadFonts } from "../../scripts/layout-set/metrics.ts";
import { placeDocument } from "../../scripts/layout-set/place/place.ts";
import { asideStyles, styles } from "../../scripts/layout-set/styles.ts";

// Some dozens of PDFs on a busy machine of two cores.
setDefaultTimeout(60_000);

describe("lines are broken", () => {
  const widthOf = (text: string) => text.length;
  test.each([
    ["at blanks", "one two three", 7, ["one two", "three"]],
    ["at a soft hyphen, which is printed there alone", "re\u00ADin\u00ADforced bars", 6, ["rein-", "forced", "bars"]],
    ["between Thai words, and not before a repetition sign", "คนงานต่างๆมาทำงาน", 10, ["คนงานต่างๆ", "มาทำงาน"]],
    ["not where a word is too long", "unbreakable", 4, ["unbreakable"]],
    ["not at all", "", 4, []],
  ])("%s", (_, text, width, lines) => {
    expect(breakLines(text, widthOf, () => width).map((line) => line.text)).toEqual(lines);
  });

  test("at the width of each line", () => {
    expect(breakLines("a b c d", widthOf, (line) => (line === 0 ? 1 : 5)).map(({ text }) => text)).toEqual([
      "a",
      "b c d",
    ]);
  });
});

describe("the set of layouts", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "layout-set-"));
    await makeSet(folder, { npm: false, python: false });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test("has the letters of its truth on its pages, and nothing beyond their edges", async () => {
    const files = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith(".mupdf.pdf"));
    expect(files.length).toBeGreaterThan(10);
    for (const name of files) {
      const document = mupdf.Document.openDocument(await Bun.file(join(folder, name)).bytes(), "application/pdf");
      const pages = Array.from({ length: document.countPages() }, (_, at) => document.loadPage(at));
      const texts = pages.map((page) => page.toDisplayList(true).toStructuredText("clip").asText());
      const truth = readMarkdown(await Bun.file(join(folder, name.replace(/pdf$/, "md"))).text()).lines.join("\n");
      expect({ name, ...compareLetters(texts.join("\n"), truth) }).toEqual({ name, lost: 0, added: 0, named: [] });
    }
  });

  test("has only described layouts whose columns fit their page, in every style", async () => {
    const fonts = await loadFonts();
    const overflowing = [...layoutDocuments, ...asideDocuments].flatMap((document) =>
      [...styles, ...asideStyles]
        .filter((style) => placeDocument(document, style, fonts).overflows)
        .map(({ name }) => `${document.name} ${name}`),
    );
    expect(overflowing).toEqual([]);
  });

  test("leaves to producers outside what is asked of them", async () => {
    const orders = await makeSet(folder, { npm: true, python: false });
    expect(new Set(orders.map(({ producer }) => producer))).toEqual(new Set(["pdfkit", "jspdf", "pdf-lib"]));
    for (const { path } of orders) expect(await Bun.file(path.replace(/pdf$/, "md")).exists()).toBe(true);
  });
});
