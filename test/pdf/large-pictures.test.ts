import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { decodedSize } from "../../src/pdf/pictures/drawn-size.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { onePage, rawPdf, stream } from "../support/bad-documents/raw-pdf.ts";
import { jbig2Picture, jpxCodestream } from "../support/coded-pictures.ts";
import { documentFile } from "../support/document-file.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { refusalOf } from "../support/refusal-of.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1, maxPagePixels: 1_000_000 });
afterAll(() => pool.close());
const { signal } = new AbortController();

/** Of 9 megapixels. */
const side = 3000;
const image = (entries: string, data: Uint8Array, px = side) =>
  stream(`/Type /XObject /Subtype /Image /Width ${px} /Height ${px} ${entries}`, data);
const flate = (bits: number) => `/BitsPerComponent ${bits} /Filter /FlateDecode`;
const blank = (bits: number, px = side) => deflateSync(Buffer.alloc(Math.ceil((px * bits) / 8) * px, 0x0f));
const pageOf = (picture: ReturnType<typeof image>) =>
  onePage({ content: "q 80 0 0 100 0 0 cm /X Do Q", resources: "/XObject << /X 5 0 R >>", objects: [picture] });

async function render(bytes: Uint8Array, longestSidePx = 400) {
  const document = await pool.open(documentFile(bytes), "pdf", signal);
  try {
    return await document.render(1, { longestSidePx, turnDegrees: 0 }, signal);
  } finally {
    document.close();
  }
}

describe("a picture of nine times the pixels that one may have", () => {
  test.each<[string, ReturnType<typeof image>]>([
    ["in black and white", image(`/ColorSpace /DeviceGray ${flate(1)}`, blank(1))],
    ["in grey", image(`/ColorSpace /DeviceGray ${flate(8)}`, blank(8))],
    ["in colour", image(`/ColorSpace /DeviceRGB ${flate(8)}`, blank(24))],
    ["as a stencil", image(`/ImageMask true ${flate(1)}`, blank(1))],
    [
      "as JBIG2",
      image(
        "/ColorSpace /DeviceGray /BitsPerComponent 1 /Filter /JBIG2Decode",
        jbig2Picture({ widthPx: side, heightPx: side }),
      ),
    ],
  ])("is drawn %s, because it is decoded piece by piece", async (_name, picture) => {
    expect((await render(pageOf(picture))).ink).toBeGreaterThan(0.1);
  });

  test.each<[string, ReturnType<typeof image>]>([
    ["of indexed colours", image(`/ColorSpace [/Indexed /DeviceRGB 1 <000000ffffff>] ${flate(1)}`, blank(1))],
    ["of JPEG 2000", image("/Filter /JPXDecode", jpxCodestream(side, side))],
  ])("is refused where it is decoded whole: %s", async (_name, picture) => {
    expect(await refusalOf(render(pageOf(picture)))).toMatchObject({ code: "page_too_large" });
  });

  test("is refused where it is drawn so large that no piece of it is left out", async () => {
    const picture = image(`/ColorSpace /DeviceGray ${flate(1)}`, blank(1));
    expect(await refusalOf(render(pageOf(picture), 2900))).toMatchObject({ code: "page_too_large" });
  });
});

test("a picture of more than sixteen times the pixels is refused, because it takes too long", async () => {
  const picture = image(`/ColorSpace /DeviceGray ${flate(1)}`, blank(1, 4100), 4100);
  expect(await refusalOf(render(pageOf(picture)))).toMatchObject({ code: "page_too_large" });
});

test("one page of a picture that is too large leaves the others of its document to be read", async () => {
  const page = (content: number) =>
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents ${content} 0 R /Resources << /XObject << /X 6 0 R >> >> >>`;
  const document = await pool.open(
    documentFile(
      rawPdf([
        "<< /Type /Catalog /Pages 2 0 R >>",
        "<< /Type /Pages /Kids [3 0 R 4 0 R] /Count 2 >>",
        page(5),
        page(7),
        stream("", "q 200 0 0 100 0 0 cm /X Do Q"),
        image(`/ColorSpace [/Indexed /DeviceRGB 1 <000000ffffff>] ${flate(1)}`, blank(1)),
        stream("", "0 0 50 50 re f"),
      ]),
    ),
    "pdf",
    signal,
  );
  const options = { longestSidePx: 400, turnDegrees: 0 };
  expect(await refusalOf(document.render(1, options, signal))).toMatchObject({ code: "page_too_large" });
  expect(await document.render(2, options, signal)).toMatchObject({ widthPx: 400, heightPx: 200 });
  document.close();
});

describe("the size to which the engine decodes a picture", () => {
  const of = (px: number, drawn: number | [number, number]) => {
    const [widthPx, heightPx] = typeof drawn === "number" ? [drawn, drawn] : drawn;
    return decodedSize({ widthPx: px, heightPx: px }, { widthPx, heightPx });
  };

  test.each([
    [1000, 1000, 1000],
    [1000, 500, 1000],
    [1000, 498, 500],
    [1000, 100, 125],
    [100_000, 10, 1563],
    [1000, 0.5, 1000],
  ])("%p pixels drawn as %p are %p", (px, drawn, expected) => {
    expect(of(px, drawn)).toEqual({ widthPx: expected, heightPx: expected });
  });

  test("is that of the side that is reduced least", () => {
    expect(of(1000, [100, 900])).toEqual({ widthPx: 1000, heightPx: 1000 });
  });
});
