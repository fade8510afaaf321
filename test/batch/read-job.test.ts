import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { type ReadJobTools, readJob } from "../../src/batch/read-job.ts";

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "read-job-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const page = { page: 1, text: "text", chars: 4, attempts: 0, ms: 1, truncated: false, warnings: [] };
const answer = { text: "text", ocrUsed: true, pageCount: 2, charCount: 4, engineUsed: "tesseract", warnings: ["one"] };
const pages = [
  { ...page, source: "tesseract" },
  { ...page, source: "blank" },
];

const tools = (more: Partial<ReadJobTools> = {}): ReadJobTools => ({
  client: { ocrUpload: () => Promise.resolve({ ...answer, pages }) },
  root: join(folder, "shared"),
  out: join(folder, "out"),
  claim: () => Promise.resolve(true),
  onProgress: () => undefined,
  temporarySuffix: "x.partial",
  signal: new AbortController().signal,
  ...more,
});

async function jobOf(path: string, content = "content") {
  await mkdir(dirname(join(folder, "shared", path)), { recursive: true });
  await Bun.write(join(folder, "shared", path), content);
  return { path, sha256: new Bun.CryptoHasher("sha256").update(content).digest("hex"), options: {} };
}

describe("the document of a job", () => {
  test("is written, and the queue keeps what is known about it", async () => {
    const result = await readJob(await jobOf("a/b.pdf"), tools());
    expect(result).toMatchObject({ pages: 2, engines: { tesseract: 1, blank: 1 }, warnings: 1, earlier: false });
    expect((await readdir(join(folder, "out/a"))).sort()).toEqual(["b.pdf.json", "b.pdf.md"]);
    expect(await readJob(await jobOf("a/b.pdf"), tools())).toMatchObject({ pages: 2, warnings: 1, earlier: true });
  });

  test("is not written by a worker that has lost it", async () => {
    const reading = readJob(await jobOf("a.pdf"), tools({ claim: () => Promise.resolve(false) }));
    await expect(reading).rejects.toMatchObject({ name: "ClaimLost" });
    await expect(readdir(join(folder, "out"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("that changes while it is read is not written", async () => {
    const job = await jobOf("a.pdf");
    const ocrUpload = async () => {
      await jobOf("a.pdf", "other content");
      return { ...answer, pages };
    };
    await expect(readJob(job, tools({ client: { ocrUpload } }))).rejects.toMatchObject({ code: "document_changed" });
    await expect(readdir(join(folder, "out"))).rejects.toMatchObject({ code: "ENOENT" });
  });

  test("is given to the service with its own hash, and pages are told as they come", async () => {
    const told: unknown[] = [];
    const job = { ...(await jobOf("a.pdf")), options: { maxPages: 3 } };
    const client: ReadJobTools["client"] = {
      ocrUpload: (request, call) => {
        expect(request).toMatchObject({ fileName: "a.pdf", includePages: true, maxPages: 3 });
        expect(call?.documentSha256).toBe(job.sha256);
        call?.onProgress?.({ type: "plan", pageCount: 2, pages: [] });
        call?.onProgress?.({ type: "page", page: { ...page, source: "tesseract" } });
        return Promise.resolve(answer);
      },
    };
    await readJob(job, tools({ client, onProgress: (progress) => told.push(progress) }));
    expect(told).toEqual([
      { pages: 0, pageCount: 2 },
      { pages: 1, pageCount: 2 },
    ]);
  });

  test.each([
    ["with other bytes", { sha256: "0".repeat(64) }, "document_changed"],
    ["that is not there", { path: "b.pdf" }, "file_not_found"],
    ["that is a folder", { path: "folder" }, "file_not_found"],
    ["without a plain path", { path: "../a.pdf" }, "invalid_job"],
    ["with a field too much", { key: "secret" }, "invalid_job"],
  ])("%s fails by name", async (_, difference, code) => {
    await mkdir(join(folder, "shared/folder"), { recursive: true });
    await expect(readJob({ ...(await jobOf("a.pdf")), ...difference }, tools())).rejects.toMatchObject({ code });
  });

  test.each([[null], ["text"], [7]])("fails by name when the job is %p", async (data) => {
    await expect(readJob(data, tools())).rejects.toMatchObject({ code: "invalid_job" });
  });

  test("whose name leaves no room for an ending fails; one whose whole folder cannot be written ends the worker", async () => {
    const long = `${"ก".repeat(83)}.pdf`;
    await expect(readJob(await jobOf(long), tools())).rejects.toMatchObject({ code: "output_failed" });
    // No folder can be made there, by whomever.
    const nowhere = readJob(await jobOf("a.pdf"), tools({ out: "/sys/nothing" }));
    await expect(nowhere).rejects.toMatchObject({ name: "WorkerFault" });
  });

  test("is not at fault when the shared folder is not mounted", async () => {
    const job = await jobOf("a.pdf");
    await rm(join(folder, "shared/a.pdf"));
    await expect(readJob(job, tools())).rejects.toMatchObject({ name: "WorkerFault" });
    await rm(join(folder, "shared"), { recursive: true });
    await expect(readJob(job, tools())).rejects.toMatchObject({ name: "WorkerFault" });
  });
});
