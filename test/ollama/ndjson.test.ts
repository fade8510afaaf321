import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { StreamBrokenError } from "../../src/ollama/byte-stream.ts";
import { LineTooLongError, readLines } from "../../src/ollama/ndjson.ts";

const streamOf = (chunks: Uint8Array[], onCancel: () => void = () => undefined) =>
  new ReadableStream<Uint8Array>({
    pull(controller) {
      const next = chunks.shift();
      if (next === undefined) controller.close();
      else controller.enqueue(next);
    },
    cancel: onCancel,
  });

const collect = (chunks: Uint8Array[], maxLineBytes = 1000) =>
  Array.fromAsync(readLines(streamOf(chunks), maxLineBytes));

describe("reading lines", () => {
  test("puts lines together however the bytes are split, within UTF-8 sequences too", async () => {
    const lines = ['{"text":"เลขที่ ๑๒๓"}', '{"text":"🏗 ☐"}', "{}"];
    const bytes = Buffer.from(lines.join("\n"), "utf8");
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(fc.nat({ max: bytes.length })), async (cuts) => {
        const edges = [0, ...cuts.sort((a, b) => a - b), bytes.length];
        const chunks = edges.slice(1).map((edge, index) => Uint8Array.from(bytes.subarray(edges[index], edge)));
        expect(await collect(chunks)).toEqual(lines);
      }),
      { numRuns: 100 },
    );
  });

  test("drops blank lines and carriage returns and keeps a last line without an end", async () => {
    expect(await collect([Buffer.from("\r\na\r\n\n\n  b")])).toEqual(["a", "b"]);
  });

  test("allows a line of exactly the bound and refuses one byte more before its end has come", async () => {
    expect(await collect([Buffer.from("12345\n678")], 5)).toEqual(["12345", "678"]);
    await expect(collect([Buffer.from("123"), Buffer.from("456")], 5)).rejects.toBeInstanceOf(LineTooLongError);
  });

  test("closes the stream when the reader stops early", async () => {
    let isClosed = false;
    const stream = streamOf([Buffer.from("a\nb\n"), Buffer.from("c\n")], () => {
      isClosed = true;
    });
    for await (const line of readLines(stream, 100)) if (line === "a") break;
    expect(isClosed).toBe(true);
  });

  test("says so when the stream breaks off", async () => {
    const stream = new ReadableStream<Uint8Array>({
      pull: (controller) => controller.error(new Error("wire cut")),
    });
    await expect(Array.fromAsync(readLines(stream, 100))).rejects.toBeInstanceOf(StreamBrokenError);
  });
});
