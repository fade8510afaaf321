import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import type { TextDelta, TileProgress } from "../../src/ocr/engines/admission.ts";
import { createEmbeddedEngine, createOrient } from "../../src/ocr/engines/embedded-engine.ts";
import { createReadingJob, type EnginePipeline } from "../../src/ocr/engines/engine-pipeline.ts";
import { createPageCache } from "../../src/ocr/engines/page-cache.ts";
import type { PageEngine, PageReading } from "../../src/ocr/engines/page-engine.ts";
import { createSharedReadings } from "../../src/ocr/engines/shared-readings.ts";
import type { EngineName } from "../../src/ocr/page-result.ts";
import { createPageQueue } from "../../src/ocr/queue/page-queue.ts";
import { type Listener, type PlannedPage, readDocument, readFacts } from "../../src/ocr/read-document.ts";
import type { OcrRequest } from "../../src/ocr/request.ts";
import type { OpenDocument } from "../../src/pdf/document.ts";
import type { TesseractEngine } from "../../src/tesseract/engine.ts";
import { tesseractVersion } from "../../src/tesseract/version.ts";
import { captureLog } from "../support/captured-log.ts";
import { fakeDocument, fakePlan, scannedPage, typedPage } from "../support/fake-document.ts";
import { ocrRequest } from "../support/ocr-request.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

const request = ocrRequest;
const sentence =
  "The contractor shall submit shop drawings for review within seven days of this notice to the engineer.";
const failed = (message = "The model failed.") => new SidecarError("ocr_failed", message);

type Read = PageEngine["read"];
const reading = (text: string, changes: Partial<PageReading> = {}): PageReading => ({
  text,
  attempts: 1,
  truncated: false,
  warnings: [],
  readEmpty: text === "",
  ...changes,
});

function pipelineOf(read: Read, name: EngineName = "np-dms-ocr", concurrency = 1): EnginePipeline {
  return {
    engine: { name, version: async () => "1", instructions: (asked) => JSON.stringify(asked), read },
    queue: createPageQueue({ concurrency, documentLimit: 64, maxBytes: 1_000_000 }),
    cache: createPageCache<PageReading>({ maxBytes: 100_000, ttlMs: 60_000, bytesOf: ({ text }) => text.length }),
    running: createSharedReadings<PageReading>(),
    orient: undefined,
    maxTiles: 16,
  };
}

const unread: Read = () => Promise.reject(new Error("no page needs an engine"));

interface Asked extends Partial<OcrRequest> {
  primary?: EnginePipeline;
  fallback?: EnginePipeline;
  listener?: Listener;
  signal?: AbortSignal;
  trustScannerText?: boolean;
}

function read(
  document: OpenDocument,
  { primary = pipelineOf(unread), fallback, listener, signal, ...asked }: Asked = {},
) {
  const { trustScannerText = false, ...changes } = asked;
  const pipelines = { primary, embedded: fallback ?? primary, fallback };
  const given = signal ?? new AbortController().signal;
  return readDocument(
    { charThreshold: 10, trustScannerText, pipelines },
    document,
    { ...request, ...changes },
    given,
    listener,
  );
}

