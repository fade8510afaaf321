import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { deflateSync } from "node:zlib";
import * as mupdf from "mupdf";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { onePage, type RawObject, stream } from "../support/bad-documents/raw-pdf.ts";
import { jbig2Picture, jbig2Region, jp2File, jpxCodestream } from "../support/coded-pictures.ts";
import { documentFile } from "../support/document-file.ts";
import { poolOptions } from "../support/pdf-pool.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1 });
afterAll(() => pool.close());
const { signal } = new AbortController();

async function readAndRender(bytes: Uint8Array) {
  const document = await pool.open(documentFile(bytes), "pdf", signal);
  const [read, rendered] = await Promise.allSettled([
    document.readPages([1], signal),
    document.render(1, { longestSidePx: 400, turnDegrees: 0 }, signal),
  ]);
  document.close();
  return { read, rendered };
}

/** Objects from number 5 on, of which the first is drawn over the left two fifths of the page. */
const drawing = (...objects: readonly RawObject[]) =>
  onePage({ content: "q 80 0 0 100 0 0 cm /X Do Q", resources: "/XObject << /X 5 0 R >>", objects });

const image = (entries: string, data: Uint8Array) =>
  stream(`/Type /XObject /Subtype /Image /Width 100 /Height 100 ${entries}`, data);
const form = (resources: string, content: string) =>
  stream(`/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << ${resources} >>`, content);
const bits = "/ColorSpace /DeviceGray /BitsPerComponent 1";
const grey = "/ColorSpace /DeviceGray /BitsPerComponent 8";
const jbig2 = `${bits} /Filter /JBIG2Decode`;
const jpx = "/Filter /JPXDecode";

const hugeSheet = jbig2Picture({ widthPx: 60_000, heightPx: 60_000, region: { widthPx: 100, heightPx: 100 } });
const hugeRegion = jbig2Picture({ widthPx: 100, heightPx: 100, region: { widthPx: 60_000, heightPx: 60_000 } });
const small = jbig2Picture({ widthPx: 100, heightPx: 100 });
const huge = image(jbig2, hugeSheet);
const honest = stream(`/Type /XObject /Subtype /Image /Width 60000 /Height 60000 ${jbig2}`, hugeSheet);
const ascii = Buffer.from(`${hugeSheet.toString("hex")}>`);

