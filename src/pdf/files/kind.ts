import type { DocumentKind } from "../document.ts";

/** Readers accept a PDF header anywhere in the first 1,024 bytes (ISO 32000, implementation note 13 of annex H). */
const searchedBytes = 1024;

const signatures: ReadonlyArray<{ kind: DocumentKind; magic: string }> = [
  { kind: "png", magic: "\x89PNG\r\n\x1a\n" },
  { kind: "jpeg", magic: "\xff\xd8\xff" },
  { kind: "tiff", magic: "II*\0" },
  { kind: "tiff", magic: "MM\0*" },
  { kind: "gif", magic: "GIF87a" },
  { kind: "gif", magic: "GIF89a" },
  // In boxes, or the bare code stream.
  { kind: "jp2", magic: "\0\0\0\x0cjP  \r\n\x87\n" },
  { kind: "jp2", magic: "\xff\x4f\xff\x51" },
];

/** Two letters are no signature; the size of the header that follows is one, by its versions. */
const bmpMagic = "BM";
const bmpHeaderBytes: ReadonlySet<number> = new Set([12, 16, 40, 52, 56, 64, 108, 124]);

/** What is taken, for those who send something else. */
export const takenKinds = "PDF, PNG, JPEG, TIFF, BMP, GIF or JPEG 2000";

/** What the bytes are by their first 1,024, whatever the caller calls them; `undefined` is nothing we can read. */
export function detectKind(bytes: Uint8Array): DocumentKind | undefined {
  const head = Buffer.from(bytes.subarray(0, searchedBytes)).toString("latin1");
  const image = signatures.find(({ magic }) => head.startsWith(magic));
  if (image !== undefined) return image.kind;
  if (isBmp(head)) return "bmp";
  return head.includes("%PDF-") ? "pdf" : undefined;
}

const isBmp = (head: string): boolean =>
  head.startsWith(bmpMagic) && head.slice(15, 18) === "\0\0\0" && bmpHeaderBytes.has(head.charCodeAt(14));