describe("a document of text layers", () => {
  test("is answered page by page, with what is to be said of each, and needs no engine", async () => {
    const facts = [
      { ...typedPage(1, `${sentence}\n\n\n\nห้อง \uF70A`), warnings: ["letters were replaced"], attachedFiles: 2 },
      { ...typedPage(2, `${sentence}\u0001`), isCut: true },
      { ...typedPage(3, ""), drawn: false, warnings: ["not of a blank page"], attachedFiles: 1 },
    ];
    const plans: (readonly PlannedPage[])[] = [];
    const heard: number[] = [];
    const document = fakeDocument(facts, { warnings: ["the list of pages is damaged"] });
    const result = await read(document, {
      listener: { onPlan: (pages) => plans.push(pages), onPage: ({ page }) => heard.push(page) },
    });
    const common = { attempts: 0, ms: 0, truncated: false };
    expect(result.pages).toEqual([
      {
        ...common,
        page: 1,
        source: "text-layer",
        text: `${sentence}\n\nห้อง \uF70A`,
        chars: sentence.length + 8,
        warnings: ["letters were replaced"],
        format: "plain",
        reason: `text layer of ${facts[0]?.characters} characters`,
      },
      {
        ...common,
        page: 2,
        source: "text-layer",
        text: `${sentence}\uFFFD`,
        chars: sentence.length + 1,
        warnings: ["1 characters of the text layer are unknown and stand as U+FFFD"],
        format: "plain",
        reason: `text layer of ${facts[1]?.characters} characters`,
      },
      { ...common, page: 3, source: "blank", text: "", chars: 0, warnings: [], reason: "nothing is drawn on the page" },
    ]);
    expect(result).toMatchObject({ ocrUsed: false, engineUsed: "fast-path", pageCount: 3 });
    expect(result.warnings).toEqual([
      "the list of pages is damaged",
      "page 2: its content breaks off, because the file is damaged; what stood behind that is missing",
      "3 files are attached to places on the pages and not read",
      "page 1: letters were replaced",
      "page 2: 1 characters of the text layer are unknown and stand as U+FFFD",
    ]);
    expect(heard).toEqual([1, 2, 3]);
    expect(plans.map((pages) => pages.map(({ page, source }) => `${page} ${source}`))).toEqual([
      ["1 text-layer", "2 text-layer", "3 blank"],
    ]);
  });

  test("says which repairs were made, and nothing of repairs where there was none", async () => {
    const { pages } = await read(fakeDocument([typedPage(1, "ค าสั่งที่ ๑๒ เรื่องการส่งแบบก่อสร้าง"), typedPage(2, sentence)]));
    expect(pages.map(({ repairs }) => repairs)).toEqual([{ splitSaraAm: 1 }, undefined]);
  });

  test("of which pages are asked for is read as far as that, in the order of the document", async () => {
    const document = fakeDocument([1, 2, 3, 4].map((page) => typedPage(page, `${sentence} ${page}`)));
    expect((await read(document, { pages: "4,1-2" })).pages.map(({ page }) => page)).toEqual([1, 2, 4]);
    expect((await read(document, { pages: "2-4", maxPages: 2 })).pages.map(({ page }) => page)).toEqual([2, 3]);
    expect(await refusalOf(read(document, { pages: "5" }))).toMatchObject({ code: "invalid_request" });
  });

  test("is judged as the operator believes in scanners, and by its own threshold", async () => {
    const hidden = { ...typedPage(1, sentence), hiddenCharacters: 80, imageCoverage: 1 };
    const primary = pipelineOf(async () => reading("from the picture"));
    expect((await read(fakeDocument([hidden]), { primary })).text).toBe("from the picture");
    expect((await read(fakeDocument([hidden]), { primary, trustScannerText: true })).text).toBe(sentence);
    const short = { ...typedPage(1, "0123456789"), imageCoverage: 0.3 };
    expect((await read(fakeDocument([short]), { primary })).text).toBe("from the picture");
  });
});

describe("what is said of a reading", () => {
  const scanned = fakeDocument([scannedPage(1)]);
  const ignored = "prompt, tags and parameters do not apply to the embedded engine and were ignored";

  test.each<[string, Partial<OcrRequest>, EngineName, string[]]>([
    ["nothing asked", {}, "tesseract", []],
    ["a prompt", { systemPrompt: "Read." }, "tesseract", [ignored]],
    ["tags", { dmsTags: ["subject"] }, "tesseract", [ignored]],
    ["a parameter", { options: { seed: 1 } }, "tesseract", [ignored]],
    ["a prompt, at the model", { systemPrompt: "Read." }, "np-dms-ocr", []],
    [
      "a placeholder",
      { systemPrompt: "Use {{ocr_text}}." },
      "np-dms-ocr",
      ["the system prompt holds a placeholder that nobody filled in; it was passed on as it is"],
    ],
    ["a placeholder, at the embedded engine", { systemPrompt: "Use {{ocr_text}}." }, "tesseract", [ignored]],
  ])("with %s", async (_, asked, name, warnings) => {
    const primary = pipelineOf(async () => reading("text"), name);
    expect((await read(scanned, { primary, ...asked })).warnings).toEqual(warnings);
  });

  test("by the fallback of a whole document comes with why, and with what does not apply", async () => {
    const primary = pipelineOf(unread);
    primary.engine = { ...primary.engine, version: () => Promise.reject(failed("No answer.")) };
    const fallback = pipelineOf(async () => reading("text"), "tesseract");
    const result = await read(scanned, { primary, fallback, systemPrompt: "Read." });
    expect(result.warnings).toEqual(["read by tesseract, because the model failed: No answer.", ignored]);
    expect(result.pages[0]?.source).toBe("tesseract");
  });

  test("by the fallback of one page comes with why, and before what that says", async () => {
    const primary = pipelineOf(async ({ png }) => {
      if (png[0] === 2) throw failed("No answer.");
      return reading("by the model");
    });
    const fallback = pipelineOf(async () => reading("by the other", { warnings: ["faint"] }), "tesseract");
    const result = await read(fakeDocument([scannedPage(1), scannedPage(2)]), { primary, fallback });
    expect(result.warnings).toEqual([
      "page 2: read by tesseract, because the model failed: No answer.",
      "page 2: faint",
    ]);
    expect(result).toMatchObject({ text: "by the model\n\nby the other", engineUsed: "np-dms-ocr" });
  });

  test("tells the fallback nothing of a fault that is none of the engine's", async () => {
    const primary = pipelineOf(() => Promise.reject(new SidecarError("page_too_large", "It is too large.")));
    const fallback = pipelineOf(unread, "tesseract");
    expect(await refusalOf(read(scanned, { primary, fallback }))).toMatchObject({ code: "page_too_large" });
    expect(fallback.queue.status().documents).toBe(0);
  });
});

