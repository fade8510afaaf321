import { describe, expect, test } from "bun:test";
import { duration, type Progress, progressLine, timeLeftMs } from "../../src/cli/progress.ts";
import { createTerminal } from "../../src/cli/terminal.ts";

const start: Progress = { documents: 20, skipped: 0, read: 0, failed: 0, pages: 0, elapsedMs: 0 };
const minute = 60_000;

describe("the progress of a run", () => {
  test.each([
    ["at the start", start, "[>                       ] 0/20 documents, 0 pages"],
    [
      "with pages of an unfinished document",
      { ...start, pages: 3, elapsedMs: minute },
      "[>                       ] 0/20 documents, 3 pages, 3.0 pages/min",
    ],
    [
      "with pages of no time at all",
      { ...start, pages: 3, read: 1 },
      "[=>                      ] 1/20 documents, 3 pages, about 0 s left",
    ],
    ["of no documents", { ...start, documents: 0 }, "[========================] 0/0 documents, 0 pages"],
    [
      "half way",
      { ...start, read: 9, failed: 1, pages: 41, elapsedMs: 2 * minute },
      "[============>           ] 10/20 documents, 41 pages, 20.5 pages/min, 1 failed, about 2 min left",
    ],
    [
      "after an earlier run",
      { ...start, skipped: 10, read: 5, pages: 1, elapsedMs: minute },
      "[==================>     ] 15/20 documents, 1 page, 1.0 pages/min, about 1 min left",
    ],
    [
      "at the end",
      { ...start, read: 20, pages: 60, elapsedMs: minute },
      "[========================] 20/20 documents, 60 pages, 60.0 pages/min",
    ],
  ])("%s", (_, progress, line) => {
    expect(progressLine(progress)).toBe(line);
  });

  test("documents that were finished earlier do not make the rest look quick", () => {
    const progress = { ...start, documents: 200, skipped: 100, read: 1, elapsedMs: minute };
    expect(timeLeftMs(progress)).toBe(99 * minute);
  });
});

test.each([
  [400, "0 s"],
  [59_400, "59 s"],
  [59_600, "1 min"],
  [12 * minute, "12 min"],
  [59.4 * minute, "59 min"],
  [59.6 * minute, "1 h 0 min"],
  [185 * minute, "3 h 5 min"],
])("%p ms are %p", (ms, text) => {
  expect(duration(ms)).toBe(text);
});

describe("the terminal", () => {
  const record = (isTTY: boolean) => {
    const written = { out: "", err: "" };
    const terminal = createTerminal(
      {
        write: (text, done) => {
          written.out += text;
          done();
          return true;
        },
      },
      {
        isTTY,
        columns: 10,
        write: (text) => {
          written.err += text;
          return true;
        },
      },
    );
    return { terminal, written };
  };

  test("a status line stays below what is reported and never wraps", () => {
    const { terminal, written } = record(true);
    terminal.showStatus("0123456789abc");
    terminal.report("news");
    const erase = "\r\u001b[2K";
    expect(written.err).toBe(`${erase}012345678${erase}news\n${erase}012345678`);
  });

  test("a status line gives way to a result, and is gone when it is cleared", async () => {
    const { terminal, written } = record(true);
    const erase = "\r\u001b[2K";
    terminal.showStatus("status");
    await terminal.print("result");
    expect(written).toEqual({ out: "result\n", err: `${erase}status${erase}` });
    terminal.clearStatus();
    terminal.report("news");
    expect(written.err).toBe(`${erase}status${erase}${erase}${erase}news\n${erase}`);
  });

  test("a result that could not be written is a fault", async () => {
    const closed = createTerminal(
      {
        write: (_, done) => {
          done(new Error("EPIPE"));
          return true;
        },
      },
      { write: () => true },
    );
    await expect(closed.print("result")).rejects.toThrow("EPIPE");
  });

  test("without a terminal there are plain lines only", async () => {
    const { terminal, written } = record(false);
    terminal.showStatus("status");
    terminal.report("news");
    await terminal.print("result");
    expect(written).toEqual({ out: "result\n", err: "news\n" });
  });

  test("control characters of file names do not reach the terminal", () => {
    const { terminal, written } = record(false);
    terminal.report("a\u001b[2J\u009bb\rหนังสือ.pdf");
    expect(written.err).toBe("a\uFFFD[2J\uFFFDb\uFFFDหนังสือ.pdf\n");
  });
});
