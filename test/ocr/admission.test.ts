import { describe, expect, test } from "bun:test";
import { errorCodes, SidecarError } from "../../src/errors.ts";
import { admit, type EnginePages, isAbandoned, isEngineFault } from "../../src/ocr/engines/admission.ts";
import type { EnginePipeline } from "../../src/ocr/engines/engine-pipeline.ts";
import { createPageCache } from "../../src/ocr/engines/page-cache.ts";
import type { PageReading } from "../../src/ocr/engines/page-engine.ts";
import { createSharedReadings } from "../../src/ocr/engines/shared-readings.ts";
import type { EngineName } from "../../src/ocr/page-result.ts";
import { createPageQueue } from "../../src/ocr/queue/page-queue.ts";
import type { EngineChoice } from "../../src/ocr/request.ts";
import { fakeDocument, scannedPage } from "../support/fake-document.ts";
import { ocrRequest } from "../support/ocr-request.ts";
import { refusalOf } from "../support/refusal-of.ts";

const unexpected = () => Promise.reject(new Error("nobody should ask this"));
const { signal } = new AbortController();

function pipelineOf(name: EngineName, version: () => Promise<string>): EnginePipeline {
  return {
    engine: { name, version, instructions: () => "", read: unexpected },
    queue: createPageQueue({ concurrency: 1, documentLimit: 1, maxBytes: 1000 }),
    cache: createPageCache<PageReading>({ maxBytes: 0, ttlMs: 0, bytesOf: () => 0 }),
    running: createSharedReadings<PageReading>(),
    orient: undefined,
    maxTiles: 16,
  };
}

const work = (engine: EngineChoice): EnginePages => ({
  document: fakeDocument([scannedPage(1)], { sizeBytes: 40 }),
  pages: [],
  wantedPages: 1,
  request: { ...ocrRequest, engine },
  signal,
  onTurn: undefined,
  onTile: undefined,
  onDelta: undefined,
});

const model = () => pipelineOf("np-dms-ocr", async () => "sha256:model");
const embedded = () => pipelineOf("tesseract", async () => "5.0");

