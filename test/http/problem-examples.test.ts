import { afterAll, beforeAll, expect, setDefaultTimeout, test } from "bun:test";
import { type ErrorCode, errorCodes } from "../../src/errors.ts";
import { problemExamples } from "../../src/http/answers/problem-examples.ts";
import { readFacts } from "../../src/ocr/read-document.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { documentFile } from "../support/document-file.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { buildPng } from "../support/picture-builder.ts";
import { scan } from "../support/scan.ts";
import { startSidecar, type TestSidecar } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const { signal } = new AbortController();
const text = "A typed page with quite enough characters on it to be believed.";
const typed = buildPdf([{ kind: "text", lines: [text, text] }]);
const encrypted = buildPdf([{ kind: "text", lines: [text] }], {
  encryption: { userPassword: "u", ownerPassword: "o" },
});
const bytesOf = (content: string) => new TextEncoder().encode(content);

let plain: TestSidecar;
let fake: FakeOllama;
let withModel: TestSidecar;
beforeAll(async () => {
  const bounds = { MAX_UPLOAD_MB: "1", MAX_PAGES_PER_DOCUMENT: "2", MODEL_DIR: "/nowhere" };
  plain = await startSidecar({ ...bounds, MAX_PAGE_MEGAPIXELS: "1" });
  fake = await FakeOllama.start();
  withModel = await startSidecar({
    ...bounds,
    OLLAMA_API_URL: fake.url,
    OCR_PAGE_ATTEMPTS: "1",
    OCR_QUEUE_LIMIT: "1",
    OCR_TIMEOUT: "1",
  });
});
afterAll(async () => {
  await plain[Symbol.asyncDispose]();
  await withModel[Symbol.asyncDispose]();
  await fake.close();
});

/** One request with other settings than those of the services above. */
async function alone(variables: Record<string, string>, ask: (sidecar: TestSidecar) => Promise<Response>) {
  await using sidecar = await startSidecar(variables);
  return await ask(sidecar);
}

const atModel = (fault: Parameters<FakeOllama["fail"]>[0]) => {
  fake.fail(fault);
  return withModel.upload(scan(1, fault));
};

