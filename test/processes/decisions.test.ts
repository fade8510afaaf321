import { describe, expect, test } from "bun:test";
import { readOutput } from "../../src/processes/output.ts";
import { ProcessGone } from "../../src/processes/process-exit.ts";
import { readUsage } from "../../src/processes/process-usage.ts";
import { createRefusals } from "../../src/processes/refusals.ts";
import { type ProgramResult, runProgram } from "../../src/processes/run-program.ts";
import { until } from "../support/until.ts";

test("bytes are refused for what is left of their time, in seconds that are not too few", () => {
  let time = 0;
  const refusals = createRefusals({ deaths: 2, rememberMs: 10_000, maxEntries: 10, now: () => time });
  refusals.processDied("a");
  refusals.processDied("a");
  const left = [0, 1, 999, 1000, 8999, 9001, 9999, 10_000].map((now) => {
    time = now;
    return refusals.secondsLeft("a");
  });
  expect(left).toEqual([10, 10, 10, 9, 2, 1, 1, undefined]);
});

test.each([
  ["", "was killed by SIGKILL"],
  ["out of memory", "was killed by SIGKILL (out of memory)"],
])("a process that wrote %j has gone with the message %j", (lastWords, message) => {
  expect(new ProcessGone({ why: "crashed", wasBusy: true, how: "was killed by SIGKILL", lastWords }).message).toBe(
    message,
  );
});

test("a process takes memory and CPU time, and one that has gone nothing that is known", async () => {
  expect((await readUsage(process.pid))?.residentBytes).toBeGreaterThan(1_000_000);
  // The kernel counts by samples: a process that has just begun may have taken none yet.
  await until(async () => {
    for (const end = performance.now() + 5; performance.now() < end; );
    return ((await readUsage(process.pid))?.cpuMs ?? 0) > 0;
  });
  expect(await readUsage(2 ** 30)).toBeUndefined();
});

const mebibyte = 1024 * 1024;
const streamOf = (pieces: readonly (string | Uint8Array)[]) =>
  new ReadableStream<Uint8Array>({
    start(controller) {
      for (const piece of pieces)
        controller.enqueue(typeof piece === "string" ? new TextEncoder().encode(piece) : piece);
      controller.close();
    },
  });

async function read(stdout: readonly (string | Uint8Array)[], stderr: typeof stdout) {
  const told: string[] = [];
  let tooMuch = 0;
  const words = await readOutput(streamOf(stdout), streamOf(stderr), {
    onText: (text) => told.push(text),
    onTooMuch: () => {
      tooMuch += 1;
    },
  });
  return { words, told, tooMuch: tooMuch > 0 };
}

describe("why a program ended", () => {
  test.each<[string, string[], string]>([
    ["its last line", ["one\ntwo\n\n  \n"], "two"],
    ["its last line, cut in two on its way", ["one\ntw", "o\n"], "two"],
    ["the sentence of an error, not the place behind it", ["TypeError: no\n    at f (a.ts:1)\n"], "TypeError: no"],
    ["the last error of several", ["error: first\nRangeError: second\n  at g\n"], "RangeError: second"],
    ["no line that only names an error", ["the error: of a word\nlast\n"], "last"],
    ["not which Bun it was", ["gone\n\nBun v1.4.5 (Linux x64)\n"], "gone"],
    ["a sentence about Bun", ["this needs Bun v1.4 or later\n"], "this needs Bun v1.4 or later"],
    ["without colours", ["\u001b[31merror\u001b[0m: red\n"], "error: red"],
    ["nothing where it says nothing", [], ""],
  ])("is %s", async (_, stderr, words) => {
    expect((await read(["told elsewhere\n"], stderr)).words).toBe(words);
  });

  test("is looked for in the last of what it wrote only", async () => {
    const { words } = await read([], ["error: long ago\n", `${"x".repeat(5000)}\n`, "end\n"]);
    expect(words).toBe("end");
  });
});

describe("the output of a program", () => {
  test("is told, both outputs, without the ends of lines", async () => {
    const { told } = await read(["one\n"], ["two\n"]);
    expect(told.toSorted()).toEqual(["one", "two"]);
  });

  test.each([
    [64 * mebibyte, false],
    [64 * mebibyte + 1, true],
  ])("of %d bytes, both outputs together, is too much: %p", async (bytes, tooMuch) => {
    const half = 32 * mebibyte;
    const read64 = await read([new Uint8Array(half)], [new Uint8Array(bytes - half)]);
    expect(read64.tooMuch).toBe(tooMuch);
  });
});

describe("an outside program", () => {
  const bounds = { timeoutMs: 10_000, maxOutputBytes: 1000 };
  test.each<[string[], ProgramResult]>([
    [["echo", "hello"], { ended: "well", output: "hello\n" }],
    [["sh", "-c", "echo lost >&2"], { ended: "well", output: "" }],
    [["sh", "-c", "exit 3"], { ended: "failed", how: "ended with code 3" }],
    [["sh", "-c", "kill -SEGV $$"], { ended: "failed", how: "was killed by SIGSEGV" }],
    [["/nowhere/such-program"], { ended: "missing" }],
  ])("%j ends as %j", async (command, expected) => {
    expect(await runProgram(command, bounds)).toEqual(expected);
  });

  test("is ended when its time is over", async () => {
    expect(await runProgram(["sleep", "60"], { ...bounds, timeoutMs: 50 })).toEqual({
      ended: "failed",
      how: "did not answer within 0.05 s",
    });
  });

  test("is ended when it writes more than it may", async () => {
    expect(await runProgram(["yes"], bounds)).toEqual({
      ended: "failed",
      how: "was killed by SIGKILL, or wrote more than 1000 bytes",
    });
  });
});
