import { describe, expect, test } from "bun:test";
import { errorCodes, SidecarError } from "../../src/errors.ts";
import {
  documentFailure,
  failedPage,
  failedTile,
  isPageFault,
  missingTile,
  pageTooSlow,
  skippedPage,
  timedOut,
  withKept,
} from "../../src/ocr/page-faults.ts";

const failed = new SidecarError("ocr_failed", "The model failed.");
const progress = { kept: 2, read: 4, wanted: 12 };

function causesOf(error: Error): unknown[] {
  return error.cause instanceof Error ? [error.cause, ...causesOf(error.cause)] : [];
}

describe("faults of pages", () => {
  test("are those that the other pages need not share", () => {
    expect(errorCodes.filter((code) => isPageFault(new SidecarError(code, "It failed.")))).toEqual([
      "page_too_large",
      "unsupported_file_type",
      "document_damaged",
      "document_too_complex",
      "document_refused",
      "ocr_failed",
      "ollama_busy",
      "page_timeout",
    ]);
    expect(isPageFault(new Error("ocr_failed"))).toBe(false);
    expect(isPageFault(new SidecarError("shutting_down", "It is stopping.", { cause: failed }))).toBe(false);
    const busyInstead = (cause: unknown) => new SidecarError("ocr_busy", "The queue is full.", { cause });
    expect(isPageFault(busyInstead(failed))).toBe(true);
    expect(isPageFault(busyInstead(new SidecarError("model_not_installed", "It is not there.")))).toBe(false);
  });

  test("stand in the place of a page that is skipped, with what was spent on it", () => {
    expect(skippedPage(3, "np-dms-ocr", failed, { attempts: 2, ms: 40 })).toEqual({
      page: 3,
      source: "np-dms-ocr",
      text: "",
      chars: 0,
      attempts: 2,
      ms: 40,
      truncated: false,
      warnings: ["the page could not be read: The model failed."],
      error: { code: "ocr_failed", detail: "The model failed." },
    });
  });

  test.each([
    [{ kept: 0, read: 0, wanted: 1 }, "Page 3 could not be read: The model failed."],
    [
      { kept: 1, read: 0, wanted: 1 },
      "Page 3 could not be read: The model failed. One finished page is kept for a retry.",
    ],
    [
      { kept: 0, read: 1, wanted: 2 },
      "Page 3 could not be read: The model failed. The other page was read; send onPageError=skip to have what can be read.",
    ],
    [
      { kept: 0, read: 0, wanted: 2 },
      "Page 3 could not be read: The model failed. The other page was not read; send onPageError=skip to have what can be read.",
    ],
    [
      progress,
      "Page 3 could not be read: The model failed. 2 finished pages are kept for a retry. 4 of the 11 other pages were read; send onPageError=skip to have what can be read.",
    ],
  ])("end a document with how far the others came: %j", (of, message) => {
    expect(failedPage(3, failed, of).message).toBe(message);
    expect(documentFailure(3, failed, of)).toMatchObject({ code: "ocr_failed", message });
  });

  test("of a server that went away say where a retry begins; what is no fault of a page stays what it is", () => {
    const away = new SidecarError("ollama_unreachable", "Ollama cannot be reached.");
    expect(documentFailure(3, away, progress)).toMatchObject({
      code: "ollama_unreachable",
      message: "Page 3 could not be read: Ollama cannot be reached. 2 finished pages are kept for a retry.",
    });
    for (const other of [new SidecarError("model_not_installed", "It is not there."), new Error("a surprise")])
      expect(documentFailure(3, other, progress)).toBe(other);
  });

  test.each([
    ["failedPage", (error: SidecarError) => failedPage(1, error, progress)],
    ["failedTile", (error: SidecarError) => failedTile(2, 6, error)],
    ["withKept", (error: SidecarError) => withKept(error, 3)],
  ])("keep by %s their code, whether and when to ask again, and what was behind them", (_, said) => {
    const busy = new SidecarError("ollama_busy", "Busy.", { retryAfterSeconds: 7, retryable: false });
    const told = said(busy);
    expect({ ...told }).toMatchObject({ code: "ollama_busy", retryable: false, retryAfterSeconds: 7 });
    expect(causesOf(told)).toContain(busy);
    expect(said(failed)).toMatchObject({ retryable: true, retryAfterSeconds: undefined });
  });

  test("of pieces name the piece, and what is missing without it", () => {
    expect(failedTile(2, 6, failed).message).toBe("Piece 2 of 6: The model failed.");
    expect(missingTile(failed)).toBe("could not be read, and the text is missing here: The model failed.");
  });

  test("that are a matter of time say the time in seconds", () => {
    expect(pageTooSlow(1500)).toMatchObject({ code: "page_timeout", message: expect.stringContaining("within 1.5 s") });
  });

  test("of a document that ran out of time tell what is kept; another end tells nothing", () => {
    const late = new SidecarError("document_timeout", "It was not finished.");
    expect(timedOut(late, 2)).toMatchObject({
      code: "document_timeout",
      message: "It was not finished. 2 finished pages are kept for a retry.",
    });
    const gone = new SidecarError("client_gone", "The client has gone.");
    expect(timedOut(gone, 2)).toBe(gone);
  });
});