describe("a job for the queue", () => {
  const { signal } = new AbortController();
  const drawn = { picture: { png: Uint8Array.of(1), widthPx: 1, heightPx: 1, ink: 0.05 }, turnDegrees: 0 };

  test("draws its picture once, and lets it go when its reading has begun", async () => {
    let drawings = 0;
    const draw = async () => {
      drawings += 1;
      return drawn;
    };
    const wanted = { draw, request, engineVersion: "1", signal };
    const job = createReadingJob(
      pipelineOf(async () => reading("text")),
      wanted,
    );
    expect(job.join()).toBeUndefined();
    expect(() => job.start()).toThrow("before it was prepared");
    await Promise.all([job.prepare(), job.prepare()]);
    expect(drawings).toBe(1);
    const started = job.start();
    expect(() => job.start()).toThrow("before it was prepared");
    expect(job.join()).toBeUndefined();
    expect(await started.result).toMatchObject({ text: "text", turnDegrees: 0 });
    expect(job.joined()).toBe("no");
  });
});

describe("a page at the engine", () => {
  test("of a caller who has gone is not given to the fallback", async () => {
    const caller = new AbortController();
    const primary = pipelineOf(() => {
      caller.abort(new SidecarError("client_gone", "The client has gone."));
      return Promise.reject(failed());
    });
    const fallback = pipelineOf(unread, "tesseract");
    let asked = 0;
    fallback.engine = {
      ...fallback.engine,
      version: async () => {
        asked += 1;
        return "1";
      },
    };
    const refusal = refusalOf(read(fakeDocument([scannedPage(1)]), { primary, fallback, signal: caller.signal }));
    expect(await refusal).toMatchObject({ code: "client_gone" });
    expect(asked).toBe(0);
  });

  test("comes with its turn, its text, its attempts, and what is said of its picture and of it", async () => {
    const primary = pipelineOf(async (_picture, _request, _signal, told) => {
      told?.onAttempt?.();
      return reading("ก้าว", { attempts: 3, truncated: true, warnings: ["cut"], notes: ["deferred"] });
    });
    primary.orient = async () => 90;
    const turns: number[] = [];
    const document = fakeDocument([scannedPage(1)], {
      render: async () => ({
        png: Uint8Array.of(1),
        widthPx: 1,
        heightPx: 1,
        ink: 0.05,
        warnings: ["a font is missing"],
      }),
    });
    const { pages } = await read(document, { primary, listener: { onTurn: (waitedMs) => turns.push(waitedMs) } });
    expect(pages).toEqual([
      {
        page: 1,
        source: "np-dms-ocr",
        reason: "no text layer",
        text: "ก้าว",
        chars: 4,
        attempts: 3,
        ms: expect.any(Number),
        truncated: true,
        warnings: ["deferred", "a font is missing", "cut"],
        rotation: 90,
      },
    ]);
    expect(turns).toHaveLength(1);
    expect(turns[0]).toBeGreaterThanOrEqual(0);
  });

  test("that is skipped tells how often it was tried, and its time", async () => {
    const primary = pipelineOf(async (_picture, _request, _signal, told) => {
      for (let attempt = 0; attempt < 2; attempt += 1) told?.onAttempt?.();
      await Bun.sleep(5);
      throw failed();
    });
    const startedMs = performance.now();
    const { pages, ocrUsed } = await read(fakeDocument([scannedPage(1)]), { primary, onPageError: "skip" });
    expect(pages).toMatchObject([{ source: "np-dms-ocr", attempts: 2, error: { code: "ocr_failed" } }]);
    expect(pages[0]?.ms).toBeWithin(4, performance.now() - startedMs + 1);
    expect(ocrUsed).toBe(false);
  });

  test("is given up when the one who listens fails at another that is skipped", async () => {
    const givenUp: unknown[] = [];
    const primary = pipelineOf(
      ({ png }, _request, signal) =>
        png[0] === 1
          ? Promise.reject(failed())
          : new Promise((_, reject) => {
              signal.addEventListener("abort", () => {
                givenUp.push(signal.reason);
                reject(signal.reason);
              });
            }),
      "np-dms-ocr",
      2,
    );
    const surprise = new Error("nobody listens");
    const onPage = () => {
      throw surprise;
    };
    const document = fakeDocument([scannedPage(1), scannedPage(2)]);
    expect(await refusalOf(read(document, { primary, onPageError: "skip", listener: { onPage } }))).toBe(surprise);
    await until(() => givenUp.length === 1, "the other page is given up");
  });

  test("whose fault is that of all pages is not skipped", async () => {
    const away = new SidecarError("ollama_unreachable", "Ollama cannot be reached.");
    const primary = pipelineOf(() => Promise.reject(away));
    expect(await refusalOf(read(fakeDocument([scannedPage(1)]), { primary, onPageError: "skip" }))).toMatchObject({
      code: "ollama_unreachable",
    });
  });

  test("is given the caller's own words, and tells what is written of it", async () => {
    const asked: unknown[] = [];
    const primary = pipelineOf(async ({ png }, { systemPrompt, dmsTags, options, withoutTags }, _signal, told) => {
      asked.push([png[0], systemPrompt, dmsTags, options, withoutTags]);
      await Bun.sleep(0);
      told?.onPiece?.(1, "te");
      told?.onPiece?.(2, "text");
      return reading("text");
    });
    const heard: TextDelta[] = [];
    await read(fakeDocument([scannedPage(1)]), {
      primary,
      systemPrompt: "Read.",
      dmsTags: ["subject"],
      options: { seed: 3 },
      listener: { onDelta: (delta) => heard.push(delta) },
    });
    expect(asked).toEqual([[1, "Read.", ["subject"], { seed: 3 }, undefined]]);
    expect(heard).toEqual([
      { page: 1, attempt: 1, text: "te" },
      { page: 1, attempt: 2, text: "text" },
    ]);
  });

  test("of a document that runs out of time ends with what is kept for a retry", async () => {
    const caller = new AbortController();
    const primary = pipelineOf(async ({ png }, _request, signal) => {
      if (png[0] === 1) return reading("one");
      queueMicrotask(() => caller.abort(new SidecarError("document_timeout", "It was not finished.")));
      return await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    });
    const refusal = refusalOf(read(fakeDocument([1, 2, 3].map(scannedPage)), { primary, signal: caller.signal }));
    expect(await refusal).toMatchObject({
      code: "document_timeout",
      message: "It was not finished. One finished page is kept for a retry.",
    });
    expect(primary.queue.status()).toMatchObject({ documents: 0, waitingPages: 0 });
  });
});

