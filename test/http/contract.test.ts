import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { buildPdf } from "../support/pdf-builder.ts";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const typed = buildPdf([{ kind: "text", lines: Array(6).fill("A typed page with quite enough characters on it.") }]);

let sidecar: TestSidecar;
beforeAll(async () => {
  sidecar = await startSidecar();
});
afterAll(() => sidecar[Symbol.asyncDispose]());

async function problem(response: Response) {
  const body = await response.json();
  expect(
    Object.keys(body)
      .filter((name) => name !== "errors")
      .sort(),
  ).toEqual(["code", "detail", "requestId"]);
  expect(body.requestId).toBe(response.headers.get("X-Request-Id"));
  return { status: response.status, code: body.code, detail: body.detail, errors: body.errors };
}

describe("every endpoint", () => {
  test("health answers without a key and has the fields of the replaced service", async () => {
    const response = await fetch(`${sidecar.url}/health`);
    expect(response.status).toBe(200);
    expect(await response.json()).toMatchObject({
      status: "ok",
      engine: "np-dms-ocr",
      ocrModel: "np-dms-ocr:latest",
      ollamaUrl: "",
    });
  });

  test("a sane request id comes back, any other is replaced by a UUIDv7", async () => {
    const sane = await fetch(`${sidecar.url}/health`, {
      headers: { "X-Request-Id": "batch:7/page 1".replace(" ", "_") },
    });
    expect(sane.headers.get("X-Request-Id")).toBe("batch:7/page_1");
    for (const id of ["", "a b", "é", "x".repeat(129)]) {
      const response = await fetch(`${sidecar.url}/health`, { headers: { "X-Request-Id": id } });
      expect(response.headers.get("X-Request-Id")).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    }
  });

  test.each(["/ocr", "/ocr-upload", "/page-image", "/residency", "/activity", "/metrics", "/normalize", "/nowhere"])(
    "%s asks for a key",
    async (path) => {
      const response = await fetch(sidecar.url + path, { method: "POST" });
      expect(await problem(response)).toMatchObject({ status: 401, code: "unauthorized" });
      expect(response.headers.get("WWW-Authenticate")).toContain("Bearer");
    },
  );

  test("a wrong key is refused and a right one is taken in both spellings", async () => {
    const withHeaders = (headers: Record<string, string>) => fetch(`${sidecar.url}/residency`, { headers });
    expect((await withHeaders({ "X-API-Key": "wrong" })).status).toBe(401);
    expect((await withHeaders({ Authorization: `Basic ${testKey}` })).status).toBe(401);
    expect((await withHeaders({ "X-API-Key": testKey })).status).toBe(200);
    expect((await withHeaders({ Authorization: `bearer ${testKey}` })).status).toBe(200);
  });

  test("an unknown route is 404, and /normalize stays one", async () => {
    for (const path of ["/nowhere", "/normalize"]) {
      expect(await problem(await sidecar.post(path, {}))).toMatchObject({ status: 404, code: "route_not_found" });
    }
  });

  test("a wrong method is 405 and says what is allowed", async () => {
    const response = await sidecar.call("/ocr");
    expect(response.headers.get("Allow")).toBe("POST");
    expect(await problem(response)).toMatchObject({ status: 405, code: "method_not_allowed" });
    expect((await sidecar.call("/health", { method: "DELETE" })).headers.get("Allow")).toContain("GET");
    expect((await sidecar.call("/health", { method: "HEAD" })).status).toBe(200);
  });

  test("readiness names every component and why it is not ready", async () => {
    const response = await fetch(`${sidecar.url}/ready?for=all`);
    const { ready, components } = await response.json();
    expect(response.status).toBe(503);
    expect(ready).toBe(false);
    expect(components.ollama).toEqual({ state: "failed", reason: "OLLAMA_API_URL is not set" });
    expect(components.embeddedEngine.reason).toContain("reads the pages");
    expect(components.embedder.state).not.toBe("ready");
    expect((await fetch(`${sidecar.url}/ready?for=nothing`)).status).toBe(400);
  });
});

