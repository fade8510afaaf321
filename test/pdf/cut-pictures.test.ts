import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { readFileSync } from "node:fs";
import { deflateSync } from "node:zlib";
import { drawnNames } from "../../src/pdf/pictures/drawn-names.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { onePage, type RawObject, stream } from "../support/bad-documents/raw-pdf.ts";
import { jpxCodestream } from "../support/coded-pictures.ts";
import { documentFile } from "../support/document-file.ts";
import { poolOptions } from "../support/pdf-pool.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1 });
afterAll(() => pool.close());
const { signal } = new AbortController();

const jpeg = readFileSync(`${import.meta.dir}/../fixtures/restart.jpg`);
const half = (data: Uint8Array) => data.subarray(0, data.length / 2);
const image = (entries: string, data: Uint8Array) =>
  stream(`/Type /XObject /Subtype /Image /Width 160 /Height 96 /BitsPerComponent 8 ${entries}`, data);
const dct = (data: Uint8Array) => image("/ColorSpace /DeviceRGB /Filter /DCTDecode", data);
const grey = deflateSync(Buffer.from(Array.from({ length: 160 * 96 }, (_, at) => (at * 7919) % 256)));
const flate = (data: Uint8Array) => image("/ColorSpace /DeviceGray /Filter /FlateDecode", data);
const jpx = jpxCodestream(160, 96);

const cells = 10;
const wholePage = {
  plan: { cellsWide: cells, cellsHigh: cells, pageLongestPx: 400 },
  tile: {
    ...{ left: 0, top: 0, width: cells, height: cells, drawnCells: cells ** 2 },
    ...{ leftEdge: Array(cells).fill(0), topEdge: Array(cells).fill(0) },
    ...{ rightEdge: Array(cells).fill(cells), bottomEdge: Array(cells).fill(cells) },
  },
  turnDegrees: 0,
};

/** What is said of the page, as a picture and as the one piece of itself. */
async function warningsOf(...objects: readonly RawObject[]): Promise<readonly string[]> {
  return await warningsOfDrawn("/X Do", ...objects);
}

async function warningsOfDrawn(drawn: string, ...objects: readonly RawObject[]): Promise<readonly string[]> {
  const content = `q 80 0 0 100 0 0 cm ${drawn} Q`;
  const bytes = onePage({ content, resources: "/XObject << /X 5 0 R /Named 6 0 R >>", objects });
  const document = await pool.open(documentFile(bytes), "pdf", signal);
  try {
    const { warnings } = await document.render(1, { longestSidePx: 400, turnDegrees: 0 }, signal);
    const piece = await document.renderTile(1, wholePage, signal);
    expect(piece.warnings).toEqual(warnings);
    return warnings ?? [];
  } finally {
    document.close();
  }
}

const form = stream(
  "/Type /XObject /Subtype /Form /BBox [0 0 1 1] /Resources << /XObject << /In#20side 6 0 R >> >>",
  "/In#20side Do",
);

describe("a page whose picture is cut is drawn with a warning", () => {
  test.each<[string, RawObject[]]>([
    ["a JPEG", [dct(half(jpeg))]],
    ["a JPEG whose rest is zeros", [dct(Buffer.concat([half(jpeg), Buffer.alloc(jpeg.length / 2)]))]],
    ["a JPEG in a form", [form, dct(half(jpeg))]],
    ["a deflated JPEG", [image("/ColorSpace /DeviceRGB /Filter [/FlateDecode /DCTDecode]", deflateSync(half(jpeg)))]],
    ["deflated pixels", [flate(half(grey))]],
    ["JPEG 2000", [image("/Filter /JPXDecode", jpx.subarray(0, 60))]],
  ])("%s", async (_name, objects) => {
    expect(await warningsOf(...objects)).toEqual([expect.stringContaining("cut off")]);
  });
});

test("a page of which one picture of two is cut is drawn with a warning, whichever it is", async () => {
  for (const objects of [
    [dct(half(jpeg)), dct(jpeg)],
    [dct(jpeg), dct(half(jpeg))],
  ]) {
    expect(await warningsOfDrawn("/X Do /Named Do", ...objects)).toEqual([expect.stringContaining("cut off")]);
  }
});

describe("a page of sound pictures has none", () => {
  test.each<[string, RawObject[]]>([
    ["a JPEG", [dct(jpeg)]],
    ["a JPEG without its end marker", [dct(jpeg.subarray(0, -2))]],
    ["a cut JPEG that another page draws", [dct(jpeg), dct(half(jpeg))]],
    ["deflated pixels", [flate(grey)]],
    ["JPEG 2000", [image("/Filter /JPXDecode", jpx)]],
  ])("%s", async (_name, objects) => {
    expect(await warningsOf(...objects)).toEqual([]);
  });
});

test("names that are drawn are found, and only those", () => {
  const content = "q 1 0 0 1 0 0 cm /Im1 Do Q\n/Fm#20x Do /F1 9 Tf (/Im2 Done) Tj /GS gs /Im3\nDo";
  expect([...drawnNames(content)]).toEqual(["Im1", "Fm x", "Im3"]);
});
