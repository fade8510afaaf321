import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { badDocuments } from "../support/bad-documents.ts";
import { childrenOf } from "../support/child-processes.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { until } from "../support/until.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(60_000);

const sentence = "A typed page with quite enough characters on it to be believed, and some more for good measure.";
const typed = (words: string) => buildPdf([{ kind: "text", lines: [sentence, words] }]);

let spool: string;
let service: ServiceProcess;
beforeAll(async () => {
  spool = await mkdtemp(join(tmpdir(), "sidecar-spool-"));
  service = await startServiceProcess({
    OCR_SPOOL_DIR: spool,
    PDF_WORKERS: "1",
    PDF_PAGE_TIMEOUT_SECONDS: "1",
    RETRIEVAL_PRELOAD: "false",
  });
});
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await rm(spool, { recursive: true, force: true });
});

async function upload(document: Uint8Array<ArrayBuffer>) {
  const form = new FormData();
  form.set("file", new Blob([document]), "doc.pdf");
  const response = await fetch(`${service.url}/ocr-upload`, { method: "POST", body: form });
  const body = await response.json();
  return { status: response.status, code: body.code, text: body.text };
}

/** The process that opens documents, as soon as it is up. */
async function pdfProcess(): Promise<number> {
  let pid = 0;
  await until(async () => {
    const { components } = await (await fetch(`${service.url}/ready`)).json();
    pid = (await childrenOf(service.pid))[0]?.pid ?? 0;
    return pid !== 0 && components.pdfWorkers.reason === undefined;
  }, "the PDF process is up");
  return pid;
}

/** Open files of the service that lie in the spool, and names there. */
async function leftInSpool(): Promise<number> {
  const { spool: status } = await (await fetch(`${service.url}/residency`)).json();
  return status.files + (await readdir(spool)).length;
}

async function isBusy(): Promise<boolean> {
  const { pdfWorkers } = await (await fetch(`${service.url}/residency`)).json();
  return pdfWorkers.busy > 0;
}

describe("a PDF process", () => {
  test("that is stopped costs the request that it has, within the time for a page, and no other", async () => {
    process.kill(await pdfProcess(), "SIGSTOP");
    expect(await upload(typed("stopped"))).toMatchObject({ status: 422, code: "document_too_complex" });
    expect(await upload(typed("the next"))).toMatchObject({ status: 200, text: expect.stringContaining("the next") });
  });

  test("that is killed while it has a request costs nothing but time", async () => {
    const pid = await pdfProcess();
    process.kill(pid, "SIGSTOP");
    const reading = upload(typed("killed"));
    await until(isBusy, "the process has the request");
    process.kill(pid, "SIGKILL");
    expect(await reading).toMatchObject({ status: 200, text: expect.stringContaining("killed") });
  });

  test("that computes for ever is ended, and the next document is read", async () => {
    const endless = badDocuments.get("forms that double 40 times")?.();
    if (endless === undefined) throw new Error("no such document");
    expect(await upload(new Uint8Array(endless))).toMatchObject({ status: 422, code: "document_too_complex" });
    expect(await upload(typed("after it"))).toMatchObject({ status: 200 });
    expect(await leftInSpool()).toBe(0);
  });

  test("that computes for somebody who hangs up is ended soon", async () => {
    const pid = await pdfProcess();
    process.kill(pid, "SIGSTOP");
    const form = new FormData();
    form.set("file", new Blob([typed("gone")]), "doc.pdf");
    const caller = new AbortController();
    const reading = fetch(`${service.url}/ocr-upload`, { method: "POST", body: form, signal: caller.signal });
    await until(isBusy, "the process has the request");
    caller.abort();
    await reading.catch(() => undefined);
    await until(async () => (await leftInSpool()) === 0, "its document is gone");
    await until(async () => (await pdfProcess()) !== pid, "the process is another one");
    expect(await upload(typed("after that"))).toMatchObject({ status: 200 });
  });
});

test("a service that is killed leaves no process, and nothing in the spool", async () => {
  const folder = await mkdtemp(join(tmpdir(), "sidecar-spool-"));
  const doomed = await startServiceProcess({ OCR_SPOOL_DIR: folder, RETRIEVAL_PRELOAD: "false" });
  let children: number[] = [];
  await until(async () => {
    children = (await childrenOf(doomed.pid)).map(({ pid }) => pid);
    return children.length > 0;
  }, "its processes are there");
  for (const pid of children) process.kill(pid, "SIGSTOP");
  const form = new FormData();
  form.set("file", new Blob([typed("left")]), "doc.pdf");
  const reading = fetch(`${doomed.url}/ocr-upload`, { method: "POST", body: form }).catch(() => undefined);
  await until(async () => {
    const report = await (await fetch(`${doomed.url}/residency`)).json();
    return report.spool.bytes > 0 && (await readdir(folder)).length === 0;
  }, "the request has come");
  process.kill(doomed.pid, "SIGKILL");
  await reading;
  await until(async () => (await Promise.all(children.map(isAlive))).every((alive) => !alive), "no process is left");
  expect(await readdir(folder)).toEqual([]);
  await rm(folder, { recursive: true, force: true });
});

async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !stat.includes(") Z ");
}
