import { describe, expect, test } from "bun:test";
import { SidecarClientError } from "../../src/client/client-error.ts";
import { decideRetry, type RetryPolicy } from "../../src/client/retry.ts";
import { parseRetryAfter } from "../../src/client/retry-after.ts";
import { errorCodes, SidecarError } from "../../src/errors.ts";

const policy: RetryPolicy = { maxAttempts: 4, baseDelayMs: 500, maxDelayMs: 30_000 };
const busy = (retryAfterSeconds?: number) => new SidecarClientError("ocr_busy", "Busy.", { retryAfterSeconds });

describe("the decision to repeat", () => {
  test.each([
    ["the first wait, shortest", busy(), 1, 0, 250],
    ["the first wait, longest", busy(), 1, 1, 500],
    ["the second wait is twice as long", busy(), 2, 1, 1000],
    ["the third wait is four times as long", busy(), 3, 1, 2000],
    ["what the service asks for comes first, then the spread", busy(10), 1, 1, 10_500],
    ["a service that asks for nothing", busy(0), 1, 0, 250],
    ["the longest wait that is allowed", busy(30), 1, 0, 30_250],
    ["a connection that was lost", new SidecarClientError("connection_lost", "Lost."), 1, 0, 250],
  ])("%s", (_, error, attemptsMade, random, delayMs) => {
    expect(decideRetry(error, attemptsMade, policy, random)).toEqual({ retry: true, delayMs });
  });

  test("a wait never doubles beyond its limit", () => {
    const patient = { ...policy, maxAttempts: 100 };
    expect(decideRetry(busy(), 60, patient, 1)).toEqual({ retry: true, delayMs: 30_000 });
  });

  test.each([
    ["the last attempt", busy(), 4],
    ["a longer wait than allowed", busy(31), 1],
    ["the caller's own fault", new TypeError("no fault of the service"), 1],
  ])("%s ends it", (_, error, attemptsMade) => {
    expect(decideRetry(error, attemptsMade, policy, 0)).toMatchObject({ retry: false });
  });

  test("of the service's codes only those of 502 and 503 that may pass are repeated", () => {
    const repeated = errorCodes.filter((code) => decideRetry(new SidecarClientError(code, ""), 1, policy, 0).retry);
    expect(repeated.sort().join(" ")).toBe(
      "model_loading ocr_busy ocr_failed ollama_busy ollama_unreachable retrieval_busy shutting_down",
    );
  });
});

test.each(errorCodes)("%s means the same to client and service", (code) => {
  const { status, retryable } = new SidecarError(code, "");
  expect(new SidecarClientError(code, "")).toMatchObject({ status, retryable });
});

const nowMs = Date.parse("2026-03-01T12:00:00Z");

test.each([
  ["5", 5],
  [" 1.5 ", 1.5],
  ["0", 0],
  ["Sun, 01 Mar 2026 12:00:30 GMT", 30],
  ["Sun, 01 Mar 2026 11:00:00 GMT", 0],
  ["soon", undefined],
  ["-5", undefined],
  ["", undefined],
  [null, undefined],
])("Retry-After %p asks for %p seconds", (header, seconds) => {
  expect(parseRetryAfter(header, nowMs)).toBe(seconds);
});