describe("a page that was read before", () => {
  const document = fakeDocument([scannedPage(1)]);

  test("is answered without an attempt, and says that it was, and under whose instructions", async () => {
    const primary = pipelineOf(async () => reading("text", { attempts: 2, warnings: ["dark"] }));
    await read(document, { primary, options: { seed: 1 } });
    const [own] = (await read(document, { primary, options: { seed: 1 } })).pages;
    expect(own).toMatchObject({ attempts: 0, warnings: ["an earlier reading of this page was used", "dark"] });
    const [bare] = (await read(document, { primary })).pages;
    expect(bare?.warnings[0]).toBe(
      "an earlier reading of this page was used, made with another request's prompt, tags or parameters",
    );
  });

  test.each<[string, Partial<OcrRequest>, boolean]>([
    ["nothing", {}, true],
    ["no tags", { dmsTags: [] }, true],
    ["a tag", { dmsTags: ["subject"] }, false],
    ["a prompt", { systemPrompt: "Read." }, false],
    ["another parameter", { options: { seed: 2 } }, false],
  ])("under other instructions is taken by the same caller who now asks for %s: %#", async (_, asked, isTaken) => {
    let readings = 0;
    const primary = pipelineOf(async () => {
      readings += 1;
      return reading("text");
    });
    await read(document, { primary, options: { seed: 1 } });
    await read(document, { primary, ...asked });
    expect(readings).toBe(isTaken ? 1 : 2);
  });

  test("is not taken by another caller, nor for another picture, nor at another engine", async () => {
    let readings = 0;
    const counted: Read = async () => {
      readings += 1;
      return reading("text");
    };
    const primary = pipelineOf(counted);
    await read(document, { primary, options: { seed: 1 } });
    await read(document, { primary, caller: "b" });
    const two = fakeDocument([scannedPage(1)], {
      render: async () => ({ png: Uint8Array.of(9), widthPx: 1, heightPx: 1, ink: 0.05 }),
    });
    await read(two, { primary, options: { seed: 1 } });
    expect(readings).toBe(3);
    const other = { ...pipelineOf(counted, "tesseract"), cache: primary.cache };
    await read(document, { primary: other, options: { seed: 1 } });
    expect(readings).toBe(4);
  });

  test("under way for another request is joined, which says so and counts no attempt", async () => {
    const begun = Promise.withResolvers<PageReading>();
    let readings = 0;
    const primary = pipelineOf(async () => {
      readings += 1;
      return await begun.promise;
    });
    const first = read(document, { primary });
    await until(() => readings === 1);
    const second = read(document, { primary });
    await until(() => primary.queue.status().documents === 2 && primary.queue.status().waitingPages === 0);
    begun.resolve(reading("text", { attempts: 2 }));
    expect((await first).pages[0]).toMatchObject({ attempts: 2, warnings: [] });
    expect((await second).pages[0]).toMatchObject({
      attempts: 0,
      warnings: ["a reading of this page that was under way was used"],
    });
    expect(readings).toBe(1);
  });
});