describe("a picture of 60,000 × 60,000 pixels that claims 100 × 100 is refused before it is decoded", () => {
  test.each<[string, Uint8Array]>([
    ["as JBIG2", drawing(huge)],
    ["as a region of a small JBIG2 picture", drawing(image(jbig2, hugeRegion))],
    [
      "in the globals of a small JBIG2 picture",
      drawing(
        image(`${jbig2} /DecodeParms << /JBIG2Globals 6 0 R >>`, small),
        stream("/Filter /FlateDecode", deflateSync(jbig2Region({ widthPx: 60_000, heightPx: 60_000 }))),
      ),
    ],
    ["as JBIG2, in an encrypted document", encrypted(drawing(huge))],
    ["as JPEG 2000", drawing(image(jpx, jpxCodestream(60_000, 60_000)))],
    [
      "as JPEG 2000 in boxes that claim 100 × 100 too",
      drawing(image(jpx, jp2File(jpxCodestream(60_000, 60_000), { widthPx: 100, heightPx: 100 }))),
    ],
    [
      "deflated twice",
      drawing(image(`${bits} /Filter [/FlateDecode /FlateDecode /JBIG2Decode]`, deflateSync(deflateSync(hugeSheet)))),
    ],
    [
      "deflated and cut",
      drawing(image(`${bits} /Filter [/FlateDecode /JBIG2Decode]`, deflateSync(hugeSheet).subarray(0, -4))),
    ],
    ["as text", drawing(image(`${bits} /Filter [/ASCIIHexDecode /JBIG2Decode]`, ascii))],
    [
      "packed behind JPEG 2000",
      drawing(image("/Filter [/JPXDecode /FlateDecode]", deflateSync(jpxCodestream(60_000, 60_000)))),
    ],
    [
      "in a form in a form",
      drawing(form("/XObject << /X 6 0 R >>", "/X Do"), form("/XObject << /X 5 0 R /Y 7 0 R >>", "/Y Do"), huge),
    ],
    ["as a soft mask", drawing(image(`${grey} /SMask 6 0 R`, Buffer.alloc(10_000)), huge)],
    ["as a mask", drawing(image(`${grey} /Mask 6 0 R`, Buffer.alloc(10_000)), huge)],
    [
      "in the mask of a graphics state",
      onePage({
        content: "/G gs 0 0 9 9 re f",
        resources: "/ExtGState << /G << /SMask << /S /Luminosity /G 5 0 R >> >> >>",
        objects: [
          stream(
            "/Type /XObject /Subtype /Form /BBox [0 0 9 9] /Group << /S /Transparency /CS /DeviceGray >> /Resources << /XObject << /X 6 0 R >> >>",
            "/X Do",
          ),
          huge,
        ],
      }),
    ],
    [
      "in a pattern",
      onePage({
        content: "/Pattern cs /P scn 0 0 9 9 re f",
        resources: "/Pattern << /P 5 0 R >>",
        objects: [
          stream(
            "/PatternType 1 /PaintType 1 /TilingType 1 /BBox [0 0 9 9] /XStep 9 /YStep 9 /Resources << /XObject << /X 6 0 R >> >>",
            "/X Do",
          ),
          huge,
        ],
      }),
    ],
    [
      "in an annotation",
      onePage({
        content: "",
        page: "/Annots [<< /Type /Annot /Subtype /Stamp /Rect [0 0 9 9] /AP << /N 5 0 R >> >>]",
        objects: [form("/XObject << /X 6 0 R >>", "/X Do"), huge],
      }),
    ],
    ["in a glyph", glyph(huge)],
    [
      "in a glyph of a font that a graphics state sets",
      onePage({
        content: "/G gs BT (a) Tj ET",
        resources: "/ExtGState << /G << /Font [5 0 R 9] >> >>",
        objects: type3Font(huge),
      }),
    ],
    [
      "in a glyph that draws with what the page names",
      onePage({
        content: "BT /F3 9 Tf (a) Tj ET",
        resources: "/Font << /F3 5 0 R >> /XObject << /X 6 0 R >>",
        objects: type3Font(honest, ""),
      }),
    ],
    ["in a glyph, even where it admits its size", glyph(honest)],
  ])("%s", async (_name, bytes) => {
    const { read, rendered } = await readAndRender(bytes);
    const refusal = {
      status: "rejected",
      reason: { code: "page_too_large", message: expect.stringContaining("60000 × 60000") },
    };
    expect(read).toMatchObject(refusal);
    expect(rendered).toMatchObject(refusal);
  });

  function glyph(picture: RawObject): Uint8Array {
    return onePage({
      content: "BT /F3 9 Tf (a) Tj ET",
      resources: "/Font << /F3 5 0 R >>",
      objects: type3Font(picture),
    });
  }

  /** Objects 5 to 7: a font whose only glyph draws the picture. */
  function type3Font(picture: RawObject, resources = "/Resources << /XObject << /X 6 0 R >> >>"): RawObject[] {
    return [
      `<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 /Widths [1] /Encoding << /Differences [97 /a] >> /CharProcs << /a 7 0 R >> ${resources} >>`,
      picture,
      stream("", "1 0 d0 /X Do"),
    ];
  }
});

test("a drawn font that the page itself holds may use what the page names, the font included", async () => {
  const glyphs =
    "<< /Type /Font /Subtype /Type3 /FontBBox [0 0 1 1] /FontMatrix [1 0 0 1 0 0] /FirstChar 97 /LastChar 97 /Widths [1] /Encoding << /Differences [97 /a] >> /CharProcs << /a 5 0 R >> >>";
  const bytes = onePage({
    content: "BT /F2 10 Tf 10 50 Td (a) Tj ET",
    resources: `/Font << /F2 ${glyphs} >>`,
    objects: [stream("", "1 0 d0 0 0 1 1 re f")],
  });
  expect(await readAndRender(bytes)).toMatchObject({
    read: { status: "fulfilled" },
    rendered: { status: "fulfilled" },
  });
});

