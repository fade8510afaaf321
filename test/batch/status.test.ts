import { describe, expect, test } from "bun:test";
import { paceOf } from "../../src/batch/batch-status.ts";
import { statusText } from "../../src/cli/batch-status-command.ts";

const minute = 60_000;
const ended = (startedMinute: number, endedMinute: number, pages = 3) => ({
  startedMs: startedMinute * minute,
  endedMs: endedMinute * minute,
  pages,
});

describe("the pace of a batch", () => {
  test.each([
    [
      "of two documents in four minutes",
      [ended(96, 98), ended(97, 99)],
      { pagesPerMinute: 1.5, documentsPerMinute: 0.5 },
    ],
    ["of a long document, in the window only", [ended(10, 99, 20)], { pagesPerMinute: 2, documentsPerMinute: 0.1 }],
    ["of documents that ended too long ago is not known", [ended(10, 89)], undefined],
    ["of none is not known", [], undefined],
  ])("%s", (_, documents, expected) => {
    expect(paceOf(documents, 100 * minute)).toEqual(expected);
  });
});

test("people read the status in a line, and the codes of what failed by their number", () => {
  const status = { done: 5, running: 2, runningPages: 7, waiting: 3, delayed: 1, failed: 3, documentsPerMinute: 1 };
  const failedByCode = { document_damaged: 1, ocr_failed: 2 };
  expect(statusText({ ...status, failedByCode, pagesPerMinute: 12.34, secondsLeft: 360 })).toBe(
    "5 done, 2 running (7 pages finished), 3 waiting, 1 delayed, 3 failed, 12.3 pages/min, about 6 min left\n" +
      "  2 ocr_failed\n  1 document_damaged",
  );
});
