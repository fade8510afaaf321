import { describe, expect, test } from "bun:test";
import { lookCloser } from "../../src/pdf/engine/closer-look.ts";
import { observeMarks } from "../../src/pdf/engine/marks.ts";
import { onePage, stream } from "../support/bad-documents/raw-pdf.ts";
import { withList } from "../support/pdf-page.ts";

const grey = (widthPx: number, heightPx: number) =>
  stream(
    `/Type /XObject /Subtype /Image /Width ${widthPx} /Height ${heightPx} /ColorSpace /DeviceGray /BitsPerComponent 8`,
    Buffer.alloc(widthPx * heightPx, 200),
  );
const scan = "q 200 0 0 100 0 0 cm /X Do Q";
const hidden = (count: number) => `BT 3 Tr /F1 10 Tf 10 50 Td (${"a".repeat(count)}) Tj ET`;
const white = (count: number) => `1 g BT /F1 5 Tf 10 50 Td (${"a".repeat(count)}) Tj ET`;

/** Looks at a page of 200 × 100 points, with a picture of a thousand pixels a side, again and again. */
function look(content: string, characters: number, { maxPagePixels = 1e7, times = 1, known = 0 } = {}) {
  const decoded = { pixels: known };
  const bytes = onePage({ content, resources: "/XObject << /X 5 0 R >>", objects: [grey(1000, 1000)] });
  return withList(bytes, (list, box) => {
    const looks = Array.from({ length: times }, () =>
      lookCloser(list, box, observeMarks(list, box), { characters, maxPagePixels, decoded }),
    );
    return { ...looks.at(-1), decodedPixels: decoded.pixels };
  });
}

describe("a page is looked at more closely", () => {
  test.each<[string, ReturnType<typeof look>, object]>([
    ["for a picture beside text", look(scan, 5), { unreadLetters: 0, decodedPixels: 1e6 }],
    ["not without any text", look(scan, 0), { unreadLetters: 0, decodedPixels: 0 }],
    ["not for what says nothing", look(hidden(30), 30), { hiddenCharacters: 30, unreadLetters: 0, decodedPixels: 0 }],
    ["for text in the colour of its ground", look(white(30), 30), { hiddenCharacters: 30 }],
    ["for all of a short text", look(white(15), 15), { hiddenCharacters: 15 }],
    ["not for less than a few characters of a long one", look(white(15), 200), { hiddenCharacters: 0 }],
    [
      "not where a picture is too large, which is said",
      look(`${scan} ${hidden(7)}`, 7, { maxPagePixels: 999_999 }),
      { hiddenCharacters: 7, unreadLetters: undefined, decodedPixels: 0 },
    ],
    ["where a picture is just as large as it may be", look(scan, 5, { maxPagePixels: 1e6 }), { unreadLetters: 0 }],
  ])("%s", (_, found, expected) => {
    expect(found).toMatchObject(expected);
  });

  test.each([
    ["are kept while they are few", 2, 0, 2e6],
    ["are let go when they are many", 3, 0, 0],
    ["are counted with those of the pages before", 1, 1_500_000, 0],
  ])("and the decoded pictures %s", (_, times, known, decodedPixels) => {
    expect(look(scan, 5, { times, known })).toMatchObject({ decodedPixels });
  });
});
