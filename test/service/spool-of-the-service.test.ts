import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, readlink, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPdf } from "../support/pdf-builder.ts";
import { openConnection } from "../support/raw-connection.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { until } from "../support/until.ts";

// A real service on a busy machine of two cores.
setDefaultTimeout(30_000);

const mebibyte = 1024 * 1024;
const typed = buildPdf([{ kind: "text", lines: Array(6).fill("A typed page with quite enough characters on it.") }]);
const head = "Host: localhost\r\nContent-Type: multipart/form-data; boundary=x\r\nTransfer-Encoding: chunked\r\n\r\n";
const filePart = '--x\r\nContent-Disposition: form-data; name="file"\r\n\r\n';

let folder = "";
let service: ServiceProcess;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "spool-service-"));
  await writeFile(join(folder, `ocr-sidecar-${Bun.spawnSync(["true"]).pid}-${"0a".repeat(16)}`), "a leftover");
  service = await startServiceProcess({ OCR_SPOOL_DIR: folder, OCR_SPOOL_MAX_MB: "8", MAX_UPLOAD_MB: "1" });
});
afterEach(() => until(async () => (await traces()).length === 0, "no document is left"));
afterAll(async () => {
  await service[Symbol.asyncDispose]();
  await rm(folder, { recursive: true });
});

/** Names in the spool's folder, and descriptors of the service that are open on files of it. */
async function traces(): Promise<string[]> {
  const descriptors = await readdir(`/proc/${service.pid}/fd`);
  const targets = await Promise.all(
    descriptors.map((descriptor) => readlink(`/proc/${service.pid}/fd/${descriptor}`).catch(() => "")),
  );
  return [...(await readdir(folder)), ...targets.filter((target) => target.startsWith(`${folder}/`))];
}

async function upload(file: Uint8Array<ArrayBuffer>, fields: Record<string, string> = {}) {
  const form = new FormData();
  form.set("file", new Blob([file]));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  const response = await fetch(`${service.url}/ocr-upload`, { method: "POST", body: form });
  return { status: response.status, ...(await response.json()) };
}

async function readBelowBase(path: string) {
  const response = await fetch(`${service.url}/ocr`, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ pdfPath: join(service.base, path) }),
  });
  return { status: response.status, ...(await response.json()) };
}

const chunk = (bytes: Uint8Array | string) =>
  Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), Buffer.from(bytes), Buffer.from("\r\n")]);

describe("no document is left in the spool", () => {
  test("by an earlier process", async () => {
    expect(await readdir(folder)).toEqual([]);
  });

  test("when it was read, eight at once", async () => {
    const answers = await Promise.all(Array.from({ length: 8 }, () => upload(typed)));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200));
  });

  test.each([
    ["its kind is refused", new Uint8Array(5000), {}, 415],
    ["its order is refused", typed, { maxPages: "many" }, 400],
    ["its pages are not there", typed, { pages: "7" }, 400],
    ["it is damaged", Buffer.from("%PDF-1.7 and nothing else"), {}, 422],
    ["it is too large", new Uint8Array(mebibyte + 1), {}, 413],
  ])("when %s", async (_, file, fields, status) => {
    expect(await upload(file, fields)).toMatchObject({ status });
  });

  test("when it was read below the upload base, or refused there", async () => {
    await writeFile(join(service.base, "typed.pdf"), typed);
    await writeFile(join(service.base, "text.txt"), "text");
    expect(await readBelowBase("typed.pdf")).toMatchObject({ status: 200, pageCount: 1 });
    expect(await readBelowBase("text.txt")).toMatchObject({ status: 415 });
  });

  test("when its sender hangs up in the middle", async () => {
    const connection = await openConnection(service.url);
    connection.send(
      Buffer.concat([Buffer.from(`POST /ocr-upload HTTP/1.1\r\n${head}`), chunk(filePart + "x".repeat(90_000))]),
    );
    await until(async () => (await traces()).length === 1);
    connection.hangUp();
  });
});

