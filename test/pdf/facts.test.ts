import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { onePage, stream } from "../support/bad-documents/raw-pdf.ts";
import { documentFile } from "../support/document-file.ts";
import { buildPdf, type TestPage } from "../support/pdf-builder.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { readPdf } from "../support/read-pages.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool(poolOptions);
afterAll(() => pool.close());
const { signal } = new AbortController();
const lines = ["The quick brown fox", "jumps over the lazy dog"];
const frame = "0 0 0 RG 5 5 50 50 re S";
const hugeText = "BT /F1 10 Tf 50 700 Td (seen) Tj ET";

async function factsOf(page: TestPage) {
  const document = await pool.open(documentFile(buildPdf([page])), "pdf", signal);
  const [facts] = await document.readPages([1], signal);
  document.close();
  if (facts === undefined) throw new Error("no facts");
  return facts;
}

describe("the facts of a page", () => {
  test("a typed page has its text line by line and no pictures", async () => {
    expect(await factsOf({ kind: "text", lines })).toEqual({
      page: 1,
      widthPt: 595,
      heightPt: 842,
      rotation: 0,
      text: "The quick brown fox\njumps over the lazy dog",
      characters: 35,
      imageCoverage: 0,
      pathSegments: 0,
      drawn: true,
      hiddenCharacters: 0,
      unreadLetters: 0,
      unmapped: "",
      attachedFiles: 0,
      isCut: false,
      warnings: [],
    });
  });

  test.each<[string, TestPage, object]>([
    ["an empty page has nothing drawn", { kind: "blank" }, { drawn: false, characters: 0, pathSegments: 0 }],
    ["a white sheet is nothing drawn", { kind: "blank", whiteSheet: true }, { drawn: false, pathSegments: 0 }],
    ["a white sheet of CMYK is nothing drawn", raw("0 0 0 0 k 0 0 595 842 re f"), { drawn: false }],
    ["black on a white sheet is drawn", raw(`1 g 0 0 595 842 re f ${frame}`), { drawn: true, pathSegments: 4 }],
    ["white on black is drawn", raw("0 g 0 0 595 842 re f 1 g 9 9 9 9 re f"), { drawn: true, pathSegments: 8 }],
    ["white text on white is nothing drawn", raw(`1 g ${hugeText}`), { drawn: false, characters: 4 }],
    ["spaces are nothing drawn", raw("BT /F1 10 Tf 50 700 Td (   ) Tj ET"), { drawn: false, characters: 0 }],
    ["what lies outside the page is not drawn", raw("700 900 50 50 re f"), { drawn: false, pathSegments: 0 }],
    ["what is clipped away is not drawn", raw("q 9 9 9 9 re W n 90 90 9 9 re f Q"), { drawn: false }],
    ["a clip ends with its state", raw("q 9 9 9 9 re W n Q 90 90 9 9 re f"), { drawn: true }],
    ["a hairline is drawn", raw("0 0 0 RG 0 w 50 50 m 500 50 l S"), { drawn: true, pathSegments: 1 }],
    ["a shading is drawn", raw("/Gradient sh"), { drawn: true }],
    ["a scan is one picture over the page", { kind: "scan", lines }, { drawn: true, imageCoverage: 1, text: "" }],
    ["a scanner's text is told from typed text", { kind: "scan", lines, hiddenText: lines }, { hiddenCharacters: 35 }],
    [
      "hidden text outside of the page is not on it",
      raw(`${hugeText} BT 3 Tr /F1 10 Tf 50 -300 Td (hidden) Tj ET`),
      { hiddenCharacters: 0, characters: 4 },
    ],
    ["text over a page-size picture is seen", raw(`${picture(595, 842)} ${hugeText}`), { hiddenCharacters: 0 }],
    ["overlapping pictures count once", raw(`${picture(595, 421)} ${picture(595, 421)}`), { imageCoverage: 0.5 }],
    ["a picture counts as far as it lies on the page", raw(picture(1190, 421)), { imageCoverage: 0.5 }],
    [
      "a clipped picture counts as far as it is seen",
      raw(`q 0 0 595 421 re W n ${picture(595, 842)} Q`),
      { imageCoverage: 0.5 },
    ],
    ["a signature page is no drawing", { kind: "signature", lines }, { pathSegments: 36, characters: 35 }],
    ["a drawing has its segments counted", { kind: "drawing", segments: 1500 }, { pathSegments: 1500, drawn: true }],
    [
      "a rotated page is measured as it is shown",
      { kind: "text", lines, rotation: 90 },
      { rotation: 90, widthPt: 842, heightPt: 595 },
    ],
  ])("%s", async (_sentence, page, expected) => {
    expect(await factsOf(page)).toMatchObject(expected);
  });

  test.each([
    [0, 1, 10],
    [1, 0, 10],
    [1, 1, 0],
  ])("text in a group of opacity %d that holds one of %d has %i hidden characters", async (outer, inner, hidden) => {
    const group = (resources: string, content: string) =>
      stream(
        `/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Group << /S /Transparency >> /Resources << ${resources} >>`,
        content,
      );
    const bytes = onePage({
      content: "/Outer gs /X Do",
      resources: `/XObject << /X 5 0 R >> /ExtGState << /Outer << /ca ${outer} >> >>`,
      objects: [
        group(`/XObject << /Y 6 0 R >> /ExtGState << /Inner << /ca ${inner} >> >>`, "/Inner gs /Y Do"),
        group(
          "/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >>",
          "BT /F1 10 Tf 10 50 Td (drawn words) Tj ET",
        ),
      ],
    });
    expect((await readPdf(pool, bytes)).pages).toMatchObject([{ characters: 10, hiddenCharacters: hidden }]);
  });

  test("a logo covers two per cent of a signature page", async () => {
    const { imageCoverage } = await factsOf({ kind: "signature", lines });
    expect(imageCoverage).toBeWithin(0.01, 0.03);
  });

  test("counting ends with a very large drawing", async () => {
    const { pathSegments } = await factsOf({ kind: "drawing", segments: 60_000 });
    expect(pathSegments).toBe(20_000);
  });

  test("paragraphs are parted by a blank line", async () => {
    const content = "BT /F1 10 Tf 12 TL 50 700 Td (one) Tj T* (two) Tj 0 -60 Td (three) Tj ET";
    expect((await factsOf(raw(content))).text).toBe("one\ntwo\n\nthree");
  });
});

function raw(content: string): TestPage {
  return { kind: "raw", content, lines };
}

function picture(widthPt: number, heightPt: number): string {
  return `q ${widthPt} 0 0 ${heightPt} 0 0 cm /Picture Do Q`;
}
