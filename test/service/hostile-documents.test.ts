import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { errorCodes } from "../../src/errors.ts";
import { badDocuments } from "../support/bad-documents.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service-process.ts";

setDefaultTimeout(60_000);

const pageTimeoutSeconds = 1.5;
const mebibyte = 1024 * 1024;
/** The engine gets twice this at most; the rest of the process needs some 200 MiB. */
const processMebibytes = 256;

/** What is certain beyond "a documented status": the other documents may be read or refused. */
const expected: Readonly<Record<string, string>> = {
  "zero bytes": "unsupported_file_type",
  "one byte": "unsupported_file_type",
  "an HTML page": "unsupported_file_type",
  "an HTML page that mentions a PDF header": "document_damaged",
  "a PDF behind 900 bytes of junk": "ok",
  "a PDF behind 1,100 bytes of junk": "unsupported_file_type",
  "a PDF with 1 MiB of junk behind it": "ok",
  "truncated at every 1/16 (2/16)": "document_damaged",
  "truncated at every 1/16 (9/16)": "document_damaged",
  "encrypted with an empty user password": "ok",
  "encrypted with a user password": "document_encrypted",
  "a page tree that is its own child": "document_damaged",
  "a page count of two billion": "ok",
  "100,000 pages": "too_many_pages",
  "a page of a million points": "ok",
  "JavaScript, an embedded file and a launch action": "ok",
  "a content stream that inflates to 3 GB of blanks": "document_too_complex",
  "forms that double 40 times": "document_too_complex",
  "a pattern of endless tiny tiles": "document_too_complex",
  "a picture that claims 60,000 × 60,000 pixels": "page_too_large",
  "a JPEG 2000 picture that claims 60,000 × 60,000 pixels": "page_too_large",
  "a JBIG2 picture of 60,000 × 60,000 pixels that claims 100 × 100": "page_too_large",
  "a JPEG 2000 picture of 65,025 tiles of one pixel": "document_too_complex",
  "a JPEG that claims 60,000 × 60,000 pixels": "document_damaged",
  "a PNG cut in the middle": "document_damaged",
};

const refusals: Readonly<Record<number, readonly string[]>> = {
  413: ["too_many_pages", "page_too_large"],
  415: ["unsupported_file_type"],
  422: ["document_damaged", "document_encrypted", "document_too_complex"],
};

const good = buildPdf([{ kind: "text", lines: Array(5).fill("A typed page with quite enough characters on it.") }]);

let fake: FakeOllama;
let service: ServiceProcess;
beforeAll(async () => {
  fake = await FakeOllama.start();
  service = await startServiceProcess({
    OLLAMA_API_URL: fake.url,
    PDF_WORKERS: "1",
    PDF_WORKER_MAX_MB: String(processMebibytes),
    PDF_PAGE_TIMEOUT_SECONDS: String(pageTimeoutSeconds),
    LOG_LEVEL: "error",
  });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await fake.close();
});

async function upload(document: Uint8Array<ArrayBuffer>) {
  const form = new FormData();
  form.set("file", new Blob([document]));
  const startedMs = performance.now();
  const response = await fetch(`${service.url}/ocr-upload`, { method: "POST", body: form });
  const body = await response.json();
  return { status: response.status, body, ms: performance.now() - startedMs };
}

describe("the corpus of bad documents, some of which take 3 s", () => {
  test.each([...badDocuments.keys()])("%s", async (name) => {
    const make = badDocuments.get(name);
    if (make === undefined) throw new Error("no such document");
    const { status, body, ms } = await upload(make());
    const code = status === 200 ? "ok" : body.code;
    if (expected[name] !== undefined) expect(code).toBe(expected[name]);
    if (status !== 200) {
      expect(errorCodes).toContain(code);
      expect(refusals[status]).toContain(code);
      expect(body.detail).not.toBeEmpty();
      expect(body.requestId).not.toBeEmpty();
    }
    // Opening, reading and rendering each have the page's time, and the process may have to be started once more.
    expect(ms).toBeLessThan(3 * pageTimeoutSeconds * 1000 + 5000);
    const after = await upload(good);
    expect({ status: after.status, characters: after.body.charCount }).toEqual({ status: 200, characters: 244 });
    const { queue, requests, spool, pdfWorkers } = await (await fetch(`${service.url}/residency`)).json();
    expect(queue).toMatchObject({ documents: 0, waitingPages: 0, runningPages: 0, heldBytes: 0 });
    expect(requests).toEqual({ inFlight: 0, jsonBytes: 0, answerBytes: 0, longest: [] });
    expect(spool).toEqual({ files: 0, bytes: 0 });
    expect(pdfWorkers).toMatchObject({ queued: 0 });
  });

  test("never took more memory than the bound of a process allows", async () => {
    expect(await service.peakResidentBytes()).toBeLessThan((2 * processMebibytes + 600) * mebibyte);
  });

  test("a page that two processes died of is refused by the hash of its document, and others are not", async () => {
    const bomb = badDocuments.get("forms that double 40 times")?.();
    if (bomb === undefined) throw new Error("no such document");
    const again = await upload(bomb);
    expect({ status: again.status, code: again.body.code }).toEqual({ status: 422, code: "document_refused" });
    expect(again.ms).toBeLessThan(pageTimeoutSeconds * 1000);
    expect((await upload(good)).status).toBe(200);
  });
});
