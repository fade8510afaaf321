import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readDocuments } from "../../src/cli/read-documents.ts";
import type { Health, OcrAnswer } from "../../src/client/answers.ts";
import { SidecarClientError } from "../../src/client/client-error.ts";
import type { OcrCallOptions } from "../../src/client/client-types.ts";

const answer: OcrAnswer = { text: "text", ocrUsed: false, pageCount: 1, charCount: 4, engineUsed: "fast-path" };
const health: Health = { status: "ok", engine: "np-dms-ocr", ocrModel: "m", ollamaUrl: "http://h" };
const unreachable = () => new SidecarClientError("connection_failed", "No answer from http://h: ECONNREFUSED.");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-read-documents-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

interface Service {
  ocrUpload(options: OcrCallOptions): Promise<OcrAnswer>;
  health(): Promise<Health>;
}

/** What becomes of three documents at a service, one at a time: how each ended, and the pages told meanwhile. */
async function readThree({ ocrUpload, health }: Service, signal = new AbortController().signal) {
  const outcomes: string[] = [];
  const pages: number[] = [];
  const documents = ["a.pdf", "b.pdf", "c.pdf"].map((name) => ({ path: join(folder, name), name }));
  for (const { path } of documents) await Bun.write(path, path);
  const { stoppedBy } = await readDocuments(
    documents,
    {
      client: { ocrUpload: (_, options = {}) => ocrUpload(options), health },
      outFolder: join(folder, "out"),
      fields: {},
      parallel: 1,
      force: false,
      onPages: (_, count) => pages.push(count),
      onOutcome: ({ name }, { kind }) => outcomes.push(`${name} ${kind}`),
    },
    signal,
  );
  return { outcomes, pages, stoppedBy };
}

describe("a connection that fails", () => {
  test("ends the run after its first document when the service has gone", async () => {
    const gone = { ocrUpload: () => Promise.reject(unreachable()), health: () => Promise.reject(unreachable()) };
    expect(await readThree(gone)).toMatchObject({
      outcomes: ["a.pdf failed"],
      stoppedBy: "No answer from http://h: ECONNREFUSED.",
    });
  });

  test("is its document's alone when the service is alive", async () => {
    const alive = { ocrUpload: () => Promise.reject(unreachable()), health: async () => health };
    expect(await readThree(alive)).toMatchObject({
      outcomes: ["a.pdf failed", "b.pdf failed", "c.pdf failed"],
      stoppedBy: undefined,
    });
  });

  test("ends the run as interrupted when that happens while the service is asked whether it is alive", async () => {
    const caller = new AbortController();
    const health = () => {
      caller.abort(new Error("interrupted"));
      return Promise.reject(caller.signal.reason);
    };
    const run = readThree({ ocrUpload: () => Promise.reject(unreachable()), health }, caller.signal);
    await expect(run).rejects.toThrow("interrupted");
  });
});

test("an interrupted run is no end of its own, and a file is sent by its own name", async () => {
  const caller = new AbortController();
  const path = join(folder, "deep/a.pdf");
  await Bun.write(path, "content");
  const names: unknown[] = [];
  const run = readDocuments(
    [{ path, name: "in/deep/a.pdf" }],
    {
      client: {
        ocrUpload: async ({ fileName }) => {
          names.push(fileName);
          caller.abort(new Error("interrupted"));
          throw new Error("reset");
        },
        health: async () => health,
      },
      ...{ outFolder: join(folder, "out"), fields: {}, parallel: 2, force: false },
      onPages: () => undefined,
      onOutcome: () => expect.unreachable(),
    },
    caller.signal,
  );
  await expect(run).rejects.toThrow("interrupted");
  expect(names).toEqual(["a.pdf"]);
});

test("the pages of a document that is begun again are counted from its beginning", async () => {
  const page = {
    page: 1,
    source: "text-layer",
    text: "",
    chars: 0,
    attempts: 0,
    ms: 1,
    truncated: false,
    warnings: [],
  };
  const twice = async ({ onProgress }: OcrCallOptions) => {
    for (let time = 0; time < 2; time += 1) {
      onProgress?.({ type: "plan", pageCount: 1, pages: [] });
      onProgress?.({ type: "page", page });
    }
    return answer;
  };
  const { pages } = await readThree({ ocrUpload: twice, health: async () => health });
  // The last is the number of pages that the answer names.
  expect(pages.slice(0, 5)).toEqual([0, 1, 0, 1, 1]);
});
