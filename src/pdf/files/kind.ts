import type { DocumentKind } from "../document.ts";

/** Readers accept a PDF header anywhere in the first 1,024 bytes (ISO 32000, implementation note 13 of annex H). */
const searchedBytes = 1024;

const signatures: ReadonlyArray<{ kind: DocumentKind; magic: string }> = [
  { kind: "png", magic: "\x89PNG\r\n\x1a\n" },
  { kind: "jpeg", magic: "\xff\xd8\xff" },
  { kind: "tiff", magic: "II*\0" },
  { kind: "tiff", magic: "MM\0*" },
];

/** What the bytes are by their first 1,024, whatever the caller calls them; `undefined` is nothing we can read. */
export function detectKind(bytes: Uint8Array): DocumentKind | undefined {
  const head = Buffer.from(bytes.subarray(0, searchedBytes)).toString("latin1");
  const image = signatures.find(({ magic }) => head.startsWith(magic));
  return image?.kind ?? (head.includes("%PDF-") ? "pdf" : undefined);
}
