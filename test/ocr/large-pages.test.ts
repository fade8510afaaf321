import { afterAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import * as mupdf from "mupdf";
import { SidecarError } from "../../src/errors.ts";
import type { TileProgress } from "../../src/ocr/engines/admission.ts";
import type { EnginePipeline } from "../../src/ocr/engines/engine-pipeline.ts";
import { createPageCache } from "../../src/ocr/engines/page-cache.ts";
import type { EngineRequest, PageEngine, PageReading } from "../../src/ocr/engines/page-engine.ts";
import { createSharedReadings } from "../../src/ocr/engines/shared-readings.ts";
import { createPageQueue } from "../../src/ocr/queue/page-queue.ts";
import { readDocument } from "../../src/ocr/read-document.ts";
import type { OcrRequest } from "../../src/ocr/request.ts";
import type { DocumentKind, RenderedPage } from "../../src/pdf/document.ts";
import { createPdfPool } from "../../src/pdf/pool.ts";
import { documentFile } from "../support/document-file.ts";
import { type NumberedDrawing, numberedDrawing, readMarks } from "../support/numbered-drawing.ts";
import { ocrRequest } from "../support/ocr-request.ts";
import { buildPdf, type TestPage } from "../support/pdf-builder.ts";
import { poolOptions } from "../support/pdf-pool.ts";
import { buildJpeg, buildPng } from "../support/picture-builder.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(120_000);

const pool = createPdfPool(poolOptions);
afterAll(() => pool.close());

const [a1, a0] = [
  { widthMm: 841, heightMm: 594 },
  { widthMm: 1189, heightMm: 841 },
];
const sheetA1 = numberedDrawing({ ...a1, notes: 200 });

interface Call {
  picture: RenderedPage;
  request: EngineRequest;
}

/** A pipeline whose engine says what `answer` sees in a picture. */
function pipelineOf(answer: (call: Call, signal: AbortSignal) => string | Promise<string>, maxTiles = 16) {
  const calls: Call[] = [];
  const engine: PageEngine = {
    name: "np-dms-ocr",
    version: async () => "1",
    instructions: ({ withoutTags, dmsTags }) => JSON.stringify([withoutTags, dmsTags]),
    read: async (picture, request, signal, listener): Promise<PageReading> => {
      listener?.onAttempt?.();
      const call = { picture, request };
      calls.push(call);
      const text = await answer(call, signal);
      return { text, attempts: 1, truncated: false, warnings: [], readEmpty: text === "" };
    },
  };
  const pipeline: EnginePipeline = {
    engine,
    queue: createPageQueue({ concurrency: 1, documentLimit: 64, maxBytes: 1e9 }),
    cache: createPageCache<PageReading>({ maxBytes: 1e7, ttlMs: 60_000, bytesOf: ({ text }) => text.length }),
    running: createSharedReadings<PageReading>(),
    orient: undefined,
    maxTiles,
  };
  return { pipeline, calls };
}

const plainRequest: OcrRequest = { ...ocrRequest, engine: "np-dms-ocr" };

interface Asked extends Partial<OcrRequest> {
  fallback?: EnginePipeline;
  kind?: DocumentKind;
  signal?: AbortSignal;
  onTile?: (progress: TileProgress) => void;
}

async function read(
  bytes: Uint8Array,
  pipeline: EnginePipeline,
  { kind = "pdf", signal, onTile, fallback, ...asked }: Asked = {},
) {
  const within = signal ?? new AbortController().signal;
  const document = await pool.open(documentFile(bytes), kind, within);
  const request: OcrRequest = { ...plainRequest, ...asked };
  try {
    const options = {
      charThreshold: 100,
      trustScannerText: false,
      pipelines: { primary: pipeline, embedded: fallback ?? pipeline, fallback },
    };
    return await readDocument(options, document, request, within, onTile === undefined ? {} : { onTile });
  } finally {
    document.close();
  }
}

const linesOf = (text: string) => text.split("\n").filter((line) => line !== "");
const seeing = (drawing: NumberedDrawing) => pipelineOf(({ picture }) => readMarks(picture.png, drawing));

describe("a sheet of numbered notes", () => {
  test.each([
    ["A2 upright", { widthMm: 420, heightMm: 594, notes: 80 }, 4],
    ["A1", { ...a1, notes: 200 }, 6],
    ["A1, rotated by the document", { ...a1, notes: 150, rotation: 90 as const, seed: 2 }, 6],
    ["A0", { ...a0, notes: 400 }, 12],
    ["A0 whose notes are so long that cuts must cross some", { ...a0, notes: 300, longestMm: 200, seed: 12 }, 12],
  ])("%s comes out with each note once, in at most so many pieces", async (_, options, mostTiles) => {
    const drawing = numberedDrawing(options);
    const { pipeline, calls } = seeing(drawing);
    const { text, pages, warnings } = await read(drawing.pdf, pipeline);
    expect(linesOf(text).sort()).toEqual([...drawing.notes].sort());
    expect(pages[0]?.tiles).toBe(calls.length);
    expect(calls.length).toBeLessThanOrEqual(mostTiles);
    expect(warnings).toEqual([]);
    for (const { picture } of calls) expect(Math.max(picture.widthPx, picture.heightPx)).toBeLessThanOrEqual(1800);
  });

  test("is told piece by piece, and the title block is in the last one", async () => {
    const { pipeline, calls } = seeing(sheetA1);
    const heard: TileProgress[] = [];
    await read(sheetA1.pdf, pipeline, { onTile: (progress) => heard.push(progress) });
    expect(heard).toEqual(
      calls.map((_, index) => ({ page: 1, tile: index + 1, done: index + 1, tiles: calls.length })),
    );
    const last = calls.at(-1);
    expect(readMarks(last?.picture.png ?? new Uint8Array(), sheetA1)).toContain("TITLE FIELD 6");
  });

  test("is asked for tags in its first and last piece only, and each is answered once", async () => {
    const { pipeline, calls } = pipelineOf(({ request }) =>
      request.withoutTags === true ? "note" : `text\n<document_number>S-204</document_number>`,
    );
    const { text } = await read(sheetA1.pdf, pipeline);
    expect(calls.map(({ request }) => request.withoutTags)).toEqual([false, true, true, true, true, false]);
    expect(text.match(/<document_number>/g)).toHaveLength(1);
    expect(text.match(/S-204/g)).toHaveLength(2);
    expect(text.endsWith("<document_number>S-204</document_number>")).toBe(true);
  });

  test("whose reading was given up half-way is read on from there when it is asked for again", async () => {
    const caller = new AbortController();
    const { pipeline, calls } = pipelineOf(async ({ picture }) => {
      if (calls.length === 4) caller.abort(new SidecarError("client_gone", "The caller has gone."));
      return readMarks(picture.png, sheetA1);
    });
    expect(await refusalOf(read(sheetA1.pdf, pipeline, { signal: caller.signal }))).toMatchObject({
      code: "client_gone",
    });
    await until(() => pipeline.queue.status().runningPages === 0);
    expect(calls).toHaveLength(4);
    const { text, warnings } = await read(sheetA1.pdf, pipeline);
    expect(calls.length).toBeLessThanOrEqual(7);
    expect(linesOf(text).sort()).toEqual([...sheetA1.notes].sort());
    expect(warnings).toEqual([
      expect.stringMatching(/^page 1: pieces 1-[34] of 6: an earlier reading of this page was used$/),
    ]);
  });

  test("whose caller leaves frees the engine at once, with all pieces that wait", async () => {
    const caller = new AbortController();
    const { pipeline, calls } = pipelineOf(
      (_, signal) => new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    );
    const refusal = refusalOf(read(sheetA1.pdf, pipeline, { signal: caller.signal }));
    await until(() => calls.length === 1);
    const leftMs = performance.now();
    caller.abort(new SidecarError("client_gone", "The caller has gone."));
    await refusal;
    await until(() => pipeline.queue.status().runningPages === 0);
    expect(performance.now() - leftMs).toBeLessThan(1000);
    expect(calls).toHaveLength(1);
    expect(pipeline.queue.status()).toMatchObject({ documents: 0, waitingPages: 0 });
  });

  test("of which one piece fails stops the others, says which, and reads only the rest when asked again", async () => {
    let fails = true;
    const { pipeline, calls } = pipelineOf(({ picture }) => {
      if (fails && calls.length === 3) throw new SidecarError("ocr_failed", "The model failed.");
      return readMarks(picture.png, sheetA1);
    });
    expect(await refusalOf(read(sheetA1.pdf, pipeline))).toMatchObject({
      code: "ocr_failed",
      message: "Page 1 could not be read: Piece 3 of 6: The model failed.",
    });
    fails = false;
    const before = calls.length;
    expect(linesOf((await read(sheetA1.pdf, pipeline)).text)).toHaveLength(sheetA1.notes.length);
    expect(calls.length - before).toBe(4);
  });

  describe("of which pieces fail, where pages that fail are skipped,", () => {
    const failing = (...places: readonly number[]) =>
      pipelineOf(({ picture }) => {
        if (places.includes(numberOf(picture))) throw new SidecarError("ocr_failed", "The model failed.");
        return readMarks(picture.png, sheetA1);
      });
    /** Pieces are told apart by the order in which they are read first. */
    const seen: string[] = [];
    const numberOf = ({ png }: RenderedPage) => {
      const hash = String(Bun.hash(png));
      if (!seen.includes(hash)) seen.push(hash);
      return seen.indexOf(hash) + 1;
    };
    const skip = { onPageError: "skip" } as const;

    test("has the text of the others, says which are missing and why, and reads those when asked again", async () => {
      const { pipeline, calls } = failing(3, 4);
      const { text, pages, warnings, ocrUsed } = await read(sheetA1.pdf, pipeline, skip);
      const missing = calls.slice(2, 4).flatMap(({ picture }) => linesOf(readMarks(picture.png, sheetA1)));
      expect(missing.length).toBeGreaterThan(10);
      const [page] = pages;
      expect(linesOf(text).sort()).toEqual(sheetA1.notes.filter((note) => !missing.includes(note)).sort());
      expect(page).toMatchObject({ source: "np-dms-ocr", tiles: 6, attempts: 6 });
      expect(page).not.toHaveProperty("error");
      expect(ocrUsed).toBe(true);
      expect(warnings).toEqual([
        "page 1: pieces 3-4 of 6: could not be read, and the text is missing here: The model failed.",
      ]);
      const again = failing();
      const healed = { ...again.pipeline, cache: pipeline.cache };
      expect(linesOf((await read(sheetA1.pdf, healed, skip)).text)).toHaveLength(sheetA1.notes.length);
      expect(again.calls).toHaveLength(2);
    });

    test("is skipped when all of them fail", async () => {
      const { pipeline } = failing(1, 2, 3, 4, 5, 6);
      const { text, pages } = await read(sheetA1.pdf, pipeline, skip);
      expect(text).toBe("");
      expect(pages[0]).toMatchObject({ error: { code: "ocr_failed", detail: "Piece 1 of 6: The model failed." } });
    });

    test("is read whole by the fallback, of which then only what fails there is missing", async () => {
      const { pipeline, calls } = failing(2);
      const whole = failing();
      const read1 = await read(sheetA1.pdf, pipeline, { ...skip, fallback: whole.pipeline });
      expect(linesOf(read1.text)).toHaveLength(sheetA1.notes.length);
      expect(calls.length).toBeLessThan(4);
      const poor = failing(5);
      const read2 = await read(sheetA1.pdf, failing(2).pipeline, { ...skip, fallback: poor.pipeline });
      expect(linesOf(read2.text).length).toBeLessThan(sheetA1.notes.length);
      expect(read2.warnings.join()).toContain("piece 5 of 6: could not be read");
    });
  });

  test("takes turns with others, piece by piece", async () => {
    const order: string[] = [];
    const { pipeline } = pipelineOf(async ({ picture }) => {
      order.push(picture.widthPx === 1272 ? "letter" : "piece");
      await Bun.sleep(20);
      return "text";
    });
    const sheet = read(sheetA1.pdf, pipeline);
    await until(() => order.length === 1);
    const letter = buildPdf([{ kind: "scan", lines: ["a letter"] }]);
    await Promise.all([sheet, read(letter, pipeline)]);
    expect(order.indexOf("letter")).toBeLessThan(order.length - 1);
  });

  test("larger than all pieces together is read at a lower resolution, and says so", async () => {
    const { pipeline, calls } = pipelineOf(() => "text", 3);
    const { pages, warnings } = await read(sheetA1.pdf, pipeline);
    expect(calls.length).toBeLessThanOrEqual(3);
    expect(pages[0]?.tiles).toBe(calls.length);
    expect(warnings).toEqual([
      expect.stringMatching(/too large for 3 pieces of full resolution; it was read at \d+ % of it$/),
    ]);
  });

  test("with tables on both sides of a cut says that they are not joined", async () => {
    const { pipeline } = pipelineOf(() => "<table><tr><td>1</td></tr></table>");
    expect((await read(sheetA1.pdf, pipeline)).warnings).toContain(
      "page 1: the tables in pieces 1 and 2 may be parts of one that the cut crosses; they are not joined",
    );
  });
});

describe("a page that one picture shows well enough", () => {
  const letter = Array.from({ length: 40 }, (_, index) => `Line ${index} of a letter of forty lines`);

  test.each<[string, Uint8Array, DocumentKind]>([
    ["an A4 scan", buildPdf([{ kind: "scan", lines: letter }]), "pdf"],
    ["an A3 drawing across", buildPdf([{ kind: "drawing", segments: 1500, widthPt: 1191, heightPt: 842 }]), "pdf"],
    ["a photograph of a letter", buildJpeg(letter, { widthPx: 3000, heightPx: 4000 }), "jpeg"],
    ["a PDF made of one, a point for each pixel", buildPdf([pointPerPixel(letter)]), "pdf"],
    ["a screenshot", buildPng(letter, { widthPx: 1080, heightPx: 1900 }), "png"],
    ["a panorama", landscape(6000, 1500), "png"],
  ])("%s is read in one call, and the picture is what it always was", async (_, bytes, kind) => {
    const { pipeline, calls } = pipelineOf(() => "text");
    const { pages } = await read(bytes, pipeline, { kind });
    expect(calls).toHaveLength(1);
    expect(pages[0]).not.toHaveProperty("tiles");
    const { signal } = new AbortController();
    const document = await pool.open(documentFile(bytes), kind, signal);
    const alone = await document.render(1, { longestSidePx: 1800, turnDegrees: 0 }, signal);
    document.close();
    expect(Buffer.from(calls[0]?.picture.png ?? []).equals(Buffer.from(alone.png))).toBe(true);
  });

  test("is not even looked at for pieces where it is an ordinary sheet", async () => {
    const { pipeline } = pipelineOf(() => "text");
    const { signal } = new AbortController();
    const document = await pool.open(documentFile(buildPdf([{ kind: "scan", lines: letter }])), "pdf", signal);
    const planTiles = () => Promise.reject(new Error("an ordinary page needs no plan"));
    const options = {
      charThreshold: 100,
      trustScannerText: false,
      pipelines: { primary: pipeline, embedded: pipeline, fallback: undefined },
    };
    expect((await readDocument(options, { ...document, planTiles }, plainRequest, signal)).text).toBe("text");
    document.close();
  });
});

describe("a long narrow picture", () => {
  test("is read in pieces from top to bottom, at its own resolution", async () => {
    const receipt = Array.from({ length: 260 }, (_, index) => `Item ${index} of the receipt`);
    const { pipeline, calls } = pipelineOf(() => "text");
    const { pages } = await read(buildPng(receipt, { widthPx: 600, heightPx: 8000 }), pipeline, { kind: "png" });
    expect(pages[0]?.tiles).toBe(calls.length);
    expect(calls.length).toBeGreaterThanOrEqual(4);
    expect(calls.length).toBeLessThanOrEqual(8);
  });
});

/** A page of one picture of its size, as programs make it that know nothing of resolution. */
const pointPerPixel = (lines: readonly string[]): TestPage => ({
  kind: "raw",
  content: "q 2000 0 0 2667 0 0 cm /Picture Do Q",
  lines,
  widthPt: 2000,
  heightPt: 2667,
});

/** A picture without any print: waves of light and dark. */
function landscape(widthPx: number, heightPx: number): Uint8Array<ArrayBuffer> {
  const pixmap = new mupdf.Pixmap(mupdf.ColorSpace.DeviceRGB, [0, 0, widthPx, heightPx], false);
  const pixels = pixmap.getPixels();
  for (let y = 0; y < heightPx; y += 1) {
    for (let x = 0; x < widthPx; x += 1) {
      const level =
        128 + 60 * Math.sin(x / 90) * Math.cos(y / 70) + 40 * Math.sin((x * y) / 9000) + ((x * 31 + y * 17) % 23);
      pixels.fill(level, (y * widthPx + x) * 3, (y * widthPx + x) * 3 + 3);
    }
  }
  const png = new Uint8Array(pixmap.asPNG());
  pixmap.destroy();
  return png;
}
