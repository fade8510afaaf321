import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SidecarError } from "../../src/errors.ts";
import { createApp } from "../../src/http/app.ts";
import type { Services } from "../../src/http/services.ts";
import type { DocumentResult, PageResult } from "../../src/ocr/page-result.ts";
import { captureLog } from "../support/captured-log.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { testKey } from "../support/sidecar.ts";
import { until } from "../support/until.ts";
import { wireService } from "../support/wired-service.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(30_000);

const typed = buildPdf([{ kind: "text", lines: Array(6).fill("A typed page with quite enough characters on it.") }]);
const letter = new TextEncoder().encode("Hello, I am a letter.");
const events = { Accept: "text/event-stream" };

interface Asked {
  path?: "/ocr" | "/ocr-upload";
  file?: Uint8Array<ArrayBuffer>;
  fields?: Record<string, string>;
  headers?: Record<string, string>;
}

/** Asks an app before these services, by a form or, for `/ocr`, by JSON. */
async function ask(services: Services, { path = "/ocr-upload", file = typed, fields = {}, headers = {} }: Asked) {
  const form = new FormData();
  form.set("file", new Blob([file]));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const isForm = path === "/ocr-upload";
  const type: Record<string, string> = isForm ? {} : { "Content-Type": "application/json" };
  return await createApp(services).request(
    path,
    {
      method: "POST",
      body: isForm ? form : JSON.stringify(fields),
      headers: { ...type, ...headers, "X-API-Key": testKey },
    },
    {},
  );
}

describe("a document that is refused", () => {
  test.each([
    ["of an unknown kind", { file: letter }, 415],
    ["with an order that is none", { fields: { engine: "abacus" } }, 400],
    ["with a field that is no JSON", { fields: { dmsTags: "{" } }, 400],
    ["of an unknown kind, with an order that is none", { file: letter, fields: { pages: "x" } }, 400],
    ["and damaged", { file: new TextEncoder().encode("%PDF-1.7\nnothing of use") }, 422],
    ["with a page that it does not have", { fields: { pages: "2" } }, 400],
    ["with a page that it does not have, as events", { fields: { pages: "2" }, headers: events }, 400],
    ["whose time is over", { headers: { "X-Request-Timeout": "0.001" } }, 504],
  ] as const)("%s leaves the spool free", async (_, asked, status) => {
    await using service = await wireService();
    const response = await ask(service.services, asked);
    expect(response.status).toBe(status);
    await response.text();
    await until(() => service.services.spool.status().files === 0, "the file is closed", 2000);
    expect(service.services.spool.status()).toEqual({ files: 0, bytes: 0 });
    expect((await ask(service.services, {})).status).toBe(200);
  });

  test("of an unknown kind on shared storage leaves the spool free", async () => {
    const base = await mkdtemp(join(tmpdir(), "uploads-"));
    await Bun.write(join(base, "letter.txt"), letter);
    await using service = await wireService({ OCR_SIDECAR_UPLOAD_BASE: base });
    const response = await ask(service.services, { path: "/ocr", fields: { pdfPath: join(base, "letter.txt") } });
    expect(response.status).toBe(415);
    expect(service.services.spool.status()).toEqual({ files: 0, bytes: 0 });
    await rm(base, { recursive: true });
  });

  test("on shared storage may be as large as one that is sent, and not a byte more", async () => {
    const base = await mkdtemp(join(tmpdir(), "uploads-"));
    await using service = await wireService({ OCR_SIDECAR_UPLOAD_BASE: base, MAX_UPLOAD_MB: "1" });
    const askFor = async (bytes: number) => {
      await Bun.write(join(base, "large"), new Uint8Array(bytes));
      const response = await ask(service.services, { path: "/ocr", fields: { pdfPath: join(base, "large") } });
      return (await response.json()).code;
    };
    expect(await askFor(1024 * 1024)).toBe("unsupported_file_type");
    expect(await askFor(1024 * 1024 + 1)).toBe("file_too_large");
    await rm(base, { recursive: true });
  });

  test("is not opened when its order is none, and its order is judged before its kind", async () => {
    await using service = await wireService();
    const openDocument: Services["openDocument"] = () => {
      throw new Error("the document was opened");
    };
    const response = await ask({ ...service.services, openDocument }, { file: letter, fields: { engine: "abacus" } });
    expect(await response.json()).toMatchObject({ code: "invalid_request", errors: [{ path: "engine" }] });
  });
});

const page: PageResult = {
  page: 1,
  source: "np-dms-ocr",
  text: "read",
  chars: 4,
  attempts: 1,
  ms: 1,
  truncated: false,
  warnings: [],
};
const result: DocumentResult = {
  text: "read",
  ocrUsed: true,
  pageCount: 1,
  charCount: 4,
  engineUsed: "np-dms-ocr",
  warnings: [],
  pages: [page],
};

