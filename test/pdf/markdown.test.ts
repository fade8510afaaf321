import { afterAll, expect, setDefaultTimeout, test } from "bun:test";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { documentFile } from "../support/document-file.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { poolOptions } from "../support/pdf-pool.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const pool = createPdfPool(poolOptions);
afterAll(() => pool.close());
const { signal } = new AbortController();

test("the text layer comes as Markdown where that is asked for, beside its plain lines", async () => {
  const page = { kind: "text", lines: ["The quick brown fox", "jumps over the lazy dog."] } as const;
  const document = await pool.open(documentFile(buildPdf([page])), "pdf", signal);
  const [plain] = await document.readPages([1], signal);
  const [both] = await document.readPages([1], signal, "markdown");
  document.close();
  expect(plain?.markdown).toBeUndefined();
  expect(both?.text).toBe(plain?.text);
  expect(both?.markdown).toMatchObject({ markdown: expect.stringContaining("quick brown fox") });
});
