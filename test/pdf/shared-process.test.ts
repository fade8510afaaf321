import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import type { OpenDocument } from "../../src/pdf/document.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { onePage, rawPdf, stream } from "../support/bad-documents/raw-pdf.ts";
import { documentFile } from "../support/document-file.ts";
import { poolOptions } from "../support/pdf-pool.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1 });
afterAll(() => pool.close());

const { signal } = new AbortController();
const openAll = (documents: readonly Uint8Array<ArrayBuffer>[]): Promise<OpenDocument[]> =>
  Promise.all(documents.map((bytes) => pool.open(documentFile(bytes), "pdf", signal)));

const unicode = (letter: string) => letter.charCodeAt(0).toString(16).padStart(4, "0");
const toUnicode = (code: string, letter: string) =>
  stream(
    "",
    `begincmap 1 begincodespacerange <${code.replaceAll(/./g, "0")}> <${code.replaceAll(/./g, "f")}> endcodespacerange 1 beginbfchar <${code}> <${unicode(letter)}> endbfchar endcmap`,
  );
const simpleFont = (more: string) => `<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica ${more} >>`;
const shownBy = (font: string) => ({
  content: "BT /F2 10 Tf 10 50 Td (AAA) Tj ET",
  resources: `/Font << /F2 ${font} >>`,
});
const asForm = (font: string) =>
  stream(
    `/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources << /Font << /F2 ${font} >> >>`,
    shownBy(font).content,
  );

/** In all of them the font stands where it is used, and only objects that it points to say which letter A is. */
const documentsOf: Record<string, (letter: string) => Uint8Array<ArrayBuffer>> = {
  "the map to Unicode": (letter) =>
    onePage({ ...shownBy(simpleFont("/ToUnicode 5 0 R")), objects: [toUnicode("41", letter)] }),
  "the encoding": (letter) =>
    onePage({ ...shownBy(simpleFont("/Encoding 5 0 R")), objects: [`<< /Differences [65 /${letter}] >>`] }),
  "the font below it": (letter) =>
    onePage({
      ...shownBy(
        "<< /Type /Font /Subtype /Type0 /BaseFont /X /Encoding /Identity-H /DescendantFonts 6 0 R /ToUnicode 5 0 R >>",
      ),
      content: "BT /F2 10 Tf 10 50 Td <004100410041> Tj ET",
      objects: [
        toUnicode("0041", letter),
        "[<< /Type /Font /Subtype /CIDFontType2 /BaseFont /X /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /DW 500 /FontDescriptor << /Type /FontDescriptor /FontName /X /Flags 4 >> >>]",
      ],
    }),
  "drawn glyphs": (letter) =>
    onePage({
      ...shownBy(
        "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 65 /Widths [1] /CharProcs << /a 6 0 R >> /Encoding << /Differences [65 /a] >> /ToUnicode 5 0 R >>",
      ),
      objects: [toUnicode("41", letter), stream("", "1 0 d0 0 0 1 1 re f")],
    }),
  "a form": (letter) => {
    const font = simpleFont("/ToUnicode 5 0 R");
    return onePage({
      content: "/X Do",
      resources: "/XObject << /X 6 0 R >>",
      objects: [toUnicode("41", letter), asForm(font)],
    });
  },
  "an annotation": (letter) => {
    const font = simpleFont("/ToUnicode 5 0 R");
    return onePage({
      content: "",
      page: "/Annots [<< /Type /Annot /Subtype /Stamp /Rect [0 0 200 100] /AP << /N 6 0 R >> >>]",
      objects: [toUnicode("41", letter), asForm(font)],
    });
  },
  "the resources of all pages": (letter) =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      `<< /Type /Pages /Kids [3 0 R] /Count 1 /Resources << /Font << /F2 ${simpleFont("/ToUnicode 5 0 R")} >> >> >>`,
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R >>",
      stream("", shownBy("").content),
      toUnicode("41", letter),
    ]),
};