const answers = [
  ["JSON", {}],
  ["events", events],
] as const;

describe("a document that is read", () => {
  test.each([
    ["names none", {}, 1],
    ["names 0", { maxPages: "0" }, 1],
    ["names more", { maxPages: "2" }, 2],
  ] as const)("has as many pages read as the service allows where its request %s", async (_, fields, pageCount) => {
    await using service = await wireService({ OCR_MAX_PAGES: "1" });
    const lines = Array(6).fill("A typed page with quite enough characters on it.");
    const file = buildPdf(Array.from({ length: 3 }, () => ({ kind: "text", lines }) as const));
    expect(await (await ask(service.services, { file, fields })).json()).toMatchObject({ pageCount });
  });

  test("as an event stream says what it is, is not stored, and is not held back by a proxy", async () => {
    await using service = await wireService();
    const response = await ask(service.services, { headers: { ...events, "X-Request-Id": "request-1" } });
    expect(Object.fromEntries(response.headers)).toMatchObject({
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store",
      "x-accel-buffering": "no",
      "x-request-id": "request-1",
      "x-residency-keep-alive": expect.stringMatching(/^\d+$/),
      "x-residency-reason": expect.stringMatching(/^[a-z-]+$/),
      "x-residency-device": "cpu",
    });
    expect(await response.text()).toEndWith("\n\n");
  });

  test.each(answers)(
    "says in its log line how long its first page waited, and not the others (%s)",
    async (_, headers) => {
      await using log = await captureLog();
      await using service = await wireService();
      const readDocument: Services["readDocument"] = async (_document, _request, _signal, listener) => {
        listener.onPlan?.([]);
        for (const waitedMs of [120.4, 7000, 3]) listener.onTurn?.(waitedMs);
        listener.onPage?.(page);
        return result;
      };
      const response = await ask({ ...service.services, readDocument }, { headers });
      await response.text();
      await until(() => log.requests().length === 1);
      expect(log.requests()[0]?.properties).toMatchObject({ queueMs: 120, pages: { "np-dms-ocr": 1 } });
    },
  );

  test.each(answers)("is closed and counted as done when its answer has ended (%s)", async (_, headers) => {
    await using service = await wireService();
    const { inFlight, spool } = service.services;
    let during = { count: 0, files: 0 };
    const readDocument: Services["readDocument"] = async (_document, _request, _signal, listener) => {
      listener.onPlan?.([]);
      during = { count: inFlight.count, files: spool.status().files };
      return result;
    };
    await (await ask({ ...service.services, readDocument }, { headers })).text();
    expect(during).toEqual({ count: 1, files: 1 });
    await until(() => inFlight.count === 0);
    expect(spool.status()).toEqual({ files: 0, bytes: 0 });
  });

  test("has its pages counted, a skipped one as a failure, and plain lines where Markdown was wanted", async () => {
    await using service = await wireService();
    const layer: PageResult = { ...page, source: "text-layer", format: "plain", attempts: 0 };
    const skipped: PageResult = { ...page, error: { code: "ocr_failed", detail: "no answer" } };
    const readDocument: Services["readDocument"] = async (_document, _request, _signal, listener) => {
      for (const one of [page, layer, layer, skipped]) listener.onPage?.(one);
      return result;
    };
    const services = { ...service.services, readDocument };
    const counted = async () =>
      (await services.metrics.text()).body
        .split("\n")
        .filter((line) => /^sidecar_(pages_total|text_layer_fallbacks_total|page_failures_total)\b.* [1-9]/.test(line));
    await (await ask(services, { fields: { textLayerFormat: "plain" } })).text();
    expect(await counted()).toEqual([
      'sidecar_pages_total{source="text-layer"} 2',
      'sidecar_pages_total{source="np-dms-ocr"} 1',
      'sidecar_page_failures_total{code="ocr_failed"} 1',
    ]);
    await (await ask(services, {})).text();
    expect(await counted()).toContain("sidecar_text_layer_fallbacks_total 2");
  });

  test.each(answers)("that a page made fail has that page counted (%s)", async (_, headers) => {
    await using service = await wireService();
    const readDocument: Services["readDocument"] = () =>
      Promise.reject(new SidecarError("page_timeout", "The page took too long."));
    const services = { ...service.services, readDocument };
    await (await ask(services, { headers })).text();
    expect((await services.metrics.text()).body).toContain('sidecar_page_failures_total{code="page_timeout"} 1');
  });
});
