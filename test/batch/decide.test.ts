import { describe, expect, test } from "bun:test";
import { type Decision, decide, retryDelayMs } from "../../src/batch/decide.ts";
import { DocumentFailure, readReason, WorkerFault, writeReason } from "../../src/batch/failure.ts";
import { SidecarClientError } from "../../src/client/client-error.ts";

const refused = (code: string, status?: number) => new SidecarClientError(code, "Sentence.", { status });

describe("what becomes of a document that was not read", () => {
  test.each<[string, unknown, Decision["action"]]>([
    ["a damaged document", refused("document_damaged", 422), "fail"],
    ["an option that the service refuses", refused("invalid_request", 400), "fail"],
    ["a file that has changed", new DocumentFailure("document_changed", "Changed."), "fail"],
    ["a body that is too large for a proxy", refused("http_error", 413), "fail"],
    ["a page that failed", refused("ocr_failed", 502), "retry"],
    ["a document that took too long", refused("document_timeout", 504), "retry"],
    ["a connection that broke off", refused("connection_lost"), "retry"],
    ["a fault of our own", new TypeError("x is undefined"), "retry"],
    ["a full queue", refused("ocr_busy", 503), "hand-back"],
    ["a service that stops", refused("shutting_down", 503), "hand-back"],
    ["a service that does not answer", refused("connection_failed"), "hand-back"],
    ["an Ollama that is away", refused("ollama_unreachable", 503), "hand-back"],
    ["a proxy without a service", refused("http_error", 503), "hand-back"],
    ["a wrong key", refused("unauthorized", 401), "stop"],
    ["an address that is another server's", refused("http_error", 404), "stop"],
    ["a peer that is not allowed", refused("peer_not_allowed", 403), "stop"],
    ["an origin that is not allowed", refused("origin_not_allowed", 403), "stop"],
    ["a service without this route", refused("route_not_found", 404), "stop"],
    ["a service with another method", refused("method_not_allowed", 405), "stop"],
    ["a service without an engine", refused("ocr_not_configured", 503), "stop"],
    ["a model that is not there", refused("model_not_installed", 503), "stop"],
    ["a shared folder that is not mounted", new WorkerFault("Empty."), "stop"],
  ])("%s", (_, error, action) => {
    expect(decide(error, 1).action).toBe(action);
  });

  test.each<[string, number, Decision["action"]]>([
    ["connection_failed", 20, "hand-back"],
    ["connection_failed", 21, "retry"],
    ["ocr_busy", 21, "hand-back"],
  ])("%s at start %p: %s, so that no document ends its service for ever", (code, starts, action) => {
    expect(decide(refused(code, code === "ocr_busy" ? 503 : undefined), starts).action).toBe(action);
  });

  test("the reason names the request, and survives the queue", () => {
    const error = new SidecarClientError("document_damaged", "It is: damaged.", { status: 422, requestId: "r1" });
    const { reason } = decide(error, 1);
    expect(reason).toEqual({ code: "document_damaged", sentence: "It is: damaged. (request r1)" });
    expect(readReason(writeReason(reason))).toEqual(reason);
  });

  test.each<[unknown, string]>([
    [new DocumentFailure("document_changed", "Sentence."), "document_changed"],
    [new WorkerFault("Sentence."), "worker_fault"],
    [new TypeError("Sentence."), "internal_error"],
  ])("the reason says what it is: %#", (error, code) => {
    expect(decide(error, 1).reason).toEqual({ code, sentence: "Sentence." });
  });

  test.each([
    ["job stalled more than allowable limit", "worker_lost"],
    ["Something else went wrong", "other"],
  ])("the reason %p, which the queue wrote, has the code %p", (text, code) => {
    expect(readReason(text).code).toBe(code);
    const sentence = code === "other" ? text : "Several workers ended while they had the document.";
    expect(readReason(text).sentence).toBe(sentence);
  });
});

describe("the wait before another try", () => {
  test.each([
    [1, undefined, 1, 5_000],
    [1, undefined, 0, 2_500],
    [3, undefined, 1, 20_000],
    [1, 60, 1, 60_000],
    [30, undefined, 1, 600_000],
    [1, 86_400, 1, 600_000],
  ])("after %p tries, asked for %p s, with chance %p: %p ms", (tries, asked, random, expected) => {
    expect(retryDelayMs(tries, asked, random)).toBe(expected);
  });
});