describe("/ocr-upload", () => {
  test("gives the text of a typed document without any engine", async () => {
    const response = await sidecar.upload(typed);
    expect(response.status).toBe(200);
    const body = await response.json();
    expect(body).toMatchObject({ ocrUsed: false, pageCount: 1, engineUsed: "fast-path", warnings: [] });
    expect(body.text).toStartWith("A typed page");
    expect(body.charCount).toBe([...body.text].length);
    expect(body.pages).toBeUndefined();
    for (const name of ["Keep-Alive", "Device", "Reason"])
      expect(response.headers.has(`X-Residency-${name}`)).toBe(true);
  });

  test.each([
    ["an unknown engine", { engine: "paddle" }, "engine"],
    ["an engine that is a path", { engine: "../tesseract" }, "engine"],
    ["a version of the embedded engine", { engine: "tesseract:latest" }, "engine"],
    ["a system prompt that is blank", { systemPrompt: "  " }, "systemPrompt"],
    ["a system prompt that is blank, in its other spelling", { system_prompt: " " }, "systemPrompt"],
    ["a system prompt that is too long", { systemPrompt: "x".repeat(10_001) }, "systemPrompt"],
    ["a negative number of pages", { maxPages: "-1" }, "maxPages"],
    ["a selection that is none", { pages: "1;2" }, "pages"],
    ["a selection beyond the document", { pages: "2" }, "pages"],
    ["a tag that is no name", { dmsTags: '["1st"]' }, "dmsTags.0"],
    ["too many tags", { dmsTags: JSON.stringify(Array.from({ length: 51 }, (_, index) => `tag${index}`)) }, "dmsTags"],
    ["a temperature out of range", { temperature: "2.1" }, "runtimeParams.temperature"],
    ["a number that is none", { topP: "high" }, "topP"],
    ["an infinite number", { temperature: "1e999" }, "runtimeParams.temperature"],
    ["an unknown parameter", { runtimeParams: '{"mirostat": 1}' }, "runtimeParams"],
    ["parameters that are no object", { runtimeParams: "[1]", temperature: "0" }, "runtimeParams"],
    ["max_tokens of zero", { runtimeParams: '{"max_tokens": 0}' }, "runtimeParams.max_tokens"],
    ["both spellings of a field", { systemPrompt: "a", system_prompt: "b" }, "system_prompt"],
    [
      "both spellings of a parameter",
      { runtimeParams: '{"repeat_penalty": 1, "repetition_penalty": 1}' },
      "repetition_penalty",
    ],
    ["a flag that is none", { includePages: "maybe" }, "includePages"],
    ["an unknown page error mode", { onPageError: "ignore" }, "onPageError"],
    ["an unknown format of text layers", { textLayerFormat: "html" }, "textLayerFormat"],
  ])("refuses %s and names the field", async (_, fields, path) => {
    const answer = await problem(await sidecar.upload(typed, fields));
    expect(answer).toMatchObject({ status: 400, code: "invalid_request" });
    expect(answer.errors[0].path).toBe(path);
  });

  test.each(["dmsTags", "runtimeParams"])("refuses malformed JSON in %s and names it", async (field) => {
    const answer = await problem(await sidecar.upload(typed, { [field]: "{" }));
    expect(answer).toMatchObject({ status: 400, code: "invalid_json" });
    expect(answer.detail).toContain(field);
  });

  test.each([
    ["the form", { keep_alive: "5m" }],
    ["runtimeParams", { runtimeParams: '{"keep_alive": 0}' }],
  ])("refuses keep_alive in %s", async (_, fields) => {
    expect(await problem(await sidecar.upload(typed, fields))).toMatchObject({
      status: 400,
      code: "keep_alive_not_allowed",
    });
  });

  test("a single parameter wins over both spellings of it", async () => {
    for (const name of ["repeat_penalty", "repetition_penalty"]) {
      const fields = { runtimeParams: JSON.stringify({ [name]: 1.5 }), repeatPenalty: "1.1" };
      expect((await sidecar.upload(typed, fields)).status).toBe(200);
    }
  });

  test("null means absent, and empty fields too", async () => {
    const fields = {
      runtimeParams: '{"keep_alive": null, "temperature": null}',
      dmsTags: "null",
      engine: "",
      pages: "",
    };
    expect((await sidecar.upload(typed, fields)).status).toBe(200);
  });

  test.each(["auto", " AUTO ", "np-dms-ocr", "NP-DMS-OCR:latest", "typhoon-ocr1.5-3b", "typhoon-np-dms-ocr:latest"])(
    "knows the engine %p",
    async (engine) => {
      const response = await sidecar.upload(typed, { engine });
      expect(response.status).toBe(engine.trim().toLowerCase() === "auto" ? 200 : 503);
    },
  );

  test("an explicit model without Ollama is 503 and never another engine", async () => {
    expect(await problem(await sidecar.upload(typed, { engine: "np-dms-ocr" }))).toMatchObject({
      status: 503,
      code: "ocr_not_configured",
    });
  });

  test.each([
    ["plain text", new TextEncoder().encode("Hello, I am a letter.")],
    ["a page of HTML", new TextEncoder().encode("<html><body>%PD F</body></html>")],
    ["nothing", new Uint8Array()],
  ])("refuses %s with 415", async (_, bytes) => {
    expect(await problem(await sidecar.upload(bytes))).toMatchObject({ status: 415, code: "unsupported_file_type" });
  });

  test("says whether a document is damaged or encrypted", async () => {
    const damaged = new TextEncoder().encode("%PDF-1.7\nnothing of use");
    expect(await problem(await sidecar.upload(damaged))).toMatchObject({ status: 422, code: "document_damaged" });
    const encrypted = buildPdf([{ kind: "text", lines: ["secret"] }], {
      encryption: { userPassword: "u", ownerPassword: "o" },
    });
    expect(await problem(await sidecar.upload(encrypted))).toMatchObject({ status: 422, code: "document_encrypted" });
  });

  test("refuses forms that are none", async () => {
    const post = (headers: Record<string, string>, body: string) =>
      sidecar.call("/ocr-upload", { method: "POST", headers, body });
    const boundary = { "Content-Type": "multipart/form-data; boundary=x" };
    for (const [headers, body] of [
      [{ "Content-Type": "application/json" }, "{}"],
      [{ "Content-Type": "multipart/form-data" }, "--x--"],
      [boundary, "--x\r\n"],
      [boundary, ""],
      [boundary, "--x--\r\n"],
    ] as const) {
      expect(await problem(await post(headers, body))).toMatchObject({ status: 400, code: "invalid_request" });
    }
  });

  test("refuses two files and fields that come twice", async () => {
    const form = new FormData();
    form.append("file", new Blob([typed]));
    form.append("file", new Blob([typed]));
    expect(await problem(await sidecar.call("/ocr-upload", { method: "POST", body: form }))).toMatchObject({
      status: 400,
    });
    form.delete("file");
    form.append("engine", "auto");
    form.append("engine", "auto");
    expect(await problem(await sidecar.call("/ocr-upload", { method: "POST", body: form }))).toMatchObject({
      status: 400,
    });
  });

  test("a bad timeout header is refused", async () => {
    for (const value of ["0", "-1", "soon", "NaN"]) {
      const answer = await problem(await sidecar.upload(typed, {}, { headers: { "X-Request-Timeout": value } }));
      expect(answer).toMatchObject({ status: 400, code: "invalid_request" });
    }
  });
});

