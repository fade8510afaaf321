import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import type { PageFacts } from "../../src/pdf/document.ts";
import type { EngineJob, JobResult } from "../../src/pdf/messages.ts";
import { openPooledDocument, readInParallel } from "../../src/pdf/pooled-document.ts";
import type { TilePlan } from "../../src/pdf/tiles/plan-tiles.ts";
import type { Tile } from "../../src/pdf/tiles/tile.ts";
import { documentFile } from "../support/document-file.ts";
import { refusalOf } from "../support/refusal-of.ts";

const { signal } = new AbortController();
/** Four parts. */
const pageCount = 160;
const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

type ReadPages = (pages: readonly number[], signal: AbortSignal) => Promise<JobResult>;

/** A document whose pages are read by this function; so many processes have nothing to do. */
const openWith = (readPages: ReadPages, freeProcesses: () => number) =>
  openPooledDocument({
    file: documentFile(new Uint8Array(1)),
    kind: "pdf",
    signal,
    limits: { maxPages: pageCount, maxPagePixels: 1, fewCharacters: 1, maxTextCharacters: 1_000_000 },
    refusal: () => undefined,
    run: async (job, jobSignal) =>
      job.type === "read-pages" ? readPages(job.pages, jobSignal) : { type: "open", pageCount, warnings: [] },
    freeProcesses,
    forget: () => undefined,
  });

test("the first part that fails aborts the parts in flight with its error, and no other is begun", async () => {
  const failure = new Error("page 1 is broken");
  const begun: number[] = [];
  const abortedWith: unknown[] = [];
  const document = await openWith(
    async ([first = 0], partSignal) => {
      begun.push(first);
      if (first === 1) throw failure;
      const { promise, reject } = Promise.withResolvers<never>();
      partSignal.addEventListener("abort", () => {
        abortedWith.push(partSignal.reason);
        reject(partSignal.reason);
      });
      return promise;
    },
    () => 3,
  );
  expect(await refusalOf(document.readPages(range(pageCount), signal))).toBe(failure);
  expect(begun).toEqual([1, 51, 101]);
  expect(abortedWith).toEqual([failure, failure]);
  document.close();
});