describe("a page in pieces", () => {
  const sheet = (drawnCells: readonly number[], changes: Partial<ReturnType<typeof fakePlan>> = {}) =>
    fakeDocument([{ ...scannedPage(1), heightPt: 10_000 }], {
      planTiles: async () => fakePlan(drawnCells, changes),
      renderTile: async (_page, { tile }) => ({
        png: Uint8Array.of(tile.drawnCells),
        widthPx: 1,
        heightPx: 1,
        ink: 0.05,
      }),
    });

  test("is read in their order, tells each, and adds up what they say", async () => {
    const asked: unknown[] = [];
    const primary = pipelineOf(async ({ png }, { withoutTags }, _signal, told) => {
      const piece = png[0] ?? 0;
      asked.push([piece, withoutTags]);
      told?.onPiece?.(1, `piece ${piece}`);
      return reading(`piece ${piece}`, {
        attempts: piece,
        truncated: piece === 2,
        warnings: piece === 3 ? [] : ["faint"],
        notes: piece === 1 ? ["deferred"] : [],
      });
    });
    const [tiles, deltas]: [TileProgress[], TextDelta[]] = [[], []];
    const { pages } = await read(sheet([1, 2, 3]), {
      primary,
      listener: { onTile: (progress) => tiles.push(progress), onDelta: (delta) => deltas.push(delta) },
    });
    expect(asked).toEqual([
      [1, false],
      [2, true],
      [3, false],
    ]);
    expect(tiles).toEqual([1, 2, 3].map((tile) => ({ page: 1, tile, done: tile, tiles: 3 })));
    expect(deltas).toEqual([1, 2, 3].map((tile) => ({ page: 1, tile, attempt: 1, text: `piece ${tile}` })));
    expect(pages).toMatchObject([
      {
        text: "piece 1\n\npiece 2\n\npiece 3",
        attempts: 6,
        truncated: true,
        tiles: 3,
        warnings: ["piece 1 of 3: deferred", "pieces 1-2 of 3: faint"],
      },
    ]);
    expect(pages[0]).not.toHaveProperty("rotation");
  });

  test("of which none holds more than lines is not read, and says so", async () => {
    const { pages, ocrUsed } = await read(sheet([]), { primary: pipelineOf(unread) });
    expect(pages).toMatchObject([
      {
        text: "",
        tiles: 0,
        attempts: 0,
        warnings: ["nothing but straight lines is drawn on the page; it was not read"],
      },
    ]);
    expect(ocrUsed).toBe(true);
  });

  test("says how much of the resolution was left", async () => {
    const primary = { ...pipelineOf(async () => reading("text")), maxTiles: 5 };
    const warnings = async (resolutionShare: number) =>
      (await read(sheet([1], { resolutionShare }), { primary })).pages[0]?.warnings;
    expect(await warnings(0.654)).toContain(
      "the page is too large for 5 pieces of full resolution; it was read at 65 % of it",
    );
    expect((await warnings(1))?.filter((said) => said.includes("too large"))).toEqual([]);
  });

  test("with a piece that could not be read counts the attempts on it, and is tried again whole", async () => {
    let attempts = 0;
    const primary = pipelineOf(async ({ png }, _request, _signal, told) => {
      told?.onAttempt?.();
      attempts += 1;
      if (png[0] === 2) throw failed();
      return reading(`piece ${png[0]}`);
    });
    const tiles: TileProgress[] = [];
    const { pages } = await read(sheet([1, 2, 3]), {
      primary,
      onPageError: "skip",
      listener: { onTile: (progress) => tiles.push(progress) },
    });
    expect(pages).toMatchObject([
      {
        text: "piece 1\n\npiece 3",
        attempts: 3,
        tiles: 3,
        warnings: ["piece 2 of 3: could not be read, and the text is missing here: The model failed."],
      },
    ]);
    expect(tiles.map(({ done }) => done)).toEqual([1, 2, 3]);
    await read(sheet([1, 2, 3]), { primary, onPageError: "skip" });
    expect(attempts).toBe(4);
  });

  describe("of which the model does not read one piece", () => {
    const model = () =>
      pipelineOf(async ({ png }) => {
        if (png[0] === 2) throw failed();
        return reading(`piece ${png[0]}`);
      });

    test("fails where nothing is to be skipped", async () => {
      expect(await refusalOf(read(sheet([1, 2, 3]), { primary: model() }))).toMatchObject({
        message: "Page 1 could not be read: Piece 2 of 3: The model failed.",
      });
    });

    test("is read whole by the fallback, be pages to be skipped or not", async () => {
      for (const onPageError of ["fail", "skip"] as const) {
        const fallback = pipelineOf(async ({ png }) => reading(`other ${png[0]}`), "tesseract");
        const { text, warnings } = await read(sheet([1, 2, 3]), { primary: model(), fallback, onPageError });
        expect(text).toBe("other 1\n\nother 2\n\nother 3");
        expect(warnings).toEqual([
          "page 1: read by tesseract, because the model failed: Piece 2 of 3: The model failed.",
        ]);
      }
    });

    test("is read no further by the model, when the fallback reads it", async () => {
      const asked: number[] = [];
      const primary = pipelineOf(async ({ png }) => {
        asked.push(png[0] ?? 0);
        if (png[0] === 2) throw failed();
        return reading(`piece ${png[0]}`);
      });
      const fallback = pipelineOf(async ({ png }) => reading(`other ${png[0]}`), "tesseract");
      await read(sheet([1, 2, 3, 4, 5, 6, 7, 8]), { primary, fallback });
      // The place of the piece that failed is free a moment before the others are stopped.
      expect(asked.length).toBeLessThan(4);
    });

    test("lacks a piece that the fallback does not read either, and says so, where pages are to be skipped", async () => {
      const fallback = pipelineOf(async ({ png }) => {
        if (png[0] === 3) throw failed("It is broken.");
        return reading(`other ${png[0]}`);
      }, "tesseract");
      const { text, warnings } = await read(sheet([1, 2, 3]), { primary: model(), fallback, onPageError: "skip" });
      expect(text).toBe("other 1\n\nother 2");
      expect(warnings).toContain(
        "page 1: piece 3 of 3: could not be read, and the text is missing here: It is broken.",
      );
    });
  });

  test("all of which fail is skipped with the fault of the first, and with all attempts", async () => {
    const primary = pipelineOf(async ({ png }, _request, _signal, told) => {
      told?.onAttempt?.();
      throw failed(`Fault ${png[0]}.`);
    });
    const { pages } = await read(sheet([1, 2]), { primary, onPageError: "skip" });
    expect(pages).toMatchObject([{ attempts: 2, error: { detail: "Piece 1 of 2: Fault 1." } }]);
  });

  test("with a fault that is no page's fails with it, whatever is to be skipped", async () => {
    const away = new SidecarError("ollama_unreachable", "Ollama cannot be reached.");
    const primary = pipelineOf(() => Promise.reject(away));
    expect(await refusalOf(read(sheet([1, 2]), { primary, onPageError: "skip" }))).toMatchObject({
      code: "ollama_unreachable",
      message: "Page 1 could not be read: Ollama cannot be reached.",
    });
  });

  test("tells a tag in its last piece alone", async () => {
    const primary = pipelineOf(async ({ png }) => reading(`<subject>S${png[0]}</subject>`));
    const { text } = await read(sheet([1, 2]), { primary, dmsTags: ["subject"] });
    expect(text).toBe("S1\n\n<subject>S2</subject>");
  });

  test("that lies on its side is read upright, and says so", async () => {
    const turns: number[] = [];
    const document = sheet([1]);
    document.renderTile = async (_page, { turnDegrees }) => {
      turns.push(turnDegrees);
      return { png: Uint8Array.of(1), widthPx: 1, heightPx: 1, ink: 0.05 };
    };
    const primary = { ...pipelineOf(async () => reading("text")), orient: async () => 180 };
    expect((await read(document, { primary })).pages).toMatchObject([{ rotation: 180, tiles: 1 }]);
    expect(turns).toEqual([0, 180]);
  });
});

