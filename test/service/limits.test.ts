import { expect, test } from "bun:test";
import { parseEnv } from "../../src/service/env.ts";
import { limitsOf } from "../../src/service/limits.ts";

const gibibyte = 1024 ** 3;

function limitsFor(cpus: number, memoryBytes: number, variables: Record<string, string> = {}) {
  const parsed = parseEnv({ OCR_SIDECAR_API_KEY: "k", ...variables });
  if (!parsed.ok) throw new Error(parsed.problems.join(", "));
  return limitsOf(parsed.env, { cpus, memoryBytes });
}

test.each<[string, number, number, Record<string, string>, number]>([
  ["two cores", 2, 10 * gibibyte, {}, 2],
  ["a part of a core", 0.5, 10 * gibibyte, {}, 1],
  ["a core and a half", 1.5, 10 * gibibyte, {}, 1],
  ["many cores and enough memory", 64, 64 * gibibyte, {}, 8],
  ["many cores and little memory", 64, 4 * gibibyte, {}, 2],
  ["less memory than one may take", 4, gibibyte / 2, {}, 1],
  ["processes that may take more", 8, 10 * gibibyte, { PDF_WORKER_MAX_MB: "1024" }, 2],
  ["a number that the operator wants", 2, gibibyte, { PDF_WORKERS: "5" }, 5],
])("with %s there are so many PDF processes", (_what, cpus, memoryBytes, variables, processes) => {
  expect(limitsFor(cpus, memoryBytes, variables).pdf.processes).toBe(processes);
});

test.each([
  [1, 1],
  [2, 1],
  [4, 3],
  [16, 4],
])("on %i cores the embedded engine reads %i pages at once", (cpus, processes) => {
  expect(limitsFor(cpus, 10 * gibibyte).embedded.processes).toBe(processes);
});

test("an inference process may not take all of the memory", () => {
  expect(limitsFor(2, 10 * gibibyte).retrieval.maxChildMemoryBytes).toBe(8.5 * gibibyte);
});

test("the embedded engine has as long for a page as the model by the clock, and two minutes of the CPU", () => {
  expect(limitsFor(2, gibibyte, { OCR_TIMEOUT: "360" }).embedded).toMatchObject({
    pageTimeoutMs: 360_000,
    maxPageCpuMs: 120_000,
  });
});

test("between the pages of a document the model is kept, also where it is to go at the end", () => {
  const keepAliveFor = (window: string) =>
    limitsFor(2, gibibyte, { OCR_RESIDENCY_WINDOW_SECONDS: window }).page.keepAliveSeconds;
  expect(keepAliveFor("0")).toBe(60);
  expect(keepAliveFor("20")).toBe(20);
});