describe("a document that is opened", () => {
  const limits = { maxPages: 7, maxPagePixels: 5000, fewCharacters: 30, maxTextCharacters: 10 };
  const facts = (page: number, text: string): PageFacts => ({
    ...{ page, text, widthPt: 1, heightPt: 1, rotation: 0, characters: text.length, imageCoverage: 0, pathSegments: 0 },
    ...{ drawn: true, hiddenCharacters: 0, unreadLetters: 0, unmapped: "", attachedFiles: 0, warnings: [] },
  });
  const picture = { png: new Uint8Array(3), widthPx: 3, heightPx: 2, ink: 0.5, warnings: ["cut"] };
  const tile: Tile = {
    ...{ left: 1, top: 2, width: 3, height: 4, drawnCells: 5 },
    ...{ leftEdge: [1], rightEdge: [2], topEdge: [3], bottomEdge: [4] },
  };
  const plan: TilePlan = {
    ...{
      cellsWide: 30,
      cellsHigh: 40,
      tiles: [tile],
      crossings: [],
      pageLongestPx: 900,
      reason: "r",
      resolutionShare: 1,
    },
  };

  function answerOf(job: EngineJob): JobResult {
    switch (job.type) {
      case "open":
        return { type: "open", pageCount: 3, warnings: ["mended"] };
      case "read-pages":
        return { type: "read-pages", pages: job.pages.map((page) => facts(page, "12345")) };
      case "render":
        return { type: "render", ...picture };
      case "plan-tiles":
        return { type: "plan-tiles", plan };
      case "render-tile":
        return { type: "render-tile", ...picture };
      default:
        return job satisfies never;
    }
  }

  /** What was asked of the processes, and how often the document was given up. */
  async function opened(options: Partial<Parameters<typeof openPooledDocument>[0]> = {}) {
    const jobs: EngineJob[] = [];
    const ends: string[] = [];
    const file = documentFile(new Uint8Array(9));
    const document = openPooledDocument({
      file: { ...file, close: () => void ends.push("file closed") },
      kind: "tiff",
      signal,
      limits,
      refusal: () => undefined,
      run: async (job) => {
        jobs.push(job);
        return answerOf(job);
      },
      freeProcesses: () => 1,
      forget: () => void ends.push("forgotten"),
      ...options,
    });
    document.catch(() => undefined);
    return { document, jobs, ends, file };
  }

  test("says what it is, and each of its jobs holds what was asked and its own bounds", async () => {
    const { document, jobs, file } = await opened();
    const one = await document;
    expect(one).toMatchObject({ kind: "tiff", pageCount: 3, warnings: ["mended"], sizeBytes: 9, sha256: file.sha256 });
    await one.readPages([2], signal);
    await one.readPages([3], signal, "markdown");
    expect(await one.render(2, { longestSidePx: 100, turnDegrees: 90 }, signal)).toEqual(picture);
    expect(await one.planTiles(3, { longestSidePx: 200, turnDegrees: 180, maxTiles: 6 }, signal)).toBe(plan);
    expect(await one.renderTile(1, { plan, tile, turnDegrees: 270 }, signal)).toEqual(picture);
    const { maxPages, maxPagePixels, fewCharacters } = limits;
    expect(jobs).toEqual([
      { type: "open", maxPages, maxPagePixels },
      { type: "read-pages", pages: [2], format: "plain", fewCharacters, maxPagePixels },
      { type: "read-pages", pages: [3], format: "markdown", fewCharacters, maxPagePixels },
      { type: "render", page: 2, longestSidePx: 100, turnDegrees: 90, maxPagePixels },
      { type: "plan-tiles", page: 3, longestSidePx: 200, turnDegrees: 180, maxTiles: 6, maxPagePixels },
      {
        ...{ type: "render-tile", page: 1, longestSidePx: 900, turnDegrees: 270, tile },
        ...{ cellsWide: 30, cellsHigh: 40, maxPagePixels },
      },
    ]);
    for (const turnDegrees of [45, -90, 360]) {
      const turned = one.render(1, { longestSidePx: 1, turnDegrees }, signal);
      expect(await refusalOf(turned)).toBeInstanceOf(RangeError);
    }
    one.close();
  });

  test("is given up once, with what it still does, however often it is closed", async () => {
    let running: AbortSignal | undefined;
    const { document, ends } = await opened({
      run: async (job, jobSignal) => {
        if (job.type === "open") return answerOf(job);
        running = jobSignal;
        return await new Promise<never>((_, reject) => {
          jobSignal.addEventListener("abort", () => reject(jobSignal.reason));
        });
      },
    });
    const one = await document;
    const rendered = refusalOf(one.render(1, { longestSidePx: 1, turnDegrees: 0 }, signal));
    one.close();
    one.close();
    expect(await rendered).toHaveProperty("message", "the document is closed");
    expect(running?.aborted).toBe(true);
    expect(ends).toEqual(["forgotten", "file closed"]);
  });

  test.each<[string, Partial<Parameters<typeof openPooledDocument>[0]>, object]>([
    ["is refused", { refusal: () => new SidecarError("document_refused", "no") }, { code: "document_refused" }],
    ["breaks its process", { run: () => Promise.reject(new Error("broken")) }, { message: "broken" }],
    ["has lost its caller", { signal: AbortSignal.abort(new Error("gone")) }, { message: "gone" }],
    [
      "is answered with something else",
      { run: async () => ({ type: "read-pages", pages: [] }) },
      { message: "a PDF process answered read-pages to open" },
    ],
  ])("gives its file back where it %s", async (_, options, fault) => {
    const { document, ends, jobs } = await opened(options);
    expect(await refusalOf(document)).toMatchObject(fault);
    expect(ends).toEqual(["forgotten", "file closed"]);
    expect(jobs).toEqual([]);
  });

  test("ends each job with its own caller", async () => {
    const caller = new AbortController();
    let running: AbortSignal | undefined;
    const { document } = await opened({
      run: async (job, jobSignal) => {
        running = jobSignal;
        return answerOf(job);
      },
    });
    const one = await document;
    await one.render(1, { longestSidePx: 1, turnDegrees: 0 }, caller.signal);
    caller.abort(new Error("gone"));
    expect(running?.reason).toHaveProperty("message", "gone");
    one.close();
  });

  test("reads the pages that are not refused, and tells the faults of the others one by one", async () => {
    const refused = new SidecarError("document_refused", "page 2");
    const faults: [number, string][] = [];
    const jobs: EngineJob[] = [];
    const { document } = await opened({
      refusal: (page) => (page === 2 ? refused : undefined),
      run: async (job) => {
        jobs.push(job);
        if (job.type !== "read-pages") return answerOf(job);
        return { type: "read-pages", pages: [{ page: 1, code: "document_damaged", message: "page 1" }, facts(3, "c")] };
      },
    });
    const one = await document;
    const read = await one.readPages([1, 2, 3], signal, "plain", (page, { code }) => faults.push([page, code]));
    expect(read.map(({ page }) => page)).toEqual([3]);
    expect(faults).toEqual([
      [2, "document_refused"],
      [1, "document_damaged"],
    ]);
    expect(jobs.at(-1)).toMatchObject({ pages: [1, 3] });
    expect(await refusalOf(one.readPages([2], signal))).toBe(refused);
    expect(await refusalOf(one.readPages([1], signal))).toMatchObject({ code: "document_damaged", message: "page 1" });
    expect(await refusalOf(one.render(2, { longestSidePx: 1, turnDegrees: 0 }, signal))).toBe(refused);
    one.close();
  });

  test("counts the characters of its text layers, those of a page that is read again once", async () => {
    const { document } = await opened();
    const one = await document;
    for (const page of [1, 2, 1, 2]) expect(await one.readPages([page], signal)).toHaveLength(1);
    expect(await refusalOf(one.readPages([3], signal))).toMatchObject({
      code: "text_too_large",
      message: expect.stringContaining("more than 10 characters up to page 3"),
    });
    one.close();
  });
});

