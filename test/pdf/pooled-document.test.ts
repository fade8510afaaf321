import { expect, test } from "bun:test";
import type { JobResult } from "../../src/pdf/messages.ts";
import { openPooledDocument } from "../../src/pdf/pooled-document.ts";
import { documentFile } from "../support/document-file.ts";
import { refusalOf } from "../support/refusal-of.ts";

const { signal } = new AbortController();
/** Four parts. */
const pageCount = 160;
const range = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

type ReadPages = (pages: readonly number[], signal: AbortSignal) => Promise<JobResult>;

/** A document whose pages are read by this function; so many processes have nothing to do. */
const openWith = (readPages: ReadPages, freeProcesses: () => number) =>
  openPooledDocument({
    file: documentFile(new Uint8Array(1)),
    kind: "pdf",
    signal,
    limits: { maxPages: pageCount, maxPagePixels: 1, fewCharacters: 1, maxTextCharacters: 1_000_000 },
    refusal: () => undefined,
    run: async (job, jobSignal) =>
      job.type === "read-pages" ? readPages(job.pages, jobSignal) : { type: "open", pageCount, warnings: [] },
    freeProcesses,
    forget: () => undefined,
  });

test("the first part that fails aborts the parts in flight with its error, and no other is begun", async () => {
  const failure = new Error("page 1 is broken");
  const begun: number[] = [];
  const abortedWith: unknown[] = [];
  const document = await openWith(
    async ([first = 0], partSignal) => {
      begun.push(first);
      if (first === 1) throw failure;
      const { promise, reject } = Promise.withResolvers<never>();
      partSignal.addEventListener("abort", () => {
        abortedWith.push(partSignal.reason);
        reject(partSignal.reason);
      });
      return promise;
    },
    () => 3,
  );
  expect(await refusalOf(document.readPages(range(pageCount), signal))).toBe(failure);
  expect(begun).toEqual([1, 51, 101]);
  expect(abortedWith).toEqual([failure, failure]);
  document.close();
});
