import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { rawPdf, stream } from "../support/bad-documents/raw-pdf.ts";
import { documentFile } from "../support/document-file.ts";
import { poolOptions } from "../support/pdf-pool.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool({ ...poolOptions, processes: 1 });
afterAll(() => pool.close());

const { signal } = new AbortController();

/** A font that stands in the page's resources itself and says that the code A is this letter. */
function codeAMeans(letter: string): Uint8Array {
  const unicode = letter.charCodeAt(0).toString(16).padStart(4, "0");
  const map = `begincmap 1 begincodespacerange <00> <ff> endcodespacerange 1 beginbfchar <41> <${unicode}> endbfchar endcmap`;
  const font = "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /ToUnicode 5 0 R >>";
  return rawPdf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Contents 4 0 R /Resources << /Font << /F1 ${font} >> >> >>`,
    stream("", "BT /F1 10 Tf 10 50 Td (AAA) Tj ET"),
    stream("", map),
  ]);
}

test("documents whose fonts differ in content alone are each read by their own", async () => {
  const letters = ["x", "y", "x"];
  const documents = await Promise.all(
    letters.map((letter) => pool.open(documentFile(codeAMeans(letter)), "pdf", signal)),
  );
  for (let round = 0; round < 2; round++) {
    for (const [index, document] of documents.entries()) {
      const [page] = await document.readPages([1], signal);
      expect(page?.text).toBe(letters[index]?.repeat(3));
    }
  }
  for (const document of documents) document.close();
});
