import { expect, test } from "bun:test";
import type { Embeddings } from "../../src/retrieval/embedder.ts";
import { fakeServices } from "../support/fake-services.ts";

test("what is said of the fields of a form stands before what is said of its document", async () => {
  const service = fakeServices({
    readDocument: async () => ({
      ...{ text: "text", ocrUsed: false, pageCount: 1, charCount: 4, engineUsed: "fast-path", pages: [] },
      warnings: ["page 1: a line is in doubt"],
    }),
  });
  const response = await service.upload("/ocr-upload", { colour: "red" });
  expect((await response.json()).warnings).toEqual([
    expect.stringContaining("field `colour` is unknown"),
    "page 1: a line is in doubt",
  ]);
});

test("a request to a model is in progress until it is answered, and its record says how long it waited and was computed", async () => {
  const computing = Promise.withResolvers<Embeddings>();
  const begun = Promise.withResolvers<void>();
  const embed = () => {
    begun.resolve();
    return computing.promise;
  };
  const { retrieval } = fakeServices().services;
  const service = fakeServices({ retrieval: { ...retrieval, embedder: { embed } } });
  const answered = service.post("/embed", { texts: ["pump"] });
  await begun.promise;
  expect(service.services.inFlight.longest(5)).toMatchObject([{ requestId: "made-here", path: "/embed" }]);
  const result = { dense: Float32Array.of(1), sparse: { indices: [7], values: [1] }, tokens: 3, truncated: false };
  computing.resolve({ results: [result], device: "cuda", waitedMs: 1.4, computedMs: 2.6 });
  const response = await answered;
  expect(response.headers.get("X-Residency-Device")).toBe("cuda");
  await response.text();
  expect(service.services.inFlight.count).toBe(0);
  expect(service.records).toMatchObject([{ notes: { device: "cuda", waitedMs: 1, computedMs: 3 } }]);
});