test("resources of the page tree are looked at like the page's own", async () => {
  const inherited = Buffer.from(drawing(huge));
  // Of the same length, so that the cross-reference table stays right.
  const text = inherited.toString("latin1");
  const own = /\/Resources << \/Font.*?\/XObject << \/X 5 0 R >> >>/.exec(text)?.[0] ?? "";
  const moved = text
    .replace(own, " ".repeat(own.length))
    .replace("/Kids [3 0 R] /Count 1 >>", `/Kids [3 0 R] /Count 1 ${own} >>`);
  const { read } = await readAndRender(Buffer.from(moved, "latin1"));
  expect(read).toMatchObject({ reason: { code: "page_too_large" } });
});

describe("a picture that is coded as no writer does it is too complex", () => {
  test.each<[string, Uint8Array]>([
    ["tiles of one pixel", drawing(image(jpx, jpxCodestream(255, 255, { tilePx: 1 })))],
    ["a thousand components", drawing(image(jpx, jpxCodestream(1000, 1000, { components: 1000 })))],
    ["packed as a JPEG", drawing(image(`${bits} /Filter [/DCTDecode /JBIG2Decode]`, small))],
    ["coded twice", drawing(image(`${bits} /Filter [/JBIG2Decode /JBIG2Decode]`, small))],
  ])("%s", async (_name, bytes) => {
    const { read, rendered } = await readAndRender(bytes);
    expect(read).toMatchObject({ reason: { code: "document_too_complex" } });
    expect(rendered).toMatchObject({ reason: { code: "document_too_complex" } });
  });

  test("and so is a page that names more than can be looked at", async () => {
    const names = Array.from({ length: 50_001 }, (_, index) => `/X${index} << >>`).join(" ");
    const { read } = await readAndRender(onePage({ content: "", resources: `/XObject << ${names} >>` }));
    expect(read).toMatchObject({ reason: { code: "document_too_complex" } });
  });
});

describe("a sound picture is drawn", () => {
  test.each<[string, Uint8Array, number]>([
    ["as JBIG2, three quarters black", drawing(image(jbig2, small)), 0.3],
    ["as JBIG2, deflated", drawing(image(`${bits} /Filter [/FlateDecode /JBIG2Decode]`, deflateSync(small))), 0.3],
    ["as JBIG2, in an encrypted document", encrypted(drawing(image(jbig2, small))), 0.3],
    ["as JPEG 2000, grey", drawing(image(jpx, jpxCodestream(100, 100))), 0.4],
    [
      "as JPEG 2000 in boxes",
      drawing(image(jpx, jp2File(jpxCodestream(100, 100), { widthPx: 100, heightPx: 100 }))),
      0.4,
    ],
  ])("%s", async (_name, bytes, ink) => {
    const { read, rendered } = await readAndRender(bytes);
    expect(read).toMatchObject({ value: [{ drawn: true, imageCoverage: expect.closeTo(0.4, 1) }] });
    expect(rendered).toMatchObject({ value: { ink: expect.closeTo(ink, 1) } });
  });

  test("where another page's picture admits to be too large and is only named", async () => {
    const named = onePage({ content: "0 0 9 9 re f", resources: "/XObject << /X 5 0 R >>", objects: [honest] });
    expect(await readAndRender(named)).toMatchObject({
      read: { status: "fulfilled" },
      rendered: { status: "fulfilled" },
    });
    const { read, rendered } = await readAndRender(drawing(honest));
    expect(read.status).toBe("fulfilled");
    expect(rendered).toMatchObject({ reason: { code: "page_too_large" } });
  });
});

function encrypted(bytes: Uint8Array): Uint8Array {
  const document = mupdf.PDFDocument.openDocument(bytes, "application/pdf").asPDF();
  const saved = document?.saveToBuffer("encrypt=aes-256,user-password=,owner-password=owner").asUint8Array();
  return new Uint8Array(saved ?? []);
}
