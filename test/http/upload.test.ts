import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { randomFillSync } from "node:crypto";
import { open, readFile } from "node:fs/promises";
import { receiveUpload } from "../../src/http/intake/upload.ts";
import type { SpoolOptions } from "../../src/pdf/files/spool.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { openSpool, type TestSpool } from "../support/spool.ts";
import { until } from "../support/until.ts";

const { signal } = new AbortController();
const mebibyte = 1024 * 1024;
const boundary = "----a-boundary-1";
const fileBytes = Uint8Array.from({ length: 300 }, (_, index) => (index % 7 === 0 ? 13 : index % 256));

let spool: TestSpool;
beforeEach(async () => {
  spool = await openSpool();
});
afterEach(async () => {
  await until(async () => (await spool.traces()).length === 0, "nothing is left in the folder");
  expect(spool.status()).toEqual({ files: 0, bytes: 0 });
  await spool[Symbol.asyncDispose]();
});

/** Puts a spool with other bounds in the place of the first. */
async function useSpool(options: Partial<SpoolOptions>): Promise<void> {
  await spool[Symbol.asyncDispose]();
  spool = await openSpool(options);
}

const part = (header: string, body: string | Uint8Array) =>
  Buffer.concat([
    Buffer.from(`--${boundary}\r\n${header}\r\n\r\n`, "latin1"),
    typeof body === "string" ? Buffer.from(body) : body,
    Buffer.from("\r\n"),
  ]);
const field = (name: string, body: string | Uint8Array = "x") =>
  part(`Content-Disposition: form-data; name="${name}"`, body);
const filePart = (file: Uint8Array = fileBytes) =>
  part('Content-Disposition: form-data; name="file"; filename="a.pdf"\r\nContent-Type: application/pdf', file);
const end = Buffer.from(`--${boundary}--\r\n`);
const form = (file: Uint8Array = fileBytes) =>
  Buffer.concat([field("engine", "auto"), filePart(file), field("language", "ไทย"), end]);

function requestOf(chunks: Iterable<Uint8Array>, headers: Record<string, string> = {}): Request {
  const pending = chunks[Symbol.iterator]();
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = pending.next();
      if (done) controller.close();
      else controller.enqueue(value);
    },
  });
  return new Request("http://service/ocr-upload", {
    method: "POST",
    body,
    headers: { "Content-Type": `multipart/form-data; boundary=${boundary}`, ...headers },
  });
}

const read = (
  chunks: Iterable<Uint8Array>,
  options: { maxFileBytes?: number; within?: AbortSignal; headers?: Record<string, string> } = {},
) => {
  const { maxFileBytes = mebibyte, within = signal, headers = {} } = options;
  const readFields = (fields: ReadonlyMap<string, string>) => fields;
  const work = { signal: within, hasReceived: () => undefined };
  return receiveUpload(requestOf(chunks, headers), { maxFileBytes, timeoutMs: 5000, spool, readFields }, work);
};

/** What came, the file as bytes; it is closed. */
async function received(...args: Parameters<typeof read>) {
  const { file, order: fields } = await read(...args);
  const bytes = await readFile(file.path);
  file.close();
  return { bytes, fields: [...fields] };
}

const whole: Awaited<ReturnType<typeof received>> = {
  bytes: Buffer.from(fileBytes),
  fields: [
    ["engine", "auto"],
    ["language", "ไทย"],
  ],
};

const inChunks = (bytes: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  );

describe("an upload", () => {
  test("is the same wherever its chunks end", async () => {
    const body = form();
    const middle = body.indexOf(fileBytes) + 150;
    for (let cut = 1; cut < body.length; cut += 1) {
      const [first, second] = [Math.min(cut, middle), Math.max(cut, middle)];
      const chunks = [body.subarray(0, first), body.subarray(first, second), body.subarray(second)];
      expect(await received(chunks)).toEqual(whole);
    }
  });

  test.each([1, 2, 3, 7, 16, 64])("is the same in chunks of %d bytes", async (size) => {
    expect(await received(inChunks(form(), size))).toEqual(whole);
  });

  test.each(["", "0", "-1", "1e3", "many"])("is read whatever length is declared: %p", async (declared) => {
    expect(await received([form()], { headers: { "Content-Length": declared } })).toEqual(whole);
  });

  test("may have something before its first boundary and behind its last", async () => {
    const junk = Buffer.alloc(5000, "junk\r\n--");
    for (const before of ["\r\n", "This is a form.\r\n", `-${boundary}\r\n`]) {
      expect(await received([Buffer.from(before), form(), junk])).toEqual(whole);
      expect(await received(inChunks(Buffer.concat([Buffer.from(before), form(), junk]), 5))).toEqual(whole);
    }
  });

  test.each([
    "content-disposition:form-data;name=file",
    'CONTENT-DISPOSITION: Form-Data; NAME="file"; FILENAME="b.pdf"',
    'Content-Disposition: form-data; filename="name=\\"engine\\"; name=x"; name="file"',
    'Content-Disposition: form-data;\r\n name="file"',
    'Content-Type: text/plain\r\nContent-Disposition: form-data; filename="\xe1\xba.pdf"; name="file"',
  ])("knows its file by its name, however the header is written: %j", async (header) => {
    const { bytes } = await received([part(header, fileBytes), end]);
    expect(Buffer.compare(bytes, fileBytes)).toBe(0);
  });

  test("may have blanks behind its boundaries, and a file without a byte", async () => {
    const body = form(new Uint8Array()).toString("latin1").replaceAll(`--${boundary}\r\n`, `--${boundary} \t\r\n`);
    expect((await received([Buffer.from(body, "latin1")])).bytes).toHaveLength(0);
    const header = 'Content-Disposition: form-data; name="file"';
    const { bytes } = await received([Buffer.from(`--${boundary}\r\n${header}\r\n\r\n--${boundary}--`)]);
    expect(bytes).toHaveLength(0);
  });
});

