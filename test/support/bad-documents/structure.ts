import { buildPdf } from "../pdf-builder.ts";
import { type Bytes, onePage, rawPdf, stream } from "./raw-pdf.ts";

const good = buildPdf([
  { kind: "text", lines: Array(5).fill("A typed page with quite enough characters on it.") },
  { kind: "scan", lines: ["scanned"], widthPt: 200, heightPt: 100 },
]);

const latin1 = (text: string): Bytes => new Uint8Array(Buffer.from(text, "latin1"));
const joined = (...parts: Uint8Array[]): Bytes => new Uint8Array(Buffer.concat(parts));
const pageOf = (parent: number) => `<< /Type /Page /Parent ${parent} 0 R /MediaBox [0 0 200 100] >>`;

/** Documents whose bytes or whose structure are wrong. */
export const structureDocuments: Readonly<Record<string, () => Bytes>> = {
  "zero bytes": () => new Uint8Array(),
  "one byte": () => latin1("%"),
  "only a header": () => latin1("%PDF-1.7\n"),
  "an HTML page": () => latin1("<!DOCTYPE html><html><body><h1>Letter</h1></body></html>"),
  "an HTML page that mentions a PDF header": () =>
    latin1("<html><body>%PDF-1.7 is what readers look for</body></html>"),
  "a PDF behind 900 bytes of junk": () => joined(Buffer.alloc(900, "junk "), good),
  "a PDF behind 1,100 bytes of junk": () => joined(Buffer.alloc(1100, "junk "), good),
  "a PDF with 1 MiB of junk behind it": () => joined(good, Buffer.alloc(1024 * 1024, "junk ")),
  ...numbered("truncated at every 1/16", 15, (part) => good.slice(0, Math.floor((good.length * (part + 1)) / 16))),
  ...numbered("with flipped bits", 16, (part) => flipBits(good, part)),
  "encrypted with an empty user password": () =>
    buildPdf([{ kind: "text", lines: ["readable by everybody"] }], {
      encryption: { userPassword: "", ownerPassword: "owner" },
    }),
  "encrypted with a user password": () =>
    buildPdf([{ kind: "text", lines: ["secret"] }], { encryption: { userPassword: "user", ownerPassword: "owner" } }),
  "a cross-reference table of nonsense": () => replaced(good, /(\d{10}) 00000 n/g, "9999999999 00000 n"),
  "a cross-reference table that points into itself": () => replaced(rawText(), /startxref\n\d+/, "startxref\n5"),
  "a cross-reference table that is its own predecessor": () => selfReferencingXref(),
  "a cross-reference stream with impossible widths": () => xrefStream("/W [2147483647 4 4]"),
  "a cross-reference stream with negative widths": () => xrefStream("/W [-1 -4 -2]"),
  "a cross-reference stream of 2 billion entries": () => xrefStream("/W [0 0 0] /Index [0 2147483647]"),
  "a page tree that is its own child": () =>
    rawPdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [2 0 R] /Count 1 >>"]),
  "a page tree that is its own grandchild": () =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Pages /Parent 2 0 R /Kids [2 0 R] /Count 1 >>",
    ]),
  "a page whose parents run in a circle": () =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Parent 3 0 R /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R >>",
    ]),
  "a page tree 20,000 deep": () => deepPageTree(20_000),
  "a page count that lies upwards": () =>
    rawPdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 1999 >>", pageOf(2)]),
  "a page count of two billion": () =>
    rawPdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count 2147483647 >>", pageOf(2)]),
  "a page count that is negative": () =>
    rawPdf(["<< /Type /Catalog /Pages 2 0 R >>", "<< /Type /Pages /Kids [3 0 R] /Count -5 >>", pageOf(2)]),
  "a page count that lies downwards": () =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      `<< /Type /Pages /Kids [${"3 0 R ".repeat(50)}] /Count 1 >>`,
      pageOf(2),
    ]),
  "100,000 pages": () =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      `<< /Type /Pages /Kids [${Array.from({ length: 100_000 }, (_, index) => `${index + 3} 0 R`).join(" ")}] /Count 100000 >>`,
      ...Array<string>(100_000).fill(pageOf(2)),
    ]),
  "a page of a million points": () => onePage({ content: "0 0 1000000 1000000 re f", mediaBox: "0 0 1000000 1000000" }),
  "a page of 1e30 points": () =>
    onePage({ content: "0 0 100 100 re f", mediaBox: `0 0 1${"0".repeat(30)} 1${"0".repeat(30)}` }),
  "a page that is a line": () => onePage({ content: "0 0 100 100 re f", mediaBox: "0 0 1000000 0.0001" }),
  "a page without an area": () => onePage({ content: "0 0 100 100 re f", mediaBox: "0 0 0 0" }),
  "a page box of nonsense": () => onePage({ content: "0 0 100 100 re f", mediaBox: "/a (b) null [1]" }),
  "a page with a user unit of a million": () => onePage({ content: "0 0 9 9 re f", page: "/UserUnit 1000000" }),
  "an object stream that contains itself": () =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      pageOf(2),
      stream("/Type /ObjStm /N 1 /First 4 /Extends 4 0 R", "4 0 << >>"),
    ]),
  "a stream whose length is itself": () =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
      Buffer.from("<< /Length 4 0 R >>\nstream\nq Q\nendstream"),
    ]),
  "objects that refer to each other": () =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox 4 0 R /Resources 5 0 R >>",
      "5 0 R",
      "4 0 R",
    ]),
  "arrays 100,000 deep": () =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      `<< /Type /Page /Parent 2 0 R /MediaBox ${"[".repeat(100_000)}${"]".repeat(100_000)} >>`,
    ]),
  "dictionaries 100,000 deep": () =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /A ${"<< /A ".repeat(100_000)}${">>".repeat(100_000)} >>`,
    ]),
  "300,000 objects": () =>
    rawPdf([
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      pageOf(2),
      ...Array<string>(300_000).fill("null"),
    ]),
  "JavaScript, an embedded file and a launch action": () =>
    onePage({
      content: `BT /F1 10 Tf 9 50 Td (${"Text that stands beside the attachments. ".repeat(4)}) Tj ET`,
      catalogue:
        "/OpenAction << /S /JavaScript /JS (while \\(true\\) {}) >> /AA << /WC << /S /Launch /F (/bin/sh) >> >> " +
        "/Names << /EmbeddedFiles << /Names [(evil) 5 0 R] >> /JavaScript << /Names [(x) << /S /JavaScript /JS (app.alert\\(1\\)) >>] >> >>",
      objects: ["<< /Type /Filespec /F (evil.exe) /EF << /F 6 0 R >> >>", stream("/Type /EmbeddedFile", "MZ evil")],
    }),
};

function rawText(): Bytes {
  return onePage({ content: `BT /F1 10 Tf 9 50 Td (${"Enough characters for a text layer. ".repeat(4)}) Tj ET` });
}

function numbered(name: string, count: number, make: (part: number) => Bytes) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, part) => [`${name} (${part + 1}/${count + 1})`, () => make(part)]),
  );
}

/** Thirty bits at places that a linear congruential generator chooses, the same on every run. */
function flipBits(bytes: Bytes, seed: number): Bytes {
  const flipped = bytes.slice();
  let state = seed * 2_654_435_761 + 1;
  for (let flip = 0; flip < 30; flip += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const at = state % flipped.length;
    flipped[at] = (flipped[at] ?? 0) ^ (1 << (state >>> 29));
  }
  return flipped;
}

function replaced(bytes: Bytes, pattern: RegExp, replacement: string): Bytes {
  return latin1(Buffer.from(bytes).toString("latin1").replace(pattern, replacement));
}

function selfReferencingXref(): Bytes {
  const text = Buffer.from(rawText()).toString("latin1");
  const at = text.lastIndexOf("xref\n0 ");
  return latin1(text.replace("/Root 1 0 R", `/Root 1 0 R /Prev ${at}`));
}

function xrefStream(entries: string): Bytes {
  const head = "%PDF-1.7\n1 0 obj\n<< /Type /Catalog /Pages 2 0 R >>\nendobj\n";
  const body = stream(`/Type /XRef /Size 4 /Root 1 0 R ${entries}`, "\0".repeat(64)).toString("latin1");
  return latin1(`${head}4 0 obj\n${body}\nendobj\nstartxref\n${head.length}\n%%EOF\n`);
}

function deepPageTree(depth: number): Bytes {
  const nodes = Array.from(
    { length: depth },
    (_, index) => `<< /Type /Pages ${index > 0 ? `/Parent ${index + 1} 0 R` : ""} /Kids [${index + 3} 0 R] /Count 1 >>`,
  );
  return rawPdf(["<< /Type /Catalog /Pages 2 0 R >>", ...nodes, pageOf(depth + 1)]);
}
