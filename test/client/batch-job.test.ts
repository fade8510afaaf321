import { describe, expect, test } from "bun:test";
import { batchJobSchema, toQueuedBatchJob } from "../../src/client.ts";

const sha256 = "a".repeat(64);
const job = {
  path: "scans/a.pdf",
  sha256,
  options: { engine: "tesseract", runtimeParams: { temperature: 0, seed: 1 } },
};
const idOf = async (value: Parameters<typeof toQueuedBatchJob>[0]) => (await toQueuedBatchJob(value)).opts.jobId;

describe("the id of a job", () => {
  test("is the same for the same document and options, in whatever order they are written", async () => {
    const turned = {
      options: { runtimeParams: { seed: 1, temperature: 0 }, engine: "tesseract" },
      sha256,
      path: job.path,
    };
    expect(await idOf(turned)).toBe(await idOf(job));
    expect(await idOf(job)).toMatch(/^[0-9a-f]{32}$/);
  });

  test("stands with the five tries that a document has", async () => {
    const { name, data, opts } = await toQueuedBatchJob(job);
    expect({ name, data, opts }).toEqual({
      ...{ name: "document", data: job },
      opts: { jobId: await idOf(job), attempts: 5, backoff: { type: "custom" } },
    });
  });

  test("is another one for another path, other bytes and other options", async () => {
    const others = [
      { ...job, path: "scans/b.pdf" },
      { ...job, sha256: "b".repeat(64) },
      { ...job, options: {} },
    ];
    const ids = await Promise.all([job, ...others].map(idOf));
    expect(new Set(ids).size).toBe(4);
  });
});

describe("the data of a job", () => {
  test.each([
    ["an absolute path", { ...job, path: "/etc/passwd" }],
    ["a path that goes up", { ...job, path: "scans/../../a.pdf" }],
    ["a path with a dot", { ...job, path: "./a.pdf" }],
    ["an empty name", { ...job, path: "scans//a.pdf" }],
    ["an empty path", { ...job, path: "" }],
    ["a NUL", { ...job, path: "a\0.pdf" }],
    ["a hash in capitals", { ...job, sha256: "A".repeat(64) }],
    ["a field that nobody knows", { ...job, key: "x" }],
    ["an option that nobody knows", { ...job, options: { keep_alive: -1 } }],
  ])("are refused for %s", (_, value) => {
    expect(batchJobSchema.safeParse(value).success).toBe(false);
  });

  test("are checked before anything is added", async () => {
    expect(batchJobSchema.safeParse(job).success).toBe(true);
    await expect(toQueuedBatchJob({ ...job, path: "../a.pdf" })).rejects.toThrow();
  });
});