describe("an upload that is refused leaves nothing behind", () => {
  const broken = { code: "invalid_request", message: "The form is broken off or not well formed." };
  test.each([
    { name: "empty", chunks: [], ...broken },
    { name: "broken off in a header", chunks: [form().subarray(0, 60)], ...broken },
    { name: "broken off in the file", chunks: [form().subarray(0, 400)], ...broken },
    { name: "without its last boundary", chunks: [form().subarray(0, -6)], ...broken },
    { name: "with a boundary that goes on", chunks: [filePart(Buffer.from(`a\r\n--${boundary}b`)), end], ...broken },
    { name: "with a header that is too long", chunks: [filePart(), field("a".repeat(20_000)), end], ...broken },
    {
      name: "with blanks without an end",
      chunks: [filePart(), Buffer.from(`--${boundary}${" ".repeat(9000)}`)],
      ...broken,
    },
    { name: "without a file", chunks: [field("engine"), end], message: "The form holds no part named file." },
    {
      name: "with two files",
      chunks: [filePart(), filePart(), end],
      message: "The form holds more than one part named file.",
    },
    {
      name: "with a field twice",
      chunks: [filePart(), field("a"), field("a"), end],
      message: "The form holds a field twice.",
    },
    {
      name: "with a name that is no UTF-8",
      chunks: [filePart(), field("\xff"), end],
      message: "The form holds text that is not UTF-8.",
    },
    {
      name: "with text that is no UTF-8",
      chunks: [filePart(), field("a", Buffer.from([0xff])), end],
      message: "The form holds text that is not UTF-8.",
    },
    {
      name: "with 65 parts",
      chunks: [filePart(), ...Array.from({ length: 64 }, (_, index) => field(`f${index}`)), end],
      message: "The form has more than 64 parts.",
    },
    { name: "with too much text", chunks: [filePart(), field("a", "x".repeat(mebibyte)), end], code: "body_too_large" },
    { name: "with too large a file", chunks: [form(new Uint8Array(mebibyte + 1))], code: "file_too_large" },
  ])("$name", async ({ chunks, name: _, ...expected }) => {
    expect(await refusalOf(read(chunks))).toMatchObject({ code: "invalid_request", ...expected });
    expect(await refusalOf(read(inChunks(Buffer.concat(chunks), 777)))).toMatchObject({
      code: "invalid_request",
      ...expected,
    });
  });

  test("because its sender has gone in the middle of the file", async () => {
    const gone = new AbortController();
    function* chunks() {
      yield form().subarray(0, 400);
      for (;;) {
        if (spool.status().files === 1) gone.abort(new Error("gone"));
        yield fileBytes;
      }
    }
    expect(await refusalOf(read(chunks(), { within: gone.signal }))).toMatchObject({ message: "gone" });
  });

  test("because there is no room for it", async () => {
    await useSpool({ maxBytes: 2 * mebibyte });
    const first = await read([form(new Uint8Array(mebibyte))]);
    const second = await read([form(new Uint8Array(mebibyte))]);
    expect(await refusalOf(read([form()]))).toMatchObject({ code: "ocr_busy", retryAfterSeconds: 5 });
    first.file.close();
    expect(await received([form()])).toEqual(whole);
    second.file.close();
  });

  test("because the disk is full", async () => {
    await useSpool({ createFile: () => open("/dev/full", "w") });
    expect(await refusalOf(read([form()]))).toMatchObject({ code: "ocr_busy" });
    expect(await refusalOf(read([form(new Uint8Array(mebibyte))]))).toMatchObject({ code: "ocr_busy" });
  });
});

describe("the size of an upload", () => {
  const exact = mebibyte;
  const bodyOf = (size: number) => {
    const start = form();
    return inChunks(Buffer.concat([start, Buffer.alloc(size - start.length, "x")]), 60_000);
  };

  test("may be that of the largest file, and not a byte more", async () => {
    const { file } = await read([form(new Uint8Array(exact))], { maxFileBytes: exact });
    expect(file.sizeBytes).toBe(exact);
    file.close();
    const refusal = await refusalOf(read([form(new Uint8Array(exact + 1))], { maxFileBytes: exact }));
    expect(refusal).toMatchObject({ code: "file_too_large", message: "The file is larger than 1 MiB." });
  });

  test("may be 1 MiB more in the whole, and not a byte more", async () => {
    expect(await received(bodyOf(exact + mebibyte), { maxFileBytes: exact })).toEqual(whole);
    const refusal = await refusalOf(read(bodyOf(exact + mebibyte + 1), { maxFileBytes: exact }));
    expect(refusal).toMatchObject({ code: "body_too_large", message: "The request is larger than 2 MiB." });
  });

  test("is no matter of how many come at once: eight are whole, and the chunks wait for the disk", async () => {
    const files = Array.from({ length: 8 }, () => randomFillSync(new Uint8Array(mebibyte)));
    const all = await Promise.all(files.map((file) => received(inChunks(form(file), 9999))));
    for (const [index, { bytes }] of all.entries())
      expect(Buffer.compare(bytes, files[index] ?? bytes.subarray(1))).toBe(0);
  });
});
