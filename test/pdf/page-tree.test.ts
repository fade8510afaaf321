import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { type Bytes, rawPdf, stream } from "../support/bad-documents/raw-pdf.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { readPdf } from "../support/read-pages.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1 });
afterAll(() => pool.close());

interface Tree {
  catalogue?: string;
  pages?: string;
  /** Number 3. */
  node?: string;
  type?: string;
  parent?: string;
}

const all = "[4 0 R 5 0 R 6 0 R]";

/** Three pages, the objects 4 to 6, below 1 the catalogue and 2 the page tree. */
function threePages({ catalogue, pages, node = "null", type = "/Type /Page", parent = "/Parent 2 0 R" }: Tree = {}) {
  const page = (content: number) =>
    `<< ${type} ${parent} /MediaBox [0 0 200 100] /Contents ${content} 0 R /Resources << /Font << /F1 10 0 R >> >> >>`;
  const content = (text: string) => stream("", `BT /F1 10 Tf 10 50 Td (${text}) Tj ET`);
  return rawPdf([
    catalogue ?? "<< /Type /Catalog /Pages 2 0 R >>",
    pages ?? `<< /Type /Pages /Kids ${all} /Count 3 >>`,
    node,
    ...[7, 8, 9].map(page),
    ...["one", "two", "three"].map(content),
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ]);
}

const replaced = (bytes: Bytes, from: RegExp, to: string): Bytes =>
  new Uint8Array(Buffer.from(Buffer.from(bytes).toString("latin1").replace(from, to), "latin1"));

/** Each an object of its own: `toMatchObject` looks at one that it meets again no more. */
const threeTimes = (facts: object) => Array.from({ length: 3 }, () => ({ ...facts }));

describe("the pages of a document", () => {
  test.each<[string, Bytes]>([
    ["in a sound tree", threePages()],
    ["in nested nodes", threePages({ pages: nodes("[3 0 R 6 0 R]", 3), node: nodes("[4 0 R 5 0 R]", 2) })],
    ["beside an empty node", threePages({ pages: nodes("[3 0 R 4 0 R 5 0 R 6 0 R]", 3), node: nodes("[]", 0) })],
    ["without the type of a node", threePages({ pages: `<< /Kids ${all} /Count 3 >>` })],
    ["without the types of pages", threePages({ type: "" })],
    ["without their parent", threePages({ parent: "" })],
  ])("are found %s, and nothing is said of it", async (_place, bytes) => {
    expect(await readPdf(pool, bytes)).toMatchObject({ texts: ["one", "two", "three"], warnings: [] });
  });

  test.each<[string, Bytes]>([
    ["a count that is too low", threePages({ pages: nodes(all, 1) })],
    ["a count that is too high", threePages({ pages: nodes(all, 9) })],
    ["a count of nothing", threePages({ pages: nodes(all, 0) })],
    ["a negative count", threePages({ pages: nodes(all, -3) })],
    ["no count", threePages({ pages: `<< /Type /Pages /Kids ${all} >>` })],
    ["a count of the kids alone", threePages({ pages: nodes("[3 0 R 6 0 R]", 2), node: nodes("[4 0 R 5 0 R]", 2) })],
    ["the type of a page on a node", threePages({ pages: `<< /Type /Page /Kids ${all} /Count 3 >>` })],
    ["the type of a node on the pages", threePages({ type: "/Type /Pages" })],
    ["a node below itself", threePages({ pages: nodes("[2 0 R 4 0 R 5 0 R 6 0 R]", 3) })],
    ["an entry that is nothing", threePages({ pages: nodes("[4 0 R null 5 0 R 42 6 0 R]", 5) })],
    ["a tree without pages", threePages({ pages: "<< /Type /Pages /Count 3 >>" })],
    ["a page for a tree", threePages({ catalogue: "<< /Type /Catalog /Pages 5 0 R >>" })],
    ["a list for a tree", threePages({ catalogue: `<< /Type /Catalog /Pages ${all} >>` })],
    ["a catalogue without a tree", threePages({ catalogue: "<< /Type /Catalog >>" })],
    ["no catalogue", threePages({ catalogue: "null" })],
    ["no catalogue and no tree", threePages({ catalogue: "null", pages: "null" })],
    ["a trailer without a catalogue", replaced(threePages(), /\/Root 1 0 R/, "")],
    ["a trailer that calls the tree its catalogue", replaced(threePages(), /\/Root 1 0 R/, "/Root 2 0 R")],
    ["no trailer and no catalogue", replaced(threePages({ catalogue: "null" }), /xref[\s\S]*/, "")],
  ])("are found in spite of %s, and that is said", async (_fault, bytes) => {
    const { texts, warnings } = await readPdf(pool, bytes);
    expect(texts).toEqual(["one", "two", "three"]);
    expect(warnings).toEqual([
      "the list of the document's pages is damaged; 3 pages were found, and others may be missing",
    ]);
  });

  test("have in a mended tree what they took from the nodes above them", async () => {
    const node = nodes(all, 1).replace(">>", "/MediaBox [0 0 50 60] >>");
    const mended = replaced(threePages({ pages: node, parent: "" }), /\/MediaBox \[0 0 200 100\]/g, "");
    expect((await readPdf(pool, mended)).pages).toMatchObject(threeTimes({ widthPt: 50, heightPt: 60 }));
  });

  test("take in a mended tree what the nearest node says", async () => {
    const pages = nodes("[3 0 R]", 1).replace(">>", "/Rotate 90 /MediaBox [0 0 70 80] >>");
    const node = nodes(all, 3).replace(">>", "/MediaBox [0 0 50 60] >>");
    const mended = replaced(threePages({ pages, node, parent: "" }), /\/MediaBox \[0 0 200 100\]/g, "");
    expect((await readPdf(pool, mended)).pages).toMatchObject(threeTimes({ widthPt: 60, heightPt: 50, rotation: 90 }));
  });
});

function nodes(kids: string, count: number): string {
  return `<< /Type /Pages /Kids ${kids} /Count ${count} >>`;
}
