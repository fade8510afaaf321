import { describe, expect, test } from "bun:test";
import type { DocumentKind } from "../../src/pdf/document.ts";
import { detectKind } from "../../src/pdf/files/kind.ts";

const bytes = (text: string) => new Uint8Array(Buffer.from(text, "latin1"));

describe("the kind of a document", () => {
  test.each<[string, Uint8Array, DocumentKind | undefined]>([
    ["a PDF", bytes("%PDF-1.7\n"), "pdf"],
    ["a PDF behind 1,019 bytes of junk", bytes(`${"x".repeat(1019)}%PDF-`), "pdf"],
    ["a PDF behind 1,020 bytes of junk", bytes(`${"x".repeat(1020)}%PDF-`), undefined],
    ["a PNG", bytes("\x89PNG\r\n\x1a\n"), "png"],
    ["a PNG that mentions a PDF", bytes("\x89PNG\r\n\x1a\n tEXt %PDF-1.4"), "png"],
    ["a PNG behind junk", bytes("x\x89PNG\r\n\x1a\n"), undefined],
    ["a JPEG", bytes("\xff\xd8\xff\xe0"), "jpeg"],
    ["a little-endian TIFF", bytes("II*\0\x08"), "tiff"],
    ["a big-endian TIFF", bytes("MM\0*\0"), "tiff"],
    ["a GIF", bytes("GIF89a"), "gif"],
    ["a BMP", bytes("BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x28\0\0\0"), "bmp"],
    [
      "a text that begins with BM and has a bracket where a header has its size",
      bytes("BM: of a year (2567, in baht"),
      undefined,
    ],
    ...[12, 16, 40, 52, 56, 64, 108, 124].map((header): [string, Uint8Array, DocumentKind] => [
      `a BMP with a header of ${header} bytes`,
      bytes(`BM\x36\0\0\0\0\0\0\0\x36\0\0\0${String.fromCharCode(header)}\0\0\0`),
      "bmp",
    ]),
    ["a BMP with a header of no version", bytes("BM\x36\0\0\0\0\0\0\0\x36\0\0\0\x29\0\0\0"), undefined],
    ["a BMP with a header that is longer by its last byte", bytes(`BM${"\0".repeat(12)}\x28\0\0\x01`), undefined],
    ["what has the header of a BMP behind another beginning", bytes(`XM${"\0".repeat(12)}\x28\0\0\0BM`), undefined],
    ["an old GIF", bytes("GIF87a"), "gif"],
    ["a text that begins with BM", bytes("BM: Quarterly figures of the year"), undefined],
    ["a JPEG 2000 in boxes", bytes("\0\0\0\x0cjP  \r\n\x87\n"), "jp2"],
    ["a JPEG 2000 code stream", bytes("\xff\x4f\xff\x51"), "jp2"],
    ["a BigTIFF", bytes("II+\0\x08\0\0\0"), undefined],
    ["a WebP", bytes("RIFF\0\0\0\0WEBPVP8 "), undefined],
    ["HTML", bytes("<html>"), undefined],
    ["no bytes", new Uint8Array(0), undefined],
  ])("%s is told by its bytes", (_name, head, kind) => {
    expect(detectKind(head)).toBe(kind);
  });

  test("bytes in shared memory are looked at as any others", () => {
    const shared = new Uint8Array(new SharedArrayBuffer(8));
    shared.set(bytes("%PDF-1.7"));
    expect(detectKind(shared)).toBe("pdf");
  });
});
