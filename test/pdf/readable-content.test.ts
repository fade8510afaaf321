import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { deflateSync } from "node:zlib";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { type Bytes, onePage, type RawObject, rawPdf, stream } from "../support/bad-documents/raw-pdf.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { readPdf } from "../support/read-pages.ts";
import { refusalOf } from "../support/refusal-of.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1 });
afterAll(() => pool.close());

const content = "BT /F1 10 Tf 10 50 Td (words) Tj ET";

/** @param filter what the trailer says of the encryption */
function encryptedBy(filter: string): Bytes {
  const page = "/MediaBox [0 0 200 100] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >>";
  return rawPdf(
    [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      `<< /Type /Page /Parent 2 0 R ${page} >>`,
      stream("", content),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
      `<< ${filter} >>`,
    ],
    `/Encrypt 6 0 R /ID [<${"0".repeat(32)}> <${"0".repeat(32)}>]`,
  );
}

const keys = `/O <${"ab".repeat(32)}> /U <${"cd".repeat(32)}> /P -4`;
const forFiles = "/V 4 /R 4 /Length 128 /CF << /F << /CFM /AESV2 /AuthEvent /EFOpen >> >> /EFF /F";

describe("an encrypted document", () => {
  test.each<[string, string]>([
    [
      "for certificates",
      "/Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 /V 4 /CF << /D << /CFM /AESV2 >> >> /StmF /D /StrF /D",
    ],
    ["by rights management", `/Filter /MicrosoftIRMServices /V 1 /R 2 ${keys}`],
    ["by a plug-in that nobody knows", "/Filter /FOPN_fLock /V 1"],
    ["in a version to come", `/Filter /Standard /V 9 /R 9 ${keys}`],
    ["without saying how", "/V 1"],
    ["with a password for its streams", `/Filter /Standard /V 4 /R 4 /CF << /S << /CFM /AESV2 >> >> /StmF /S ${keys}`],
  ])("%s is refused as encrypted", async (_how, filter) => {
    expect(await refusalOf(readPdf(pool, encryptedBy(filter)))).toMatchObject({ code: "document_encrypted" });
  });

  test.each<[string, string]>([
    ["a password for its attachments alone", `/Filter /Standard ${forFiles} /StmF /Identity /StrF /Identity ${keys}`],
    ["nothing named for its streams", `/Filter /Standard ${forFiles} ${keys}`],
    ["certificates for its attachments alone", `/Filter /Adobe.PubSec /SubFilter /adbe.pkcs7.s5 ${forFiles}`],
    [
      "a filter that does nothing",
      `/Filter /Standard /V 4 /R 4 /CF << /S << /CFM /None >> >> /StmF /S /StrF /S ${keys}`,
    ],
  ])("with %s is read", async (_what, filter) => {
    expect((await readPdf(pool, encryptedBy(filter))).texts).toEqual(["words"]);
  });
});

const file = "<< /Type /Filespec /F (a.txt) /EF << /F 7 0 R >> >>";
const names = (...files: string[]) =>
  `/Names << /EmbeddedFiles << /Names [${files.map((spec, index) => `(${index}) ${spec}`).join(" ")}] >> >>`;
const field = "<< /Type /Annot /Subtype /Widget /FT /Tx /T (a) /Rect [10 10 90 30] /F 4 >>";
const payload = file.replace("/EF", "/AFRelationship /EncryptedPayload /EF");
const signature = "<< /Type /Annot /Subtype /Widget /FT /Sig /T (a) /Rect [10 10 90 30] /F 4 >>";
/** With an object 5, and a file's bytes as number 7. */
const withCatalogue = (catalogue: string, object: RawObject = "null") =>
  onePage({ content, catalogue, objects: [object, "null", stream("", "x")] });

