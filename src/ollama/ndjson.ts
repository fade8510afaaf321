import { readChunks } from "./byte-stream.ts";

/** Thrown when a line is longer than allowed: whatever it is, it is not an answer of Ollama. */
export class LineTooLongError extends Error {
  override readonly name = "LineTooLongError";
}

const newline = 0x0a;

/**
 * The lines of a stream, trimmed and without blank ones. Chunks may be split anywhere, within a UTF-8 sequence
 * too, because bytes are put together first and decoded as whole lines; malformed UTF-8 becomes U+FFFD. Throws
 * `LineTooLongError` as soon as a line passes `maxLineBytes`, and `StreamBrokenError`. Whoever stops early
 * closes the stream.
 */
export async function* readLines(stream: ReadableStream<Uint8Array>, maxLineBytes: number): AsyncGenerator<string> {
  const line = new LineBuffer(maxLineBytes);
  for await (const chunk of readChunks(stream)) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      line.append(chunk.subarray(start, end));
      start = end + 1;
      const text = line.take();
      if (text !== "") yield text;
    }
    line.append(chunk.subarray(start));
  }
  const last = line.take();
  if (last !== "") yield last;
}

class LineBuffer {
  #parts: Uint8Array[] = [];
  #bytes = 0;
  readonly #maxBytes: number;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  append(part: Uint8Array): void {
    this.#bytes += part.byteLength;
    if (this.#bytes > this.#maxBytes) throw new LineTooLongError(`A line is longer than ${this.#maxBytes} bytes.`);
    if (part.byteLength > 0) this.#parts.push(part);
  }

  take(): string {
    const text = Buffer.concat(this.#parts).toString("utf8").trim();
    this.#parts = [];
    this.#bytes = 0;
    return text;
  }
}
