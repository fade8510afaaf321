import { describe, expect, test } from "bun:test";
import { type ErrorCode, SidecarError } from "../../src/errors.ts";
import type { TextDelta } from "../../src/ocr/engines/admission.ts";
import type { EnginePipeline } from "../../src/ocr/engines/engine-pipeline.ts";
import { createPageCache } from "../../src/ocr/engines/page-cache.ts";
import type { PageEngine, PageReading } from "../../src/ocr/engines/page-engine.ts";
import { createSharedReadings } from "../../src/ocr/engines/shared-readings.ts";
import type { EngineName } from "../../src/ocr/page-result.ts";
import { createPageQueue } from "../../src/ocr/queue/page-queue.ts";
import { type Listener, readDocument } from "../../src/ocr/read-document.ts";
import type { OcrRequest } from "../../src/ocr/request.ts";
import type { OpenDocument } from "../../src/pdf/document.ts";
import { fakeDocument, scannedPage } from "../support/fake-document.ts";
import { ocrRequest } from "../support/ocr-request.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

const request = ocrRequest;

/** A document of scanned pages; the picture of a page is its number. */
const scanned = (pageCount: number): OpenDocument =>
  fakeDocument(Array.from({ length: pageCount }, (_, index) => scannedPage(index + 1)));

type Read = (page: number, signal: AbortSignal) => Promise<string>;

/** An engine behind a real queue and a real cache, with the pages it was asked to read. */
function pipelineOf(
  name: EngineName,
  read: Read,
  options: { concurrency?: number; documentLimit?: number; onIdle?: (abandoned: boolean) => void } = {},
) {
  const asked: number[] = [];
  const engine: PageEngine & { digest: string } = {
    name,
    digest: "first",
    version: async () => engine.digest,
    instructions: (asked) => JSON.stringify(asked),
    read: async ({ png }, _request, signal): Promise<PageReading> => {
      const page = png[0] ?? 0;
      asked.push(page);
      const text = await read(page, signal);
      return { text, attempts: 1, truncated: false, warnings: [], readEmpty: text === "" };
    },
  };
  const pipeline: EnginePipeline = {
    engine,
    queue: createPageQueue({ concurrency: 1, documentLimit: 64, maxBytes: 1_000_000, ...options }),
    cache: createPageCache<PageReading>({ maxBytes: 100_000, ttlMs: 60_000, bytesOf: ({ text }) => text.length }),
    running: createSharedReadings<PageReading>(),
    orient: undefined,
    maxTiles: 16,
  };
  return { pipeline, engine, asked };
}

const read = (
  document: OpenDocument,
  primary: EnginePipeline,
  fallback?: EnginePipeline,
  asked: Partial<OcrRequest> = {},
  { signal } = new AbortController(),
  listener: Listener = {},
) =>
  readDocument(
    { charThreshold: 100, trustScannerText: false, pipelines: { primary, embedded: fallback ?? primary, fallback } },
    document,
    { ...request, ...asked },
    signal,
    listener,
  );

const failed = () => new SidecarError("ocr_failed", "The model failed.");

describe("a document with a page that cannot be looked into", () => {
  const damaged = new SidecarError("document_damaged", "Page 2 of the document is damaged.");
  const document = fakeDocument([scannedPage(1), scannedPage(2), scannedPage(3)], {
    readPages: async (wanted, _signal, _format, onFault) =>
      wanted.flatMap((page) => {
        if (page !== 2) return [scannedPage(page)];
        onFault?.(page, damaged);
        return [];
      }),
  });

  test("has it in its answer, at its place and with its fault, where such pages are to be skipped", async () => {
    const { pipeline, asked } = pipelineOf("np-dms-ocr", async (page) => `page ${page}`);
    const told: number[] = [];
    const onPage = ({ page }: { page: number }) => told.push(page);
    const result = await read(document, pipeline, undefined, { onPageError: "skip" }, new AbortController(), {
      onPage,
    });
    expect(result.pages.map(({ page, text, error }) => [page, text, error?.code])).toEqual([
      [1, "page 1", undefined],
      [2, "", "document_damaged"],
      [3, "page 3", undefined],
    ]);
    expect(result.warnings).toEqual(["page 2: the page could not be read: Page 2 of the document is damaged."]);
    expect({ asked, told }).toEqual({ asked: [1, 3], told: [2, 1, 3] });
  });

  test("is not read at all where that fails the document", async () => {
    const { pipeline, asked } = pipelineOf("np-dms-ocr", async (page) => `page ${page}`);
    expect(await refusalOf(read(document, pipeline))).toMatchObject({ code: "document_damaged" });
    expect(asked).toEqual([]);
  });
});