describe("what is said of a document", () => {
  const isForm = "the document is a dynamic form (XFA): its pages only stand in for the form, which is not read";
  test.each<[string, string, RawObject[], string[]]>([
    [
      "a form to be laid out by its reader",
      "/NeedsRendering true /AcroForm << /Fields [] /XFA [(a) 7 0 R] >>",
      [],
      [isForm],
    ],
    ["a form without fields", "/AcroForm << /XFA 7 0 R >>", [], [isForm]],
    ["a form with a signature alone", "/AcroForm << /Fields [5 0 R] /XFA 7 0 R >>", [signature], [isForm]],
    ["a form with fields on its page", "/AcroForm << /Fields [5 0 R] /XFA 7 0 R >>", [field], []],
    ["a form without XFA", "/AcroForm << /Fields [] /XFA [] >>", [], []],
    ["an attachment", names(file), [], ["the document carries attachments: 1 embedded file is not read"]],
    ["attachments", names(file, file, file), [], ["the document carries attachments: 3 embedded files are not read"]],
    [
      "a file that belongs to it",
      `/AF [${file}]`,
      [],
      ["the document carries attachments: 1 embedded file is not read"],
    ],
    [
      "a file that belongs to it and has a name, too",
      `/AF [5 0 R ${file}] ${names("5 0 R")}`,
      [file],
      ["the document carries attachments: 1 embedded file is not read"],
    ],
    [
      "a file that belongs to it beside one that has a name",
      `/AF [5 0 R] ${names(file)}`,
      [file.replace("7 0 R", "4 0 R")],
      ["the document carries attachments: 2 embedded files are not read"],
    ],
    ["a link to a file elsewhere", names("<< /Type /Filespec /F (a.txt) >>"), [], []],
    [
      "a portfolio",
      `/Collection << /View /T >> ${names(file, file)}`,
      [],
      ["the document is a portfolio: its pages may only stand in for others, and 2 embedded files are not read"],
    ],
    [
      "a wrapper around a protected document",
      `/Collection << /View /H >> ${names(payload)}`,
      [],
      [
        "the document is a wrapper around a protected one (rights management): its pages only say so, and 1 embedded file is not read",
      ],
    ],
    [
      "such a wrapper with another file behind the document",
      `/Collection << /View /H >> ${names(payload, file)}`,
      [],
      [
        "the document is a wrapper around a protected one (rights management): its pages only say so, and 2 embedded files are not read",
      ],
    ],
    ["names that run in a circle", "/Names << /EmbeddedFiles 5 0 R >>", ["<< /Kids [5 0 R] >>"], []],
  ])("%s", async (_kind, catalogue, objects, warnings) => {
    expect(await readPdf(pool, withCatalogue(catalogue, ...objects))).toMatchObject({ texts: ["words"], warnings });
  });

  test("a portfolio without pages says where its content is", async () => {
    const bytes = rawPdf([
      `<< /Type /Catalog /Pages 2 0 R /Collection << >> ${names("<< /EF << /F 3 0 R >> >>")} >>`,
      "<< /Type /Pages /Kids [] /Count 0 >>",
      stream("", "x"),
    ]);
    expect(await refusalOf(readPdf(pool, bytes))).toMatchObject({
      code: "document_damaged",
      message: "The document has no pages of its own: it is a portfolio of 1 embedded file; send the files themselves.",
    });
  });

  test("files that are attached to a place on a page are counted", async () => {
    const note = `<< /Type /Annot /Subtype /FileAttachment /Rect [0 0 9 9] /FS ${file} >>`;
    const link = "<< /Type /Annot /Subtype /Link /Rect [0 0 9 9] >>";
    const bytes = onePage({ content, page: `/Annots [${note} ${link} ${note}]` });
    expect((await readPdf(pool, bytes)).pages).toMatchObject([{ text: "words", attachedFiles: 2 }]);
  });
});

describe("what is drawn decides", () => {
  test("not what the structure tree says instead", async () => {
    const bytes = onePage({
      content: `/P << /MCID 0 >> BDC ${content} EMC`,
      page: "/StructParents 0",
      catalogue: "/StructTreeRoot 5 0 R /MarkInfo << /Marked true >>",
      objects: [
        "<< /Type /StructTreeRoot /K 6 0 R /ParentTree << /Nums [0 [6 0 R]] >> >>",
        "<< /Type /StructElem /S /P /P 5 0 R /Pg 3 0 R /K 0 /ActualText (forged) >>",
      ],
    });
    expect((await readPdf(pool, bytes)).texts).toEqual(["words"]);
  });

  test.each(["Projection", "Screen", "RichMedia", "3D", "Watermark", "PrinterMark", "TrapNet", "Widget", "Unheard"])(
    "an annotation of type %s without an appearance leaves an empty page empty",
    async (type) => {
      const bytes = onePage({ content: "", page: `/Annots [<< /Type /Annot /Subtype /${type} /Rect [0 0 9 9] >>]` });
      expect((await readPdf(pool, bytes)).pages).toMatchObject([{ text: "", drawn: false }]);
    },
  );
});