describe("documents of several callers in one process", () => {
  test.each(Object.entries(documentsOf))("are each read by their own fonts: %s", async (_kind, documentOf) => {
    const letters = ["x", "y", "z"];
    const documents = await openAll(letters.map(documentOf));
    for (const order of [
      [0, 1, 2],
      [2, 1, 0],
      [1, 0, 2],
    ]) {
      for (const index of order) {
        const [page] = (await documents[index]?.readPages([1], signal)) ?? [];
        expect(page?.text).toBe(letters[index]?.repeat(3));
      }
    }
    for (const document of documents) document.close();
  });

  /** A colour whose meaning an object says that it points to. */
  const inkOf = (parts: string) =>
    onePage({
      content: "/Ink cs 1 scn 0 0 200 100 re f",
      resources: "/ColorSpace << /Ink [/Separation /Ink /DeviceRGB 5 0 R] >>",
      objects: [`<< /FunctionType 2 /Domain [0 1] /C0 [1 1 1] /C1 [${parts}] /N 1 >>`],
    });

  test("are each drawn in their own colours", async () => {
    const documents = await openAll(["1 0 0", "0 0 1"].map(inkOf));
    const [red, blue] = documents;
    if (red === undefined || blue === undefined) throw new Error("no documents");
    const first = [await pictureOf(red), await pictureOf(blue)];
    expect(first[0]).not.toEqual(first[1]);
    expect([await pictureOf(red), await pictureOf(blue)]).toEqual(first);
    for (const document of documents) document.close();
  });

  test("are drawn in their true colours after they have been looked at", async () => {
    // White text gives a reason to draw the page when it is read, in the size of the picture below.
    const glyph =
      "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 65 /LastChar 65 /Widths [1] /CharProcs << /a 6 0 R >> /Encoding << /Differences [65 /a] >> /Resources << /ColorSpace << /True [/ICCBased 5 0 R] >> >> >>";
    const bytes = onePage({
      mediaBox: "0 0 600 600",
      content: `BT /F2 100 Tf 100 100 Td (A) Tj ET 1 g ${"BT /F1 10 Tf 10 500 Td (white on white) Tj ET ".repeat(3)}`,
      resources: `/Font << /F1 ${simpleFont("")} /F2 ${glyph} >>`,
      objects: [stream("/N 1", darkGreys), stream("", "1 0 d0 /True cs 0.5 scn 0 0 1 1 re f")],
    });
    const [drawn, read] = await openAll([bytes, bytes]);
    if (drawn === undefined || read === undefined) throw new Error("no documents");
    const expected = await pictureOf(drawn);
    expect((await read.readPages([1], signal))[0]?.hiddenCharacters).toBe(36);
    expect(await pictureOf(read)).toEqual(expected);
    drawn.close();
    read.close();
  });
});

const pictureOf = async (document: OpenDocument) =>
  (await document.render(1, { longestSidePx: 600, turnDegrees: 0 }, signal)).png;

/** A colour profile by which half the light is a sixteenth of it. */
const darkGreys = (() => {
  const [whiteAt, curveAt, end] = [156, 176, 192];
  const bytes = Buffer.alloc(end);
  const white = [0xf6d6, 0x10000, 0xd32d];
  const putText = (text: string, at: number) => bytes.write(text, at, "latin1");
  const putNumbers = (numbers: readonly number[], at: number) => {
    for (const [index, number] of numbers.entries()) bytes.writeUInt32BE(number, at + 4 * index);
  };
  putNumbers([end, 0, 0x02400000], 0);
  putText("mntrGRAYXYZ ", 12);
  putText("acsp", 36);
  putNumbers(white, 68);
  putNumbers([2], 128);
  putText("wtpt", 132);
  putNumbers([whiteAt, 20], 136);
  putText("kTRC", 144);
  putNumbers([curveAt, 14], 148);
  putText("XYZ ", whiteAt);
  putNumbers(white, whiteAt + 8);
  putText("curv", curveAt);
  putNumbers([1, (4 * 256) << 16], curveAt + 8);
  return bytes;
})();
