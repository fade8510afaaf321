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

test.each<[string, number, number, number, boolean]>([
  ["grows in both halves", 100, 110, 121, true],
  ["grows by a little in both", 100, 106, 112, true],
  ["grows in the first and then no more", 103, 115, 117, false],
  ["seems to grow in the second", 100, 99, 112, false],
  ["has just come down", 115, 103, 115, false],
  ["stays", 100, 101, 102, false],
])("memory that %s leaks, or does not", (_, start, middle, end, isLeak) => {
  expect(leaks(start, middle, end)).toBe(isLeak);
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