describe("/ocr", () => {
  test("gives the text of a file below the upload base", async () => {
    await Bun.write(`${sidecar.base}/letters/one.pdf`, typed);
    const response = await sidecar.post("/ocr", {
      pdfPath: `${sidecar.base}/letters/one.pdf`,
      includePages: true,
      maxPages: null,
    });
    expect(response.status).toBe(200);
    const body = await response.json();
    expect(body.pages).toHaveLength(1);
    expect(body.pages[0]).toMatchObject({ page: 1, source: "text-layer", attempts: 0, truncated: false });
  });

  test.each([
    ["no JSON", "{", "invalid_json"],
    ["no object", "[]", "invalid_request"],
    ["no path", "{}", "invalid_request"],
  ])("refuses a body with %s", async (_, body, code) => {
    const headers = { "Content-Type": "application/json" };
    const response = await sidecar.call("/ocr", { method: "POST", headers, body });
    expect(await problem(response)).toMatchObject({ status: 400, code });
  });

  test("refuses a body of more than 1 MiB, declared or not", async () => {
    const large = JSON.stringify({ pdfPath: "x".repeat(1024 * 1024) });
    const headers = { "Content-Type": "application/json" };
    expect(await problem(await sidecar.call("/ocr", { method: "POST", headers, body: large }))).toMatchObject({
      status: 413,
      code: "body_too_large",
    });
    const chunked = new Blob([large]).stream();
    expect(await problem(await sidecar.call("/ocr", { method: "POST", headers, body: chunked }))).toMatchObject({
      status: 413,
    });
  });
});

test("the OpenAPI document describes every endpoint and is open to everybody", async () => {
  const response = await fetch(`${sidecar.url}/openapi.json`);
  const document = await response.json();
  expect(Object.keys(document.paths).sort()).toEqual(
    expect.arrayContaining(["/health", "/ocr", "/ocr-upload", "/ready", "/residency"]),
  );
});

describe("a body that does not say that it is JSON", () => {
  const bodies = [
    ["/ocr", { pdfPath: "/x" }],
    ["/embed", { text: "a" }],
    ["/rerank", { query: "q", chunks: [] }],
    ["/v1/embeddings", { input: "a" }],
    ["/v1/rerank", { query: "q", documents: [] }],
    ["/v2/rerank", { query: "q", documents: [] }],
  ] as const;

  test.each(
    bodies.flatMap(([path, body]) =>
      (["text/plain", "application/x-www-form-urlencoded", undefined] as const).map(
        (type) => [path, type, body] as const,
      ),
    ),
  )("is refused by %s when it is called %p", async (path, type, body) => {
    const headers = type === undefined ? {} : { "Content-Type": type };
    // Bytes, for which no client makes up a type.
    const bytes = new TextEncoder().encode(JSON.stringify(body));
    const response = await sidecar.call(path, { method: "POST", headers, body: bytes });
    const answer = await response.json();
    expect(answer.detail).toBe("Send the body with Content-Type: application/json.");
    expect({ status: response.status, code: answer.code }).toEqual({ status: 415, code: "unsupported_media_type" });
  });
});
