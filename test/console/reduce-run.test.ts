import { describe, expect, test } from "bun:test";
import { type RunEvent, reduceRun } from "../../console/reading/reduce-run.ts";
import { beginRun, draftText, type Run, textOf } from "../../console/reading/run.ts";
import { type OcrEvent, SidecarClientError } from "../../src/client.ts";

const told = (event: OcrEvent, atMs = 5): RunEvent => ({ type: "told", event, atMs });
const plan = told({
  type: "plan",
  pageCount: 2,
  pages: [
    { page: 3, source: "text-layer", reason: "text layer of 200 characters" },
    { page: 7, source: "np-dms-ocr", reason: "no text layer" },
  ],
});
const page = (number: number, text: string, source = "np-dms-ocr") =>
  told({
    type: "page",
    page: { page: number, source, text, chars: text.length, attempts: 1, ms: 10, truncated: false, warnings: [] },
  });
const done = (text: string) =>
  told({
    type: "done",
    answer: { text, ocrUsed: true, pageCount: 2, charCount: 6, engineUsed: "np-dms-ocr", warnings: ["w"] },
  });
const begun = beginRun({ engine: "auto" }, ["a note"], 1);
const after = (...events: RunEvent[]) => reduceRun(begun, events);

describe("a run", () => {
  test("has the pages of the plan, in its order, before any is read", () => {
    const run = after(plan);
    expect(run.pages.map((state) => [state.page, state.source, state.result])).toEqual([
      [3, "text-layer", undefined],
      [7, "np-dms-ocr", undefined],
    ]);
    expect(run.finished).toBe(0);
  });

  test("keeps the plan's order whatever page is finished first, and the reason where the page tells none", () => {
    const run = after(plan, page(7, "two"), page(3, "one", "tesseract"));
    expect(run.pages.map((state) => [state.page, state.source, state.reason, state.result?.text])).toEqual([
      [3, "tesseract", "text layer of 200 characters", "one"],
      [7, "np-dms-ocr", "no text layer", "two"],
    ]);
    expect([run.finished, textOf(run)]).toEqual([2, "one\n\ntwo"]);
  });

  test("counts the pieces of a large page until it is finished", () => {
    const tile = told({ type: "tile", page: 7, tile: 4, done: 2, tiles: 6 });
    expect(after(plan, tile).pages[1]?.pieces).toEqual({ done: 2, all: 6 });
    expect(after(plan, tile, page(7, "two")).pages[1]?.pieces).toBeUndefined();
  });

  const delta = (text: string, attempt = 1, tile?: number) =>
    told({ type: "delta", page: 7, attempt, text, ...(tile === undefined ? {} : { tile }) });
  const draftOf = (run: Run) => {
    const draft = run.pages[1]?.draft;
    return draft === undefined ? undefined : draftText(draft);
  };

  test.each([
    ["pieces follow each other", [delta("a"), delta("b")], "ab"],
    ["a new attempt begins anew", [delta("a"), delta("b", 2), delta("c", 2)], "bc"],
    ["the rest of an old attempt is late", [delta("b", 2), delta("a")], "b"],
    ["pieces of a page stand in its order", [delta("b", 1, 2), delta("a", 1, 1), delta("c", 1, 2)], "a\n\nbc"],
    ["an attempt at one piece leaves the others", [delta("a", 1, 1), delta("b", 1, 2), delta("c", 2, 2)], "a\n\nc"],
    ["a finished page has no draft", [delta("a"), page(7, "two"), delta("b")], undefined],
    ["a run that ended has none", [delta("a"), { type: "stopped", atMs: 1 } as const], undefined],
  ])("shows what the model writes: %s", (_what, events, text) => {
    expect(draftOf(after(plan, ...events))).toBe(text);
  });

  test("ends as done with the answer less its text", () => {
    const run = after(plan, page(3, "one"), page(7, "two"), done("one\n\ntwo"));
    expect(run).toMatchObject({ state: "done", endedAtMs: 5, answer: { charCount: 6, warnings: ["w"] } });
    expect(run.fault).toBeUndefined();
    expect(run.answer).not.toHaveProperty("text");
  });

  test("says so where the answer's text is not that of its pages", () => {
    expect(after(plan, page(3, "one"), page(7, "two"), done("one")).fault?.code).toBe("invalid_answer");
  });

  test("takes the pages from the answer of a service that sent no events", () => {
    const { event } = page(1, "one") as { event: Extract<OcrEvent, { type: "page" }> };
    const answer = { text: "one", ocrUsed: true, pageCount: 1, charCount: 3, engineUsed: "x", pages: [event.page] };
    const run = after(told({ type: "done", answer }));
    expect([run.state, run.fault, textOf(run)]).toEqual(["done", undefined, "one"]);
  });

  test("keeps the pages that were read when it fails or is stopped, and nothing changes it after that", () => {
    const error = new SidecarClientError("ocr_failed", "Page 7 failed; 1 page was read.", { requestId: "id" });
    const failed = after(plan, page(3, "one"), told({ type: "error", error }), page(7, "late"));
    expect(failed).toMatchObject({
      state: "failed",
      fault: { message: error.message, code: "ocr_failed", status: 502 },
    });
    expect(textOf(failed)).toBe("one");
    const stopped = after(plan, { type: "stopped", atMs: 9 }, page(7, "late"));
    expect([stopped.state, stopped.endedAtMs, stopped.finished]).toEqual(["stopped", 9, 0]);
  });

  test("is not changed itself, so that what is drawn of it stays what it was", () => {
    const before = after(plan);
    const copy = structuredClone(before);
    reduceRun(before, [page(3, "one"), page(9, "not in the plan")]);
    expect(before).toEqual(copy);
  });
});
