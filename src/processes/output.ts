export interface OutputOptions {
  /** Told what is written, piece by piece, up to a bound. */
  onText(text: string): void;
  /** Called when more has been written than any sound program writes. */
  onTooMuch(): void;
}

/** Characters that are kept to say why a program ended, and told of one piece. */
const keptCharacters = 4096;
/** Pieces that are told; a damaged file can make a library write tens of thousands of lines. */
const toldPieces = 200;
/** Reading costs the service time as well: a gigabyte half a second. */
const maxBytes = 64 * 1024 * 1024;

/** With which Bun ends what it says of an uncaught error. */
const versionLine = /^Bun v\d/;
const errorLine = /^(\w*Error|error): /;

/**
 * Reads what a program writes to its two outputs, because one that nobody reads stops it.
 *
 * @returns when both have ended, why the program ended as far as the second says it: an error, or its last line
 */
export async function readOutput(
  stdout: ReadableStream<Uint8Array>,
  stderr: ReadableStream<Uint8Array>,
  { onText, onTooMuch }: OutputOptions,
): Promise<string> {
  let bytes = 0;
  let told = 0;

  async function tailOf(stream: ReadableStream<Uint8Array>): Promise<string> {
    const decoder = new TextDecoder();
    let tail = "";
    for await (const piece of stream) {
      bytes += piece.byteLength;
      if (bytes > maxBytes) onTooMuch();
      const text = decoder.decode(piece.subarray(-keptCharacters), { stream: true });
      tail = (tail + text).slice(-keptCharacters);
      told += 1;
      if (told <= toldPieces) onText(text.trimEnd());
    }
    return tail;
  }

  const [, last] = await Promise.all([tailOf(stdout), tailOf(stderr)]);
  const lines = Bun.stripANSI(last)
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !versionLine.test(line));
  // Of an uncaught error the sentence, and not the place that is told behind it.
  return lines.findLast((line) => errorLine.test(line)) ?? lines.at(-1) ?? "";
}