describe("the facts of pages", () => {
  const { signal } = new AbortController();
  const of = { engine: "auto", onPageError: "skip", textLayerFormat: "markdown" } as const;

  test.each([
    ["auto", "markdown", "markdown"],
    ["auto", "plain", "plain"],
    ["np-dms-ocr", "markdown", "plain"],
    ["tesseract", "markdown", "plain"],
  ] as const)("for %s and %s are asked for as %s", async (engine, textLayerFormat, expected) => {
    const asked: unknown[] = [];
    const document = fakeDocument([typedPage(1, sentence)], {
      readPages: async (pages, given, format) => {
        asked.push([pages, given === signal, format]);
        return [typedPage(1, sentence)];
      },
    });
    await readFacts(document, [1], { ...of, engine, textLayerFormat }, signal);
    expect(asked).toEqual([[[1], true, expected]]);
  });

  /** Breaks at the third page when it is asked for with others, or alone. */
  const breaking = (fault: Error, asked: (readonly number[])[] = []) =>
    fakeDocument(
      [1, 2, 3, 4].map((page) => typedPage(page, sentence)),
      {
        readPages: async (pages) => {
          asked.push(pages);
          if (pages.includes(3)) throw fault;
          return pages.map((page) => typedPage(page, sentence));
        },
      },
    );
  const complex = new SidecarError("document_too_complex", "It breaks the engine.");

  test("of a page that breaks the engine are found to be missing by asking for each", async () => {
    const asked: (readonly number[])[] = [];
    const { facts, unreadable } = await readFacts(breaking(complex, asked), [1, 2, 3, 4], of, signal);
    expect(asked).toEqual([[1, 2, 3, 4], [1], [2], [3], [4]]);
    expect(facts.map(({ page }) => page)).toEqual([1, 2, 4]);
    expect(unreadable).toMatchObject([
      { page: 3, source: "text-layer", attempts: 0, ms: 0, error: { code: "document_too_complex" } },
    ]);
  });

  test("of the pages behind it are not asked for where that fails the document", async () => {
    const asked: (readonly number[])[] = [];
    const refusal = refusalOf(
      readFacts(breaking(complex, asked), [1, 2, 3, 4], { ...of, onPageError: "fail" }, signal),
    );
    expect(await refusal).toMatchObject({
      code: "document_too_complex",
      message: expect.stringContaining("2 of the 3 other"),
    });
    expect(asked).toEqual([[1, 2, 3, 4], [1], [2], [3]]);
  });

  test("of the only page that is asked for are not asked for again", async () => {
    const asked: (readonly number[])[] = [];
    const { facts, unreadable } = await readFacts(breaking(complex, asked), [3], of, signal);
    expect({ asked, facts, unreadable: unreadable.length }).toEqual({ asked: [[3]], facts: [], unreadable: 1 });
  });

  test("are not sought page by page after a fault of the document, or of the service", async () => {
    const asked: (readonly number[])[] = [];
    const stopping = new SidecarError("shutting_down", "The service is stopping.");
    expect(await refusalOf(readFacts(breaking(stopping, asked), [1, 3], of, signal))).toBe(stopping);
    expect(asked).toHaveLength(1);
  });

  test("that are refused are told in their order", async () => {
    const document = fakeDocument([], {
      readPages: async (_pages, _signal, _format, onFault) => {
        for (const page of [4, 2]) onFault?.(page, new SidecarError("document_damaged", `Page ${page} is damaged.`));
        return [typedPage(1, sentence)];
      },
    });
    const { unreadable } = await readFacts(document, [1, 2, 4], of, signal);
    expect(unreadable.map(({ page }) => page)).toEqual([2, 4]);
    expect(await refusalOf(readFacts(document, [1, 2, 4], { ...of, onPageError: "fail" }, signal))).toMatchObject({
      message: expect.stringMatching(/^Page 2 could not be read: Page 2 is damaged\. 1 of the 2 other pages were read/),
    });
  });
});