describe("a document is admitted", () => {
  test.each<[EngineChoice, EngineName, string]>([
    ["auto", "np-dms-ocr", "sha256:model"],
    ["np-dms-ocr", "np-dms-ocr", "sha256:model"],
    ["tesseract", "tesseract", "5.0"],
  ])("where it asked for %s, at %s, with the version of that", async (engine, name, engineVersion) => {
    const pipelines = { primary: model(), embedded: embedded(), fallback: undefined };
    const admission = await admit(pipelines, work(engine));
    expect(admission.pipeline.engine.name).toBe(name);
    expect(admission.engineVersion).toBe(engineVersion);
    expect(admission).not.toHaveProperty("note");
    expect(admission.pipeline.queue.status()).toMatchObject({ documents: 1, heldBytes: 40 });
  });

  test("nowhere when it asked for the model and there is none", async () => {
    const only = embedded();
    const pipelines = { primary: only, embedded: only, fallback: undefined };
    expect(await refusalOf(admit(pipelines, work("np-dms-ocr")))).toMatchObject({ code: "ocr_not_configured" });
    expect(only.queue.status().documents).toBe(0);
    expect((await admit(pipelines, work("auto"))).pipeline).toBe(only);
  });

  test("at the fallback where the server cannot be asked, with a note that says why", async () => {
    const primary = pipelineOf("np-dms-ocr", () =>
      Promise.reject(new SidecarError("ollama_unreachable", "Ollama cannot be reached.")),
    );
    const fallback = embedded();
    const admission = await admit({ primary, embedded: fallback, fallback }, work("auto"));
    expect(admission).toMatchObject({
      engineVersion: "5.0",
      note: "read by tesseract, because the model failed: Ollama cannot be reached.",
    });
    expect([primary, fallback].map(({ queue }) => queue.status().documents)).toEqual([0, 1]);
  });

  test("nowhere where the model fails and the fallback is busy: the caller hears why, and when to ask again", async () => {
    const primary = pipelineOf("np-dms-ocr", () =>
      Promise.reject(new SidecarError("model_not_installed", "The model is not installed.")),
    );
    const fallback = embedded();
    fallback.queue.admit(1);
    expect(await refusalOf(admit({ primary, embedded: fallback, fallback }, work("auto")))).toMatchObject({
      code: "ocr_busy",
      message: expect.stringMatching(/^The OCR queue is full .* The model failed: The model is not installed\.$/),
      retryable: true,
      retryAfterSeconds: expect.any(Number),
    });
    expect(primary.queue.status().documents).toBe(0);
  });

  test("nowhere where both engines fail: the caller hears why the model did", async () => {
    const down = new SidecarError("ollama_unreachable", "Ollama is away.");
    const primary = pipelineOf("np-dms-ocr", () => Promise.reject(down));
    const fallback = pipelineOf("tesseract", () => Promise.reject(new SidecarError("ocr_failed", "It is broken.")));
    expect(await refusalOf(admit({ primary, embedded: fallback, fallback }, work("auto")))).toBe(down);
    expect(fallback.queue.status().documents).toBe(0);
  });

  describe("nowhere when its caller leaves", () => {
    const gone = new SidecarError("client_gone", "The client has gone.");
    /** Answers nothing until it is given up. */
    const silent = (name: EngineName, onAsked: () => void) => {
      const pipeline = pipelineOf(name, () => Promise.reject(new Error("asked without a signal")));
      pipeline.engine.version = (given) => {
        onAsked();
        return new Promise((_, reject) => given.addEventListener("abort", () => reject(given.reason)));
      };
      return pipeline;
    };

    test.each([
      ["the model is asked", "auto"],
      ["the embedded engine is, by name", "tesseract"],
      ["the fallback is", "auto"],
    ] as const)("while %s, and hears nothing of an engine", async (who, engine) => {
      const caller = new AbortController();
      const leave = () => queueMicrotask(() => caller.abort(gone));
      const away = () => Promise.reject(new SidecarError("ollama_unreachable", "Ollama is away."));
      const primary = who === "the model is asked" ? silent("np-dms-ocr", leave) : pipelineOf("np-dms-ocr", away);
      const other = silent("tesseract", leave);
      const pipelines = { primary, embedded: other, fallback: other };
      expect(await refusalOf(admit(pipelines, { ...work(engine), signal: caller.signal }))).toBe(gone);
      expect([primary, other].map(({ queue }) => queue.status().documents)).toEqual([0, 0]);
    });
  });

  test("not at the fallback where the queue is full, and where what happened is no fault of an engine", async () => {
    const fallback = embedded();
    const full = model();
    full.queue.admit(1);
    const pipelines = { primary: full, embedded: fallback, fallback };
    expect(await refusalOf(admit(pipelines, work("auto")))).toMatchObject({ code: "ocr_busy" });
    const surprise = new Error("a surprise");
    const odd = pipelineOf("np-dms-ocr", () => Promise.reject(surprise));
    expect(await refusalOf(admit({ ...pipelines, primary: odd }, work("auto")))).toBe(surprise);
    expect(fallback.queue.status().documents).toBe(0);
  });
});

test("another engine is asked after these faults, and after no other", () => {
  expect(errorCodes.filter((code) => isEngineFault(new SidecarError(code, "")))).toEqual([
    "ocr_failed",
    "ollama_unreachable",
    "ollama_busy",
    "model_not_installed",
    "page_timeout",
  ]);
  expect(isEngineFault(new Error("ocr_failed"))).toBe(false);
});

test.each([
  ["whose caller has gone", AbortSignal.abort(new SidecarError("client_gone", "")), true],
  ["whose time was over", AbortSignal.abort(new SidecarError("document_timeout", "")), false],
  ["that was stopped by something else", AbortSignal.abort(new Error("client_gone")), false],
  ["that goes on", signal, false],
])("work %s is abandoned: %#", (_, ended, abandoned) => {
  expect(isAbandoned(ended)).toBe(abandoned);
});
