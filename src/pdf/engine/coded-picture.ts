import * as mupdf from "mupdf";
import { unusualPicture } from "../document-faults.ts";
import { jbig2Size } from "../pictures/jbig2-size.ts";
import { jpxSize } from "../pictures/jpx-size.ts";
import type { PictureSize } from "../pictures/picture-size.ts";
import { EngineFault, isPoisoned } from "./fault.ts";

const maxFilters = 16;

const codecs: ReadonlySet<string> = new Set(["JBIG2Decode", "JPXDecode"]);
const jpegFilters: ReadonlySet<string> = new Set(["DCTDecode", "DCT"]);
/** Filters that only pack the bytes of a picture, each with its short name. */
const packing: ReadonlySet<string> = new Set([
  ...["FlateDecode", "Fl", "LZWDecode", "LZW", "RunLengthDecode", "RL"],
  ...["ASCIIHexDecode", "AHx", "ASCII85Decode", "A85"],
]);
const packingNumbers = ["Predictor", "Columns", "Colors", "BitsPerComponent", "EarlyChange"] as const;

/**
 * What the data of a JBIG2 or JPEG 2000 picture say of its size; nothing for any other stream, and where they say nothing.
 *
 * @throws EngineFault `document_too_complex` for one that is packed as no writer does it
 */
export function codedSizes(
  stream: mupdf.PDFObject,
  page: number,
  addGlobals: (globals: mupdf.PDFObject) => void,
): PictureSize[] {
  const filters = filtersOf(stream, page);
  const codec = filters.find(({ name }) => codecs.has(name));
  if (codec === undefined) return [];
  const at = filters.indexOf(codec);
  if (filters.slice(at + 1).some(({ name }) => codecs.has(name))) throw unusual(page);
  // The engine lets the other filters of a JPEG 2000 picture do their work first, wherever they stand.
  if (codec.name === "JPXDecode") return sizesOf(stream, filters.toSpliced(at, 1), jpxSize, page);
  addGlobals(entryOf(codec.parameters, "JBIG2Globals"));
  return sizesOf(stream, filters.slice(0, at), jbig2Size, page);
}

/**
 * Looks at the data of a JPEG; undefined for any other stream, and where they cannot be read.
 *
 * @throws EngineFault `document_too_complex` for one that is packed as no writer does it
 */
export function lookAtJpeg<Seen>(stream: mupdf.PDFObject, page: number, look: Look<Seen>): Seen | undefined {
  const filters = filtersOf(stream, page);
  const isJpeg = jpegFilters.has(filters.at(-1)?.name ?? "");
  return isJpeg ? lookInto(stream, filters.slice(0, -1), look, page) : undefined;
}

/** Whether a picture is one of JPEG 2000, which the engine decodes whole. */
export const isJpx = (stream: mupdf.PDFObject, page: number): boolean =>
  filtersOf(stream, page).some(({ name }) => name === "JPXDecode");

/** The same of what several JBIG2 pictures share. */
export const globalsSizes = (stream: mupdf.PDFObject, page: number): PictureSize[] =>
  sizesOf(stream, filtersOf(stream, page), jbig2Size, page);

interface Filter {
  name: string;
  parameters: mupdf.PDFObject;
}

function filtersOf(stream: mupdf.PDFObject, page: number): Filter[] {
  const filter = namedOf(stream, "Filter", "F");
  if (filter.isNull()) return [];
  const parameters = namedOf(stream, "DecodeParms", "DP");
  if (filter.isName()) return [{ name: filter.asName(), parameters }];
  if (!filter.isArray()) return [];
  if (filter.length > maxFilters) throw unusual(page);
  return Array.from({ length: filter.length }, (_, index) => ({
    name: filter.get(index).asName(),
    parameters: entryOf(parameters, index),
  }));
}

/** The engine knows the short names of inline pictures everywhere. */
export function namedOf(stream: mupdf.PDFObject, key: string, shortKey: string): mupdf.PDFObject {
  const entry = stream.get(key);
  return entry.isNull() ? stream.get(shortKey) : entry;
}

/** An absent object has no entries, and asking it for one is an error. */
export const entryOf = (object: mupdf.PDFObject, ...path: Array<string | number>): mupdf.PDFObject =>
  object.isNull() ? object : object.get(...path);

type Look<Seen> = (bytes: Uint8Array) => Seen | undefined;

function sizesOf(
  stream: mupdf.PDFObject,
  packings: readonly Filter[],
  look: Look<PictureSize>,
  page: number,
): PictureSize[] {
  const size = lookInto(stream, packings, look, page);
  return size === undefined ? [] : [size];
}

function lookInto<Seen>(
  stream: mupdf.PDFObject,
  packings: readonly Filter[],
  look: Look<Seen>,
  page: number,
): Seen | undefined {
  if (!packings.every(({ name }) => packing.has(name))) throw unusual(page);
  try {
    const raw = stream.readRawStream();
    try {
      return packings.length === 0 ? look(raw.asUint8Array()) : lookIntoPacked(raw, packings, look);
    } finally {
      raw.destroy();
    }
  } catch (error) {
    if (isPoisoned(error)) throw error;
    // The engine cannot read it either.
    return undefined;
  }
}

/** Unpacked by the engine itself, in a document of its own, so that it sees no other bytes than these later. */
function lookIntoPacked<Seen>(raw: mupdf.Buffer, packings: readonly Filter[], look: Look<Seen>): Seen | undefined {
  const document = new mupdf.PDFDocument();
  try {
    const packed = document.addRawStream(raw, {
      Filter: packings.map(({ name }) => name),
      DecodeParms: packings.map(({ parameters }) =>
        Object.fromEntries(
          packingNumbers.flatMap((key) => {
            const entry = entryOf(parameters, key);
            return entry.isNumber() ? [[key, entry.asNumber()]] : [];
          }),
        ),
      ),
    });
    const unpacked = packed.readStream();
    try {
      return look(unpacked.asUint8Array());
    } finally {
      unpacked.destroy();
    }
  } finally {
    document.destroy();
  }
}

export const unusual = (page: number) => new EngineFault("document_too_complex", unusualPicture(page));