describe("the embedded engine", () => {
  const { signal } = new AbortController();
  const picture = { png: Uint8Array.of(1), widthPx: 1, heightPx: 1, ink: 0.001 };
  const asked = { systemPrompt: undefined, dmsTags: undefined, options: {} };
  const unexpected = () => Promise.reject(new Error("nobody should ask this"));
  const engine = (changes: Partial<TesseractEngine>): TesseractEngine => ({
    read: unexpected,
    detectOrientation: unexpected,
    status: () => ({ processes: 1, ready: 1, busy: 0, queued: 0, replaced: 0, recycled: 0, abandoned: 0 }),
    close: async () => undefined,
    ...changes,
  });
  const said = (text: string, warnings: string[] = []) =>
    engine({ read: async () => ({ text, confidence: 90, inkOutside: 0, warnings }) });

  test("takes no instructions, knows its version, and tells that it was asked", async () => {
    const made = createEmbeddedEngine(said("text"));
    expect([made.name, await made.version(signal), made.instructions({ ...asked, systemPrompt: "Read." })]).toEqual([
      "tesseract",
      tesseractVersion,
      "",
    ]);
    let attempts = 0;
    await made.read(picture, asked, signal, { onAttempt: () => (attempts += 1) });
    expect(attempts).toBe(1);
  });

  test.each([
    [
      "SARA AM in two parts",
      "น\u0E4D\u0E49า  \n\n\n\n\nx",
      0.001,
      { text: "น้ำ  \n\nx", readEmpty: false, warnings: ["w"] },
    ],
    [
      "nothing although there is ink",
      " \n",
      0.001,
      { text: "", readEmpty: true, warnings: ["the page has ink on it, yet nothing was read", "w"] },
    ],
    ["nothing on a page without ink", "", 0, { text: "", readEmpty: false, warnings: ["w"] }],
  ])("that reads %s", async (_, text, ink, expected) => {
    const reading = await createEmbeddedEngine(said(text, ["w"])).read({ ...picture, ink }, asked, signal);
    expect(reading).toEqual({ attempts: 1, truncated: false, ...expected });
  });

  test("quotes lines in its warnings as they stand in the text", async () => {
    const line = "นํ้า ๗ ลิตร";
    const { text, warnings } = await createEmbeddedEngine(said(line, [`digits, ๗, in the line "${line}"`])).read(
      picture,
      asked,
      signal,
    );
    expect(text).toBe("น้ำ ๗ ลิตร");
    expect(warnings).toEqual([`digits, ๗, in the line "${text}"`]);
  });

  test("finds how a page lies; where it cannot, the page is read as it lies, and that is logged", async () => {
    await using log = await captureLog();
    const found = createOrient(
      engine({ detectOrientation: async () => ({ turnDegrees: 90, confidence: 9, reason: "sure" }) }),
    );
    expect(await found(picture, signal)).toBe(90);
    const lost = createOrient(engine({ detectOrientation: () => Promise.reject(failed()) }));
    expect(await lost(picture, signal)).toBe(0);
    expect(log.records.map(({ level }) => level)).toEqual(["debug", "warning"]);
  });

  test("that is given up on while it looks says why", async () => {
    const gone = new Error("gone");
    const orient = createOrient(engine({ detectOrientation: () => Promise.reject(failed()) }));
    expect(await refusalOf(orient(picture, AbortSignal.abort(gone)))).toBe(gone);
  });
});