describe("content that breaks off", () => {
  const lines = Array.from(
    { length: 30 },
    (_, line) => `(Line ${line} of a letter, ${(line * 7919) % 1000}) Tj T* `,
  ).join("");
  const letter = `BT /F1 2 Tf 2 TL 10 90 Td ${lines}ET`;
  const packed = deflateSync(letter);
  const flate = (data: Uint8Array) => stream("/Filter /FlateDecode", data);
  const form =
    "/Type /XObject /Subtype /Form /BBox [0 0 200 100] /Resources << /Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >>";
  const inForm = { content: "/X Do", resources: "/XObject << /X 5 0 R >>" };
  const twoParts = (first: string, second: string) => ({
    content: Buffer.from("[5 0 R 6 0 R]"),
    objects: [stream("", first), stream("", second)],
  });

  test.each<[string, Parameters<typeof onePage>[0]]>([
    ["at the end of its packed data", { content: flate(packed.subarray(0, packed.length / 2)) }],
    ["within a text", { content: letter.slice(0, letter.length / 2) }],
    ["between two texts", { content: letter.replace(" ET", "") }],
    [
      "in a form",
      { ...inForm, objects: [stream(`${form} /Filter /FlateDecode`, packed.subarray(0, packed.length / 2))] },
    ],
    ["in the second of its streams", twoParts(letter, letter.slice(0, 300))],
  ])("%s is told", async (_where, page) => {
    // What the engine says of it more than once in a row it says once.
    for (let time = 0; time < 2; time += 1) {
      expect((await readPdf(pool, onePage(page))).pages).toMatchObject([{ isCut: true }]);
    }
  });

  test.each<[string, Parameters<typeof onePage>[0]]>([
    ["packed and whole", { content: flate(packed) }],
    ["parted within a text", twoParts(letter.slice(0, 300), letter.slice(300))],
    ["packed with a wrong checksum", { content: flate(Buffer.concat([packed.subarray(0, -4), Buffer.alloc(4)])) }],
    ["with the names of operators in its words", { content: `${letter} BT /F1 2 Tf (ETBT BT) Tj ET /BTX gs` }],
    ["empty", { content: "" }],
  ])("is not content %s", async (_kind, page) => {
    expect((await readPdf(pool, onePage(page))).pages).toMatchObject([{ isCut: false }]);
  });
});

describe("the visible part of a page", () => {
  const at = (x: number, y: number, text: string) => `BT /F1 10 Tf ${x} ${y} Td (${text}) Tj ET `;
  const spread = at(10, 50, "left") + at(120, 50, "right") + at(300, 50, "beyond") + at(10, -40, "below");
  const sheet = { widthPt: 200, heightPt: 100, text: "left right" };

  test.each<[string, string, object]>([
    ["is the media box", "", sheet],
    ["is the crop box", "/CropBox [0 40 100 80]", { widthPt: 100, heightPt: 40, text: "left" }],
    ["is what both have in common", "/CropBox [100 20 400 300]", { widthPt: 100, heightPt: 80, text: "right" }],
    ["is a crop box with its corners in another order", "/CropBox [100 80 0 40]", { widthPt: 100, heightPt: 40 }],
    ["is the media box where the crop box lies outside", "/CropBox [500 500 700 600]", sheet],
    ["is the media box where the crop box only touches it", "/CropBox [200 0 400 100]", sheet],
    ["is the media box where the crop box has no area", "/CropBox [0 50 100 50]", sheet],
    ["is the media box where the crop box is none", "/CropBox [/a /b 1 2]", sheet],
    ["is the media box where the crop box is too short", "/CropBox [0 0 100]", sheet],
    ["turns with the page", "/Rotate 90 /CropBox [0 40 100 80]", { widthPt: 40, heightPt: 100, text: "left" }],
    [
      "turns with the page without a crop box that counts",
      "/Rotate -90 /CropBox [5 500 7 600]",
      { widthPt: 100, heightPt: 200 },
    ],
    ["grows with the unit", "/UserUnit 2 /CropBox [0 40 100 80]", { widthPt: 200, heightPt: 80, text: "left" }],
    ["is not made nothing by its unit", "/UserUnit 0", sheet],
  ])("%s", async (_sentence, page, expected) => {
    const [facts] = (await readPdf(pool, onePage({ content: spread, page }))).pages;
    expect({ ...facts, text: facts?.text.replaceAll(/\s+/g, " ") }).toMatchObject(expected);
  });

  test("begins where the media box does", async () => {
    const [facts] = (await readPdf(pool, onePage({ content: spread, mediaBox: "100 100 -100 -50" }))).pages;
    expect(facts).toMatchObject({ widthPt: 200, heightPt: 150 });
    expect(facts?.text.split(/\s+/)).toEqual(["left", "below"]);
  });
});
