import { deflateRawSync, deflateSync, constants as zlib } from "node:zlib";

export type Bytes = Uint8Array<ArrayBuffer>;

/** An object of a PDF as it is written, between `obj` and `endobj`. */
export type RawObject = string | Buffer;

/**
 * A PDF of these objects, numbered from 1, with a correct cross-reference table; number 1 is the catalogue. What
 * libraries refuse to write can be written with it.
 */
export function rawPdf(objects: readonly RawObject[], trailer = ""): Bytes {
  const parts: Buffer[] = [Buffer.from("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "latin1")];
  const offsets: number[] = [];
  let length = parts[0]?.length ?? 0;
  const add = (part: Buffer) => {
    parts.push(part);
    length += part.length;
  };
  objects.forEach((object, index) => {
    offsets.push(length);
    add(Buffer.from(`${index + 1} 0 obj\n`));
    add(typeof object === "string" ? Buffer.from(object, "latin1") : object);
    add(Buffer.from("\nendobj\n"));
  });
  const rows = offsets.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("");
  const startXref = length;
  add(Buffer.from(`xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${rows}`));
  add(
    Buffer.from(`trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${startXref}\n%%EOF\n`),
  );
  return new Uint8Array(Buffer.concat(parts));
}

/** A stream object with its dictionary; `/Length` is added. */
export function stream(dictionary: string, data: string | Uint8Array): Buffer {
  const bytes = typeof data === "string" ? Buffer.from(data, "latin1") : data;
  return Buffer.concat([
    Buffer.from(`<< ${dictionary} /Length ${bytes.length} >>\nstream\n`),
    bytes,
    Buffer.from("\nendstream"),
  ]);
}

interface OnePage {
  content: RawObject;
  /** Entries of the page's resources; objects start at number 5. */
  resources?: string;
  /** Entries of the page. */
  page?: string;
  mediaBox?: string;
  objects?: readonly RawObject[];
  /** Entries of the catalogue. */
  catalogue?: string;
}

/** A PDF with one page: 1 catalogue, 2 page tree, 3 page, 4 content, from 5 on what is given. */
export function onePage({
  content,
  resources = "",
  page = "",
  mediaBox = "0 0 200 100",
  objects = [],
  catalogue = "",
}: OnePage): Bytes {
  return rawPdf([
    `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [${mediaBox}] /Contents 4 0 R /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> ${resources} >> ${page} >>`,
    typeof content === "string" ? stream("", content) : content,
    ...objects,
  ]);
}

const mebibyte = 1024 * 1024;

/** A zlib stream that inflates to so many MiB of one pattern; its checksum is wrong, which PDF readers overlook. */
export function deflateBomb(mebibytes: number, pattern: string | number = 0): Buffer {
  const block = deflateRawSync(Buffer.alloc(mebibyte, pattern), { finishFlush: zlib.Z_SYNC_FLUSH, level: 9 });
  const end = deflateRawSync(Buffer.alloc(0));
  return Buffer.concat([Buffer.from([0x78, 0xda]), ...Array<Buffer>(mebibytes).fill(block), end, Buffer.alloc(4)]);
}

/** The bomb once more deflated. */
export const nestedBomb = (mebibytes: number, pattern: string | number = 0): Buffer =>
  deflateSync(deflateBomb(mebibytes, pattern), { level: 9 });
