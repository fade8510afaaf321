import { describe, expect, test } from "bun:test";
import { ByteBudget } from "../src/http/byte-budget.ts";
import { createTurns } from "../src/http/turns.ts";
import { readUpload } from "../src/http/upload.ts";
import { createDocumentMemory } from "../src/pdf/document-memory.ts";
import { refusalOf } from "./support/refusal-of.ts";

const { signal } = new AbortController();
const mebibyte = 1024 * 1024;
const boundary = "----a-boundary-1";
const fileBytes = Uint8Array.from({ length: 300 }, (_, index) => (index % 7 === 0 ? 13 : index % 256));

function form(file: Uint8Array): Buffer {
  const text = (value: string) => new TextEncoder().encode(value);
  const head = (disposition: string) => text(`--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`);
  return Buffer.concat([
    head('name="engine"'),
    text("auto\r\n"),
    head('name="file"; filename="a.pdf"'),
    file,
    text("\r\n"),
    head('name="language"'),
    text("ไทย"),
    text(`\r\n--${boundary}--\r\n`),
  ]);
}

function requestOf(chunks: readonly Uint8Array[], headers: Record<string, string> = {}): Request {
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  return new Request("http://service/ocr-upload", {
    method: "POST",
    body,
    headers: { "Content-Type": `multipart/form-data; boundary=${boundary}`, ...headers },
  });
}

function createReader(maxFileBytes = mebibyte) {
  const memory = createDocumentMemory({ maxDocumentBytes: 2 * mebibyte, maxSpareBytes: 99 * mebibyte, keepMs: 60_000 });
  const budget = new ByteBudget(99 * mebibyte);
  const turns = createTurns();
  const read = (chunks: readonly Uint8Array[], within = signal, headers: Record<string, string> = {}) => {
    const options = { maxFileBytes, timeoutMs: 5000, lease: budget.open("ocr_busy"), memory, turns };
    return readUpload(requestOf(chunks, headers), options, within);
  };
  return { memory, read };
}

describe("an upload", () => {
  test("is the same wherever its chunks end", async () => {
    const { memory, read } = createReader();
    const body = form(fileBytes);
    const middle = body.indexOf(fileBytes) + 150;
    for (let end = 1; end < body.length; end += 1) {
      const [first, second] = [Math.min(end, middle), Math.max(end, middle)];
      const { file, fields } = await read([
        body.subarray(0, first),
        body.subarray(first, second),
        body.subarray(second),
      ]);
      expect(file.buffer).toBeInstanceOf(SharedArrayBuffer);
      expect(Buffer.compare(file, fileBytes)).toBe(0);
      expect([...fields]).toEqual([
        ["engine", "auto"],
        ["language", "ไทย"],
      ]);
      memory.giveBack(file.buffer);
    }
  });

  test.each([1, 2, 3, 7, 16, 64])("is the same in chunks of %d bytes", async (size) => {
    const { read } = createReader();
    const body = form(fileBytes);
    const chunks = Array.from({ length: Math.ceil(body.length / size) }, (_, index) =>
      body.subarray(index * size, (index + 1) * size),
    );
    const { file, fields } = await read(chunks);
    expect(Buffer.compare(file, fileBytes)).toBe(0);
    expect(fields.size).toBe(2);
  });

  test.each(["", "0", "-1", "1e3", "many"])("is read whatever length is declared: %p", async (declared) => {
    const { read } = createReader();
    const { file } = await read([form(fileBytes)], signal, { "Content-Length": declared });
    expect(Buffer.compare(file, fileBytes)).toBe(0);
  });

  test("stands in shared memory and is not copied after it has come", async () => {
    const { memory, read } = createReader();
    const { file } = await read([form(fileBytes)]);
    expect(file.buffer).toBeInstanceOf(SharedArrayBuffer);
    expect(memory.spareBytes).toBe(0);
    memory.giveBack(file.buffer);
    expect(memory.spareBytes).toBeGreaterThan(0);
  });

  test("leaves no byte of an earlier one behind in the same memory", async () => {
    const { memory, read } = createReader();
    const earlier = await read([form(new Uint8Array(9000).fill(0x41))]);
    memory.giveBack(earlier.file.buffer);
    const { file } = await read([form(fileBytes)]);
    expect(file.buffer).toBe(earlier.file.buffer);
    expect(Buffer.compare(file, fileBytes)).toBe(0);
  });

  test.each([
    { name: "broken off", chunks: [form(fileBytes).subarray(0, 500)], code: "invalid_request" },
    { name: "too large", chunks: [form(new Uint8Array(2000))], code: "file_too_large" },
  ])("that is $name gives its memory back", async ({ chunks, code }) => {
    const { memory, read } = createReader(1000);
    expect(await refusalOf(read(chunks))).toMatchObject({ code });
    expect(memory.spareBytes).toBeGreaterThan(0);
  });

  test("whose sender has gone gives its memory back", async () => {
    const { memory, read } = createReader();
    const gone = new AbortController();
    const chunk = form(fileBytes).subarray(0, 400);
    const reading = read(Array(5).fill(chunk), gone.signal);
    const nextTurn = () => new Promise((resolve) => setImmediate(resolve));
    for (let turn = 0; turn < 2; turn += 1) await nextTurn();
    gone.abort(new Error("gone"));
    expect(await refusalOf(reading)).toMatchObject({ message: "gone" });
    expect(memory.spareBytes).toBeGreaterThan(0);
  });
});

describe("turns", () => {
  test("go round in the order of asking, one in each turn of the event loop", async () => {
    const turns = createTurns();
    let loops = 0;
    let running = true;
    const count = () => {
      loops += 1;
      if (running) setImmediate(count);
    };
    setImmediate(count);
    const seen: [string, number][] = [];
    const lane = async (name: string) => {
      for (let step = 0; step < 3; step += 1) {
        await turns.next(signal);
        seen.push([name, loops]);
      }
    };
    await Promise.all(["a", "b", "c"].map(lane));
    running = false;
    expect(seen.map(([name]) => name).join("")).toBe("abcabcabc");
    expect(new Set(seen.map(([, loop]) => loop)).size).toBe(9);
  });

  test("of one who has gone are passed on", async () => {
    const turns = createTurns();
    const gone = new AbortController();
    const first = turns.next(gone.signal);
    const second = turns.next(signal);
    gone.abort(new Error("gone"));
    expect(await refusalOf(first)).toMatchObject({ message: "gone" });
    await second;
  });
});
