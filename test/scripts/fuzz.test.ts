import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { makeCase } from "../../scripts/fuzz/behaviour.ts";
import { fuzzEnvironments } from "../../scripts/fuzz/environments.ts";
import { type Answer, violationsOf } from "../../scripts/fuzz/invariants.ts";
import { leaks } from "../../scripts/fuzz/memory.ts";
import { runFuzz } from "../../scripts/fuzz/run.ts";
import { startWorld, type World } from "../../scripts/fuzz/world.ts";

setDefaultTimeout(120_000);

describe("fuzzing", () => {
  let world: World;
  beforeAll(async () => {
    world = await startWorld({ PDF_PAGE_TIMEOUT_SECONDS: "0.5", OCR_TIMEOUT: "0.5", BODY_TIMEOUT_SECONDS: "0.5" });
  });
  afterAll(() => world[Symbol.asyncDispose]());

  test("a run of some 5 s with a fixed seed finds nothing", async () => {
    const report = await runFuzz(world, { seed: 20, concurrency: 4, goesOn: (cases) => cases < 200 });
    expect(report.violations).toEqual([]);
    expect(report.cases).toBe(200);
  });

  test("measures what the service holds when everything has been collected", async () => {
    const { heapBytes, residentBytes } = await world.memoryAtRest();
    expect(heapBytes).toBeWithin(mebibyte, residentBytes);
  });

  test("makes the same case from the same seed, and another from another", () => {
    const options = { key: "key", base: "/base" };
    const cases = (seed: number) => Array.from({ length: 50 }, (_, index) => makeCase(index, { seed, ...options }));
    expect(cases(1)).toEqual(cases(1));
    expect(cases(1)).not.toEqual(cases(2));
  });
});

test("an environment in which variables hold next to nothing is refused, or no list of it is empty", () => {
  expect(fuzzEnvironments(20, 2000)).toEqual([]);
});

const mebibyte = 1024 * 1024;
const heap = "the heap grows in both halves";
const resident = "resident memory grows in both halves";

type ThreeSizes = [start: number, middle: number, end: number];

test.each<[string, ThreeSizes, ThreeSizes, [number, number], string[]]>([
  ["whose heap grows by 24 KiB a request", [20, 27.4, 37.7], [84, 88, 92], [317, 440], [heap]],
  ["whose heap grows by 15 KiB a request", [20, 35, 50], [84, 84, 84], [1000, 1000], [heap]],
  ["whose heap grows by 7 KiB a request", [20, 27, 34], [84, 84, 84], [1000, 1000], []],
  ["whose heap grows in the first half", [20, 30, 30.5], [84, 84, 84], [317, 440], []],
  ["whose heap grows in the second half", [20, 20.5, 30], [84, 84, 84], [317, 440], []],
  ["whose heap finds its size among few requests", [20, 20.9, 21.8], [84, 84, 84], [95, 95], []],
  ["whose native code keeps what it takes", [20, 20, 20], [84, 94, 105], [317, 440], [resident]],
  ["whose resident memory rises once", [20, 20, 20], [84, 94, 98], [317, 440], []],
  ["whose resident memory rises at the end", [20, 20, 20], [84, 86, 98], [317, 440], []],
])("a service %s leaks, or does not", (_, heaps, residents, [first, second], expected) => {
  const mark = (at: 0 | 1 | 2, requests: number) => ({
    requests,
    heapBytes: heaps[at] * mebibyte,
    residentBytes: residents[at] * mebibyte,
  });
  expect(leaks(mark(0, 50), mark(1, 50 + first), mark(2, 50 + first + second))).toEqual(expected);
});

describe("the invariants", () => {
  const headers = new Headers({ "X-Request-Id": "id" });
  const good = JSON.stringify({ detail: "No.", code: "invalid_request", requestId: "id" });
  const answer = (changes: Partial<Answer>): Answer => ({
    method: "POST",
    path: "/ocr",
    status: 400,
    headers,
    text: good,
    ...changes,
  });
  const events = new Headers({ "X-Request-Id": "id", "Content-Type": "text/event-stream" });

  test.each([
    ["a refusal as it should be", answer({}), []],
    [
      "a documented status of the server",
      answer({ status: 503, text: good.replace("invalid_request", "ocr_busy") }),
      [],
    ],
    ["an undocumented status", answer({ status: 500 }), ["status 500"]],
    ["an unknown code", answer({ text: good.replace("invalid_request", "oops") }), ["status 400 without a problem"]],
    ["no JSON", answer({ text: "Bad Request" }), ["status 400 without a problem: Bad Request"]],
    [
      "no request id",
      answer({ headers: new Headers() }),
      ["no request id", "the request ids of header and body differ"],
    ],
    ["a secret", answer({ text: good.replace("No.", "hush") }), ["a secret stands in the answer"]],
    [
      "a stack trace",
      answer({ text: good.replace("No.", "x at run (/src/a.ts:1:2)") }),
      ["a stack trace stands in the answer"],
    ],
    [
      "a stream that is cut",
      answer({ status: 200, headers: events, text: "event: plan\ndata: {}\n\n" }),
      ["a stream that ends with"],
    ],
    ["a stream that is whole", answer({ status: 200, headers: events, text: "event: done\ndata: {}\n\n" }), []],
  ])("judge %s", (_, given, expected) => {
    const found = violationsOf(given, ["hush"]);
    expect(found).toHaveLength(expected.length);
    for (const [index, start] of expected.entries()) expect(found[index]).toStartWith(start);
  });
});