describe("a document read by an engine", () => {
  test("that joined a reading which was cut short hears its own as a further attempt", async () => {
    const { pipeline, engine } = pipelineOf("np-dms-ocr", async () => "");
    const joined = Promise.withResolvers<void>();
    const running: EnginePipeline["running"] = {
      ...pipeline.running,
      join: (...asked) => {
        const found = pipeline.running.join(...asked);
        if (found !== undefined) joined.resolve();
        return found;
      },
    };
    let readings = 0;
    const reading: PageEngine["read"] = async (_picture, _request, _signal, listener) => {
      readings += 1;
      const truncated = readings === 1;
      const text = truncated ? "The" : "The whole page";
      listener?.onPiece?.(1, text);
      if (truncated) await joined.promise;
      return { text, attempts: 1, truncated, warnings: [], readEmpty: false };
    };
    const cache: EnginePipeline["cache"] = createPageCache({ maxBytes: 0, ttlMs: 0, bytesOf: () => 0 });
    const shared: EnginePipeline = { ...pipeline, cache, running, engine: { ...engine, read: reading } };
    const first = read(scanned(1), shared, undefined, { options: { num_predict: 1 } });
    await until(() => readings === 1);
    const heard: TextDelta[] = [];
    await read(scanned(1), shared, undefined, {}, new AbortController(), { onDelta: (delta) => heard.push(delta) });
    await first;
    expect(heard).toEqual([
      { page: 1, attempt: 1, text: "The" },
      { page: 1, attempt: 2, text: "The whole page" },
    ]);
  });

  test("whose page fails stops its other pages, those that wait and those that run", async () => {
    let stopped = 0;
    const { pipeline, asked } = pipelineOf(
      "np-dms-ocr",
      async (page, signal) => {
        if (page === 1) throw failed();
        return await new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            stopped += 1;
            reject(signal.reason);
          });
        });
      },
      { concurrency: 2 },
    );
    expect(await refusalOf(read(scanned(10), pipeline))).toMatchObject({ code: "ocr_failed" });
    await Bun.sleep(0);
    // The slot of the page that failed is free a moment before its document is stopped, so a third page may begin.
    expect(asked.filter((page) => page > 3)).toEqual([]);
    expect(stopped).toBe(asked.length - 1);
    expect(pipeline.queue.status()).toMatchObject({ documents: 0, waitingPages: 0, runningPages: 0 });
  });

  test("whose page fails says how many pages a retry will find: those read empty are not among them", async () => {
    const { pipeline } = pipelineOf("np-dms-ocr", async (page) => {
      if (page === 4) throw failed();
      return page === 2 ? "" : `page ${page}`;
    });
    expect(await refusalOf(read(scanned(5), pipeline))).toMatchObject({
      message:
        "Page 4 could not be read: The model failed. 2 finished pages are kept for a retry. 3 of the 4 other pages were read; send onPageError=skip to have what can be read.",
    });
  });

  test("whose caller asks for the embedded engine is read by it alone, be it the fallback or not", async () => {
    const model = pipelineOf("np-dms-ocr", async () => "by the model");
    const embedded = pipelineOf("tesseract", (page) =>
      page === 2 ? Promise.reject(failed()) : Promise.resolve("by the embedded engine"),
    );
    const asked = { engine: "tesseract", onPageError: "skip" } as const;
    const result = await read(scanned(2), model.pipeline, embedded.pipeline, asked);
    expect(result).toMatchObject({ engineUsed: "tesseract", text: "by the embedded engine" });
    expect(result.pages.map(({ error }) => error?.code)).toEqual([undefined, "ocr_failed"]);
    expect({ model: model.asked, embedded: embedded.asked }).toEqual({ model: [], embedded: [1, 2] });
  });

  test("gives its place at the fallback back, so that the next one may fall back as well", async () => {
    const model = pipelineOf("np-dms-ocr", () => Promise.reject(failed()), { documentLimit: 1 });
    const embedded = pipelineOf("tesseract", async (page) => `page ${page}`, { documentLimit: 1 });
    for (const pageCount of [2, 3]) {
      const { pages } = await read(scanned(pageCount), model.pipeline, embedded.pipeline);
      expect(pages.map(({ source }) => source)).toEqual(Array(pageCount).fill("tesseract"));
    }
  });

  test("asks the fallback anew for each page, be it refused a place for the one before", async () => {
    const other = Promise.withResolvers<void>();
    const embedded = pipelineOf("tesseract", async (page) => `page ${page}`, { documentLimit: 1 });
    const place = embedded.pipeline.queue.admit(1);
    const model = pipelineOf("np-dms-ocr", async (page) => {
      if (page === 2) {
        await other.promise;
        place.close(false);
      }
      throw failed();
    });
    const onPage = () => other.resolve();
    const asked = { onPageError: "skip" } as const;
    const { pages } = await read(scanned(2), model.pipeline, embedded.pipeline, asked, new AbortController(), {
      onPage,
    });
    expect(pages.map(({ source, text }) => [source, text])).toEqual([
      ["np-dms-ocr", ""],
      ["tesseract", "page 2"],
    ]);
    expect(embedded.pipeline.queue.status()).toMatchObject({ documents: 0, heldBytes: 0 });
  });

  describe("whose page the model does not read while the fallback is busy", () => {
    const missing = new SidecarError("model_not_installed", "The model is gone.");
    const busy = (before: string, after: string) =>
      expect.stringMatching(new RegExp(`^${before}The OCR queue is full .* The model failed: ${after}$`));

    test.each<[string, SidecarError, string]>([
      ["a fault of this page", failed(), " The other page was read; send onPageError=skip to have what can be read."],
      ["one of all pages, which asking again passes by the fallback alone", missing, ""],
    ])("hears that asking again helps, what the model failed with, and what is kept: %s", async (_, fault, others) => {
      const model = pipelineOf("np-dms-ocr", async (page) => {
        if (page === 2) throw fault;
        return `page ${page}`;
      });
      const embedded = pipelineOf("tesseract", async () => "", { documentLimit: 1 });
      embedded.pipeline.queue.admit(1);
      const refusal = await refusalOf(read(scanned(2), model.pipeline, embedded.pipeline));
      expect(refusal).toMatchObject({
        code: "ocr_busy",
        message: busy("Page 2 could not be read: ", `${fault.message} One finished page is kept for a retry.${others}`),
        retryable: true,
        retryAfterSeconds: expect.any(Number),
      });
    });

    test("is answered without it where such pages are to be skipped, and says both of it", async () => {
      const model = pipelineOf("np-dms-ocr", async (page) => {
        if (page === 2) throw failed();
        return `page ${page}`;
      });
      const embedded = pipelineOf("tesseract", async () => "", { documentLimit: 1 });
      embedded.pipeline.queue.admit(1);
      const { pages } = await read(scanned(2), model.pipeline, embedded.pipeline, { onPageError: "skip" });
      expect(pages.map(({ text, error }) => [text, error])).toEqual([
        ["page 1", undefined],
        ["", { code: "ocr_busy", detail: busy("", failed().message) }],
      ]);
    });

    test("is not answered where the fault is that of all pages, whatever is to be skipped", async () => {
      const model = pipelineOf("np-dms-ocr", () => Promise.reject(missing));
      const embedded = pipelineOf("tesseract", async () => "", { documentLimit: 1 });
      embedded.pipeline.queue.admit(1);
      const refusal = refusalOf(read(scanned(1), model.pipeline, embedded.pipeline, { onPageError: "skip" }));
      expect(await refusal).toMatchObject({ code: "ocr_busy" });
    });
  });

  test("gives its place at the fallback back, be its page beyond that, too", async () => {
    const model = pipelineOf("np-dms-ocr", () => Promise.reject(failed()));
    const embedded = pipelineOf("tesseract", () => Promise.reject(failed()));
    expect(await refusalOf(read(scanned(1), model.pipeline, embedded.pipeline))).toMatchObject({ code: "ocr_failed" });
    expect(embedded.asked).toEqual([1]);
    expect(embedded.pipeline.queue.status()).toMatchObject({ documents: 0, heldBytes: 0 });
  });

  test("says nothing of kept pages where none are kept", async () => {
    const { pipeline } = pipelineOf("np-dms-ocr", async (page) => {
      if (page === 2) throw failed();
      return `page ${page}`;
    });
    pipeline.cache = createPageCache<PageReading>({ maxBytes: 0, ttlMs: 60_000, bytesOf: ({ text }) => text.length });
    expect(await refusalOf(read(scanned(2), pipeline))).toMatchObject({
      message:
        "Page 2 could not be read: The model failed. The other page was read; send onPageError=skip to have what can be read.",
    });
  });

  test("has a large page that one picture shows read in its turn", async () => {
    const { pipeline, asked } = pipelineOf("np-dms-ocr", async (page) => `page ${page}`);
    const document = scanned(3);
    const { readPages } = document;
    document.readPages = async (...of) =>
      (await readPages(...of)).map((facts) => (facts.page === 1 ? { ...facts, heightPt: 10_000 } : facts));
    await read(document, pipeline);
    expect(asked).toEqual([1, 2, 3]);
  });

  test("has the piece of a large scan that holds most looked at for how the page lies", async () => {
    const { pipeline } = pipelineOf("np-dms-ocr", async () => "text");
    const looked: number[] = [];
    const document = scanned(1);
    const { readPages } = document;
    document.readPages = async (...of) => (await readPages(...of)).map((facts) => ({ ...facts, heightPt: 10_000 }));
    const tile = { left: 0, top: 0, width: 1, height: 1, leftEdge: [0], rightEdge: [1], topEdge: [0], bottomEdge: [1] };
    document.planTiles = async () => ({
      tiles: [2, 9, 4].map((drawnCells) => ({ ...tile, drawnCells })),
      crossings: [],
      cellsWide: 1,
      cellsHigh: 1,
      pageLongestPx: 3000,
      resolutionShare: 1,
      reason: "large",
    });
    document.renderTile = async (_page, { tile }) => {
      looked.push(tile.drawnCells);
      return { png: Uint8Array.of(1), widthPx: 100, heightPx: 100, ink: 0.05 };
    };
    await read(document, { ...pipeline, orient: async () => 0 });
    expect(looked[0]).toBe(9);
  });

  test("is read anew when the model was pulled again under another digest", async () => {
    const { pipeline, engine, asked } = pipelineOf("np-dms-ocr", async () => engine.digest);
    await read(scanned(1), pipeline);
    expect((await read(scanned(1), pipeline)).text).toBe("first");
    expect(asked).toEqual([1]);
    engine.digest = "second";
    expect((await read(scanned(1), pipeline)).text).toBe("second");
    expect(asked).toEqual([1, 1]);
  });

  test("has a page that read empty despite its ink read again on a retry, and no other", async () => {
    const texts = ["one", "", "two"];
    const { pipeline, asked } = pipelineOf("np-dms-ocr", async () => texts.shift() ?? "");
    expect((await read(scanned(2), pipeline)).text).toBe("one");
    expect((await read(scanned(2), pipeline)).text).toBe("one\n\ntwo");
    expect(asked).toEqual([1, 2, 2]);
  });

  test("under other parameters than before is read anew, be it for the same caller", async () => {
    const { pipeline, asked } = pipelineOf("np-dms-ocr", async () => "text");
    await read(scanned(1), pipeline, undefined, { options: { temperature: 0.1 } });
    await read(scanned(1), pipeline, undefined, { options: { temperature: 0.9 } });
    expect(asked).toEqual([1, 1]);
    await read(scanned(1), pipeline);
    expect(asked).toEqual([1, 1]);
  });

  test("is told of a wait of its own, and not of one that an earlier reading had", async () => {
    const { pipeline, engine } = pipelineOf("np-dms-ocr", async () => "text");
    const waited: PageReading = {
      text: "text",
      attempts: 1,
      truncated: false,
      warnings: ["the page is dark"],
      notes: ["deferred 3.0 s"],
      readEmpty: false,
    };
    const own = { ...pipeline, engine: { ...engine, version: engine.version, read: async () => waited } };
    const [first, second] = [await read(scanned(1), own), await read(scanned(1), own)];
    expect(first.pages[0]?.warnings).toEqual(["deferred 3.0 s", "the page is dark"]);
    expect(second.pages[0]?.warnings).toEqual(["an earlier reading of this page was used", "the page is dark"]);
  });

  test.each<[string, ErrorCode, OcrRequest["options"], string]>([
    ["once more when it had joined a reading that ran out of another request's time", "page_timeout", {}, "text"],
    ["once more when it had joined one that failed with other parameters", "ocr_failed", { temperature: 0.1 }, "text"],
    ["no more when it had joined one that failed with its own", "ocr_failed", {}, "ocr_failed"],
  ])("is read %s", async (_, code, options, expected) => {
    const begun = Promise.withResolvers<string>();
    const answers = [begun.promise, Promise.resolve("text")];
    const { pipeline, asked } = pipelineOf("np-dms-ocr", async () => await (answers.shift() ?? ""));
    const { running } = pipeline;
    let joined = 0;
    pipeline.running = {
      ...running,
      join: (key, signal) => {
        const reading = running.join(key, signal);
        if (reading !== undefined) joined += 1;
        return reading;
      },
    };
    const first = refusalOf(read(scanned(1), pipeline, undefined, { options }));
    await until(() => asked.length === 1);
    const second = read(scanned(1), pipeline).then(
      ({ text }) => text,
      (error: SidecarError) => error.code,
    );
    await until(() => joined === 1);
    begun.reject(new SidecarError(code, "The page was not read."));
    expect(await first).toMatchObject({ code });
    expect(await second).toBe(expected);
    expect(asked).toEqual(expected === "text" ? [1, 1] : [1]);
  });

  test("gives its place back when its engine cannot say its version", async () => {
    const { pipeline, engine } = pipelineOf("np-dms-ocr", async () => "text", { documentLimit: 1 });
    const version = engine.version;
    engine.version = () => Promise.reject(new SidecarError("ollama_unreachable", "Ollama cannot be reached."));
    expect(await refusalOf(read(scanned(1), pipeline))).toMatchObject({ code: "ollama_unreachable" });
    expect(pipeline.queue.status()).toMatchObject({ documents: 0, heldBytes: 0 });
    engine.version = version;
    expect((await read(scanned(1), pipeline)).text).toBe("text");
  });

  test("whose caller has gone before its place is known is abandoned, and goes to no other engine", async () => {
    const idle: boolean[] = [];
    const caller = new AbortController();
    const model = pipelineOf("np-dms-ocr", async () => "text", { onIdle: (abandoned) => idle.push(abandoned) });
    const embedded = pipelineOf("tesseract", async () => "text");
    let embeddedAsked = 0;
    embedded.engine.version = async () => {
      embeddedAsked += 1;
      return "1";
    };
    model.engine.version = () => {
      caller.abort(new SidecarError("client_gone", "The client has gone."));
      return Promise.reject(new SidecarError("ollama_unreachable", "Ollama cannot be reached."));
    };
    const refusal = refusalOf(read(scanned(1), model.pipeline, embedded.pipeline, {}, caller));
    expect(await refusal).toMatchObject({ code: "ollama_unreachable" });
    expect({ idle, embeddedAsked }).toEqual({ idle: [true], embeddedAsked: 0 });
  });

  test("whose pages are looked into for longer than its caller stays is given up at once", async () => {
    const caller = new AbortController();
    const gone = new SidecarError("client_gone", "The client has gone.");
    const document = fakeDocument([scannedPage(1)], {
      readPages: (_pages, given) => {
        queueMicrotask(() => caller.abort(gone));
        return new Promise((_, reject) => given.addEventListener("abort", () => reject(given.reason)));
      },
    });
    const { pipeline, asked } = pipelineOf("np-dms-ocr", async () => "text");
    expect(await refusalOf(read(document, pipeline, undefined, {}, caller))).toBe(gone);
    expect(asked).toEqual([]);
  });

  test.each([
    ["client_gone", true],
    ["document_timeout", false],
  ] as const)("that ends with %s leaves a queue that knows whether its caller has gone", async (code, abandoned) => {
    const idle: boolean[] = [];
    const never = Promise.withResolvers<string>();
    const onIdle = (isAbandoned: boolean) => idle.push(isAbandoned);
    const { pipeline, asked } = pipelineOf(
      "np-dms-ocr",
      async (_, signal) => {
        signal.addEventListener("abort", () => never.reject(signal.reason));
        return await never.promise;
      },
      { onIdle },
    );
    const caller = new AbortController();
    const refusal = refusalOf(read(scanned(1), pipeline, undefined, {}, caller));
    await until(() => asked.length === 1);
    caller.abort(new SidecarError(code, "It is over."));
    expect(await refusal).toMatchObject({ code });
    await until(() => idle.length > 0);
    expect(idle).toEqual([abandoned]);
  });
});