describe("a chunked body", () => {
  async function send(fileBytes: number, bodyBytes: number) {
    const form = Buffer.concat([Buffer.from(filePart), Buffer.alloc(fileBytes, "x"), Buffer.from("\r\n--x--")]);
    const body = Buffer.concat([form, Buffer.alloc(Math.max(0, bodyBytes - form.length), "x")]);
    const connection = await openConnection(service.url);
    connection.send(`POST /ocr-upload HTTP/1.1\r\n${head}`);
    for (let start = 0; start < body.length; start += 100_000)
      connection.send(chunk(body.subarray(start, start + 100_000)));
    connection.send("0\r\n\r\n");
    await until(() => connection.statuses().length > 0 || connection.closed);
    connection.hangUp();
    return [connection.statuses()[0], /"code":"(\w+)"/.exec(connection.received)?.[1]];
  }

  // The file is no document, which is only said of one that has come whole.
  test.each([
    ["of the largest file passes", mebibyte, 0, 415, "unsupported_file_type"],
    ["of one byte more of a file is refused", mebibyte + 1, 0, 413, "file_too_large"],
    ["of exactly the limit passes", mebibyte, 2 * mebibyte, 415, "unsupported_file_type"],
    ["of one byte more is refused", mebibyte, 2 * mebibyte + 1, 413, "body_too_large"],
  ])("%s", async (_, fileBytes, bodyBytes, status, code) => {
    expect(await send(fileBytes, bodyBytes)).toEqual([status, code]);
  });
});

describe("documents for which there is no room", () => {
  test("are refused while others lie there, and taken again when those have gone", async () => {
    const senders = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const connection = await openConnection(service.url);
        connection.send(`POST /ocr-upload HTTP/1.1\r\n${head}`);
        connection.send(chunk(filePart + "x".repeat(mebibyte)));
        return connection;
      }),
    );
    const held = async () => (await (await fetch(`${service.url}/residency`)).json()).spool;
    await until(async () => (await held()).bytes === 8 * mebibyte);
    const response = await fetch(`${service.url}/ocr-upload`, { method: "POST", body: formOf(typed) });
    expect(response.status).toBe(503);
    expect(response.headers.get("Retry-After")).toBe("5");
    expect(await response.json()).toMatchObject({ code: "ocr_busy" });
    for (const sender of senders) sender.hangUp();
    await until(async () => (await held()).files === 0);
    expect(await upload(typed)).toMatchObject({ status: 200 });
  });

  const formOf = (file: Uint8Array<ArrayBuffer>) => {
    const form = new FormData();
    form.set("file", new Blob([file]));
    return form;
  };
});

describe("a start is refused", () => {
  test.each([
    [
      "with a spool folder that is missing",
      { OCR_SPOOL_DIR: "/nowhere/at/all" },
      "OCR_SPOOL_DIR is /nowhere/at/all, where no file can be made (ENOENT)",
    ],
    [
      "with a spool folder that is no path",
      { OCR_SPOOL_DIR: "spool" },
      'OCR_SPOOL_DIR holds "spool"; it should hold an absolute path',
    ],
    [
      "with a spool too small for a document",
      { OCR_SPOOL_MAX_MB: "49" },
      "OCR_SPOOL_MAX_MB holds 49; it should hold at least MAX_UPLOAD_MB, which is 50",
    ],
  ])("%s", async (_, variables, sentence) => {
    const child = Bun.spawn([process.execPath, "src/main.ts"], {
      cwd: join(import.meta.dir, "../.."),
      env: { PATH: "/bin", OCR_PORT: "0", OCR_SIDECAR_AUTH: "network", OCR_HOST: "127.0.0.1", ...variables },
      stderr: "pipe",
      stdout: "ignore",
    });
    expect(await child.exited).toBe(78);
    expect(await new Response(child.stderr).text()).toContain(sentence);
  });
});
