import { readSync } from "node:fs";
import type * as mupdf from "mupdf";

const key = Buffer.from("/Encrypt");
const maskedKey = "Xncrypt";
/** Bytes that are searched in one go. */
const pieceBytes = 1024 * 1024;
/** Every version of a file that was saved again and again names it. */
const maxPlaces = 256;
/** `/EncryptMetadata` begins alike. */
const endsName = /[\s<>[\](){}/%\0]/;

/**
 * Where a file names its encryption. Trailers are never encrypted or packed, so it is found in a file that the engine
 * cannot open, too.
 */
export function encryptionPlaces(file: number, sizeBytes: number): number[] {
  const places: number[] = [];
  const piece = Buffer.alloc(pieceBytes + key.length);
  for (let start = 0; start < sizeBytes && places.length < maxPlaces; start += pieceBytes) {
    const read = piece.subarray(0, readSync(file, piece, 0, piece.length, start));
    for (
      let at = read.indexOf(key);
      at !== -1 && at < pieceBytes && places.length < maxPlaces;
      at = read.indexOf(key, at + 1)
    ) {
      const after = read.toString("latin1", at + key.length, at + key.length + 1);
      if (after === "" || endsName.test(after)) places.push(start + at);
    }
  }
  return places;
}

/** Hides the encryption from the engine: writes over one letter of its name in what was read from a position. */
export function maskEncryption(places: readonly number[], bytes: Uint8Array, position: number): void {
  // A place outside of these bytes is none of a typed array's, and writing there does nothing.
  for (const place of places) bytes[place + 1 - position] = maskedKey.charCodeAt(0);
}

/**
 * Whether a document that was opened with its encryption hidden can be read so: its encryption leaves streams and strings
 * alone and protects embedded files only.
 */
export function leavesContentAlone(document: mupdf.PDFDocument): boolean {
  const encryption = document.getTrailer().get(maskedKey);
  if (!encryption.isDictionary() || ![4, 5].includes(encryption.get("V").asNumber())) return false;
  return ["StmF", "StrF"].every((use) => {
    const filter = encryption.get(use);
    if (filter.isNull() || filter.asName() === "Identity") return true;
    const filters = encryption.get("CF");
    const named = filters.isDictionary() ? filters.get(filter.asName()) : filters;
    return named.isDictionary() && ["", "None"].includes(named.get("CFM").asName());
  });
}