/** How a caller meets a fault. */
const provoked: Partial<Record<ErrorCode, () => Promise<Response>>> = {
  invalid_request: () => plain.post("/ocr", { pdfPath: "/x", runtimeParams: { temperature: 3 } }),
  invalid_json: () =>
    plain.call("/ocr", { method: "POST", headers: { "Content-Type": "application/json" }, body: "{" }),
  invalid_path: () => plain.post("/ocr", { pdfPath: "" }),
  keep_alive_not_allowed: () => plain.post("/embed", { text: "a", keep_alive: 0 }),
  unauthorized: () => fetch(`${plain.url}/residency`),
  path_outside_base: () => plain.post("/ocr", { pdfPath: "/etc/passwd" }),
  origin_not_allowed: () =>
    alone({ OCR_SIDECAR_AUTH: "network" }, (sidecar) =>
      sidecar.call("/residency", { headers: { Host: "evil.example" } }),
    ),
  peer_not_allowed: () =>
    alone({ OCR_SIDECAR_AUTH: "network", OCR_SIDECAR_ALLOWED_CIDRS: "192.0.2.0/24" }, ({ url }) =>
      fetch(`${url}/residency`),
    ),
  route_not_found: () => plain.call("/normalize"),
  file_not_found: () => plain.post("/ocr", { pdfPath: `${plain.base}/none.pdf` }),
  method_not_allowed: () => plain.call("/ocr"),
  body_timeout: () =>
    alone({ BODY_TIMEOUT_SECONDS: "0.2" }, (sidecar) => {
      const stalling = new ReadableStream({ start: (controller) => controller.enqueue(bytesOf("{")) });
      return sidecar.call("/embed", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: stalling,
      });
    }),
  file_too_large: () => plain.upload(new Uint8Array(1.5 * 1024 * 1024)),
  body_too_large: () => plain.post("/ocr", { pdfPath: "x".repeat(1024 * 1024) }),
  too_many_pages: () => plain.upload(buildPdf(Array(3).fill({ kind: "text", lines: [text] }))),
  too_many_texts: () => plain.post("/embed", { texts: Array(65).fill("a") }),
  page_too_large: () => plain.upload(buildPng(["a large picture"], { widthPx: 1200, heightPx: 1000 })),
  unsupported_media_type: () =>
    plain.call("/rerank", { method: "POST", headers: { "Content-Type": "text/plain" }, body: "{}" }),
  unsupported_file_type: () => plain.upload(bytesOf("Hello, I am a letter.")),
  document_damaged: () => plain.upload(bytesOf("%PDF-1.7\nnothing of use")),
  document_encrypted: () => plain.upload(encrypted),
  ocr_not_configured: () => plain.upload(typed, { engine: "np-dms-ocr" }),
  model_unavailable: () => plain.post("/embed", { text: "a" }),
  document_timeout: () => plain.upload(typed, {}, { headers: { "X-Request-Timeout": "0.001" } }),
  ocr_failed: () => atModel("reset"),
  ollama_busy: () => atModel("busy"),
  page_timeout: () => atModel("hang"),
  model_not_installed: () => atModel("not-installed"),
  ollama_unreachable: () => alone({ OLLAMA_API_URL: "http://127.0.0.1:9" }, (sidecar) => sidecar.upload(scan(1))),
  ocr_busy: async () => {
    fake.fail("hang");
    const first = withModel.upload(scan(1, "first"));
    await until(() => fake.pages.at(-1)?.outcome === "running", "the queue is full");
    const second = await withModel.upload(scan(1, "second"));
    await first;
    return second;
  },
  document_refused: async () => {
    const program = new URL("../support/hostile-pdf-program.ts", import.meta.url);
    const pool = createPdfPool({ ...poolOptions, processes: 1, program });
    const broken = documentFile(bytesOf("exit\0"));
    try {
      const document = await pool.open(broken, "pdf", signal);
      await document.readPages([1], signal).catch(() => undefined);
      await readFacts(document, [1], { engine: "auto", onPageError: "fail", textLayerFormat: "plain" }, signal);
    } catch (error) {
      return Response.json({ code: "document_refused", detail: error instanceof Error ? error.message : error });
    } finally {
      await pool.close();
    }
    throw new Error("the page was not refused");
  },
};

/** What takes a hostile document, a loaded machine or a bug to meet; the functions of the examples are used there only. */
const notProvoked: readonly ErrorCode[] = [
  "client_gone",
  "document_too_complex",
  "internal_error",
  "model_loading",
  "retrieval_busy",
  "retrieval_timeout",
  "shutting_down",
  "text_too_large",
];

/** A sentence without what differs from one request and one configuration to the next. */
const shapeOf = (sentence: string) =>
  sentence
    .replace(/ \d+ of the \d+ other pages were read; send onPageError=skip .*$/, "")
    .replace(/ (One finished page is|\d+ finished pages are) kept for a retry\.$/, "")
    .replaceAll(/http:\/\/[^\s:]+(:\d+)?/g, "<address>")
    .replaceAll(/\d+(\.\d+)?/g, "<number>");

test("every code is either met below or on the list of those that are not", () => {
  expect([...Object.keys(provoked), ...notProvoked].sort()).toEqual([...errorCodes].sort());
});

test.each(errorCodes.filter((code) => provoked[code] !== undefined))(
  "the reference shows the sentence that a caller who meets %s reads",
  async (code) => {
    const body = await (await provoked[code]?.())?.json();
    expect({ code: body.code, detail: shapeOf(body.detail) }).toEqual({
      code,
      detail: shapeOf(problemExamples[code].message),
    });
  },
);

test("every example has the code that it stands for", () => {
  for (const code of errorCodes) expect(problemExamples[code].code).toBe(code);
});
