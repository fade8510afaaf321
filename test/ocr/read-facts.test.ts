import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import { readFacts } from "../../src/ocr/read-document.ts";
import type { PdfPool } from "../../src/pdf/document.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { rawPdf, stream } from "../support/bad-documents/raw-pdf.ts";
import { documentFile } from "../support/document-file.ts";
import { fakeDocument, scannedPage } from "../support/fake-document.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { refusalOf } from "../support/refusal-of.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool(poolOptions);
afterAll(() => pool.close());
const { signal } = new AbortController();

const firstPage = 5;
const words = stream("", "BT /F1 10 Tf 10 50 Td (words) Tj ET");

/** Pages by what their content is; `null` is a page that is not in the file. */
function documentOf(contents: readonly (Buffer | null)[]) {
  const kids = contents.map((_, at) => `${firstPage + 2 * at} 0 R`).join(" ");
  return rawPdf([
    "<< /Type /Catalog /Pages 2 0 R >>",
    `<< /Type /Pages /Kids [${kids}] /Count ${contents.length} >>`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    "<< /Font << /F1 3 0 R >> >>",
    ...contents.flatMap((content, at) => {
      if (content === null) return ["null", "null"];
      const own = firstPage + 2 * at;
      const page = `/Type /Page /Parent 2 0 R /MediaBox [0 0 200 100] /Resources 4 0 R /Contents ${own + 1} 0 R`;
      return [`<< ${page} >>`, content];
    }),
  ]);
}

const undeflated = stream("/Filter /FlateDecode", "this has never been deflated");

async function read(bytes: Uint8Array, onPageError: "fail" | "skip", numbers?: number[], at: PdfPool = pool) {
  const document = await at.open(documentFile(bytes), "pdf", signal);
  try {
    const pages = numbers ?? Array.from({ length: document.pageCount }, (_, index) => index + 1);
    return await readFacts(document, pages, { engine: "auto", onPageError, textLayerFormat: "plain" }, signal);
  } finally {
    document.close();
  }
}

describe("a document with a page that cannot be read", () => {
  const broken = documentOf([words, words, undeflated, words, null, words]);

  test("fails with the first such page, and says how many others were read and how to have them", async () => {
    expect(await refusalOf(read(broken, "fail"))).toMatchObject({
      code: "document_damaged",
      message:
        "Page 3 could not be read: Page 3 of the document is damaged. 4 of the 5 other pages were read; send onPageError=skip to have what can be read.",
    });
  });

  test("gives the others to a caller who skips it, and says which were skipped", async () => {
    const { facts, unreadable } = await read(broken, "skip");
    expect(facts.map(({ page, text }) => `${page} ${text}`)).toEqual(["1 words", "2 words", "4 words", "6 words"]);
    expect(unreadable).toMatchObject(
      [3, 5].map((page) => ({
        page,
        text: "",
        warnings: [`the page could not be read: Page ${page} of the document is damaged.`],
        error: { code: "document_damaged" },
      })),
    );
  });

  test("and no other page that was asked for has no more to say", async () => {
    expect(await refusalOf(read(broken, "fail", [3]))).toMatchObject({
      message: "Page 3 could not be read: Page 3 of the document is damaged.",
    });
    expect(await refusalOf(read(broken, "fail", [3, 5]))).toMatchObject({
      message: expect.stringContaining(" The other page was not read; send onPageError=skip"),
    });
  });

  test("is not failed by pages that nobody asked for", async () => {
    expect((await read(broken, "fail", [1, 2, 4])).facts).toHaveLength(3);
  });
});

describe.each([
  ["takes the engine too long", "spin", "takes longer than"],
  ["breaks the engine", "poison", "breaks the PDF engine"],
])("a document with a page that %s", (_kind, verb, sentence) => {
  const program = new URL("../support/hostile-pdf-program.ts", import.meta.url);
  const hostile = createPdfPool({ ...poolOptions, pageTimeoutMs: 1000, program });
  afterAll(() => hostile.close());
  const document = Buffer.from(`at 3:${verb}\0`);
  const pages = [1, 2, 3, 4, 5, 6];

  test("fails with that page", async () => {
    expect(await refusalOf(read(document, "fail", pages, hostile))).toMatchObject({
      code: "document_too_complex",
      message: expect.stringMatching(
        new RegExp(
          `^Page 3 could not be read: Page 3 of the document ${sentence}.* 2 of the 5 other pages were read; send`,
        ),
      ),
    });
  });

  test("gives the others to a caller who then skips it, however often", async () => {
    for (let time = 0; time < 3; time += 1) {
      const { facts, unreadable } = await read(document, "skip", pages, hostile);
      expect(facts.map(({ page }) => page)).toEqual([1, 2, 4, 5, 6]);
      expect(unreadable).toMatchObject([{ page: 3, warnings: [expect.stringContaining("Page 3 of")] }]);
    }
    const { replaced } = hostile.status();
    await read(document, "skip", pages, hostile);
    expect(hostile.status()).toMatchObject({ replaced });
  });
});

test("A document whose pages are looked into one by one ends with what is the fault of no page", async () => {
  const stopped = new SidecarError("shutting_down", "The service stops.");
  const asked: number[] = [];
  const document = fakeDocument([1, 2, 3].map(scannedPage), {
    readPages: async (wanted) => {
      const [only, ...others] = wanted;
      if (only === undefined || others.length > 0) throw new SidecarError("document_too_complex", "It took too long.");
      asked.push(only);
      if (only === 2) throw stopped;
      return [scannedPage(only)];
    },
  });
  const request = { engine: "auto", onPageError: "skip", textLayerFormat: "plain" } as const;
  expect(await refusalOf(readFacts(document, [1, 2, 3], request, signal))).toBe(stopped);
  expect(asked).toEqual([1, 2]);
});
