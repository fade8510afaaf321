import { describe, expect, test } from "bun:test";
import { clock, elapsedMs, memory, seconds } from "../../console/pages/figures.ts";
import { curlCommand, savedName, toAnswer } from "../../console/pages/save.ts";
import { scrollToShow, visibleWindow } from "../../console/pages/visible-window.ts";
import { beginRun } from "../../console/reading/run.ts";

describe("the list of pages", () => {
  const list = { height: 600, rowHeight: 60, count: 2000 };

  test.each([
    [0, 0, 14],
    [60_000, 996, 1014],
    [119_400, 1986, 2000],
    [500_000, 1996, 2000],
  ])("scrolled by %d pixels draws the rows from %d to %d", (scrollTop, first, end) => {
    expect(visibleWindow({ ...list, scrollTop })).toEqual({ first, end });
  });

  test("of nothing draws nothing", () => {
    expect(visibleWindow({ ...list, count: 0, scrollTop: 0 })).toEqual({ first: 0, end: 0 });
  });

  test.each([
    [0, 0, undefined],
    [9, 0, undefined],
    [10, 0, 60],
    [4, 300, 240],
  ])("row %d of a list scrolled by %d is shown by scrolling to %p", (row, scrollTop, top) => {
    expect(scrollToShow(row, { ...list, scrollTop })).toBe(top);
  });
});

describe("figures", () => {
  test.each([
    [0, "0:00"],
    [67_900, "1:07"],
    [3_727_000, "1:02:07"],
  ])("%d ms are %s on the clock", (ms, text) => {
    expect(clock(ms)).toBe(text);
  });

  test.each([
    [7, "0.01"],
    [3249, "3.2"],
    [74_499, "74"],
  ])("a page of %d ms took %s s", (ms, text) => {
    expect(seconds(ms)).toBe(text);
  });

  test("memory is told in the unit that fits", () => {
    expect([memory(512.4), memory(6554), memory(16_384)]).toEqual(["512 MB", "6.4 GB", "16 GB"]);
  });

  test("a reading that goes on is as old as now, and none is younger than nothing", () => {
    expect(elapsedMs({ startedAtMs: 10 }, 25)).toBe(15);
    expect(elapsedMs({ startedAtMs: 10, endedAtMs: 20 }, 25)).toBe(10);
    expect(elapsedMs({ startedAtMs: 30 }, 25)).toBe(0);
  });
});

describe("what is taken home", () => {
  test("a reading that failed keeps its pages and says why", () => {
    const fault = { message: "m", code: "c", status: 502, requestId: "r", retryAfterSeconds: undefined, issues: [] };
    expect(toAnswer({ ...beginRun({}, [], 0), state: "failed", fault })).toEqual({
      text: "",
      pages: [],
      error: { code: "c", detail: "m", requestId: "r" },
    });
  });

  test.each([
    ["letter.pdf", "letter.md"],
    ["a.b.tiff", "a.b.md"],
    ["letter", "letter.md"],
    [".pdf", "document.md"],
  ])("%s is saved as %s", (name, saved) => {
    expect(savedName(name, "md")).toBe(saved);
  });

  test("the command is one that a shell takes as it is meant, and never holds the key", async () => {
    const fields = {
      engine: "auto",
      systemPrompt: 'it\'s; $HOME `x` "y"\n@z',
      dmsTags: ["a"],
      runtimeParams: { seed: 1 },
    };
    const command = curlCommand("http://127.0.0.1:1/", 'a"b;c.pdf', fields, true);
    expect(command).toContain('"X-API-Key: $OCR_SIDECAR_API_KEY"');
    const { stdout } = Bun.spawnSync(["sh", "-c", `curl() { printf '%s\\0' "$@"; }; ${command}`], {
      env: { OCR_SIDECAR_API_KEY: "held by the shell" },
    });
    expect(stdout.toString().split("\0")).toEqual([
      "-sS",
      "-H",
      "X-API-Key: held by the shell",
      "-F",
      'file=@"a\\"b;c.pdf"',
      "--form-string",
      "engine=auto",
      "--form-string",
      `systemPrompt=${fields.systemPrompt}`,
      "--form-string",
      'dmsTags=["a"]',
      "--form-string",
      'runtimeParams={"seed":1}',
      "--form-string",
      "includePages=true",
      "http://127.0.0.1:1/ocr-upload",
      "",
    ]);
  });
});