describe("pages that are read in parallel", () => {
  /** What each call was asked for, where so many processes are free at each moment. */
  async function parts(count: number, free: () => number, atATime = Number.POSITIVE_INFINITY) {
    const asked: number[][] = [];
    const read = await readInParallel(range(count), free, signal, async (pages) => {
      asked.push([...pages]);
      await Promise.resolve();
      return pages.slice(0, atATime);
    });
    expect(read).toEqual(range(count));
    return asked;
  }
  const firstAndLength = (pages: readonly number[]) => [pages[0], pages.length];

  test.each<[string, number, number, (number | undefined)[][]]>([
    ["nobody has time", 3, 0, [[1, 3]]],
    [
      "one process has",
      60,
      1,
      [
        [1, 50],
        [51, 10],
      ],
    ],
    ["two have, but there are few", 4, 2, [[1, 4]]],
    [
      "two have, and there is one more",
      5,
      2,
      [
        [1, 4],
        [5, 1],
      ],
    ],
    [
      "two have",
      20,
      2,
      [
        [1, 10],
        [11, 10],
      ],
    ],
    ["there are none", 0, 2, []],
  ])("are parted where %s", async (_, count, free, expected) => {
    let first = true;
    const parted = await parts(count, () => {
      const now = first ? free : 1;
      first = false;
      return now;
    });
    expect(parted.map(firstAndLength)).toEqual(expected);
  });

  test("are in order where each answer holds the first of them only", async () => {
    expect(await parts(6, () => 1, 2)).toEqual([
      [1, 2, 3, 4, 5, 6],
      [3, 4, 5, 6],
      [5, 6],
    ]);
  });

  test.each([
    ["are taken by a process that has become free meanwhile, whose last part is waited for", 2, 2],
    ["are not taken by the process that has just read a part", 1, 1],
  ])("%s", async (_, freeLater, expected) => {
    let free = 1;
    let [going, most] = [0, 0];
    const read = await readInParallel(
      range(200),
      () => free,
      signal,
      async (pages) => {
        going += 1;
        most = Math.max(most, going);
        await Bun.sleep(pages[0] === 51 ? 20 : 1);
        going -= 1;
        free = freeLater;
        return pages;
      },
    );
    expect(read).toEqual(range(200));
    expect(most).toBe(expected);
  });
});
