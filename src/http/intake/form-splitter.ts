/** What a form consists of, in the order in which it comes. */
export type FormPiece =
  /** A part begins; its header lines as they came. */
  | { type: "part"; header: Buffer }
  /** The next bytes of the part's body; a view of the chunk that was pushed. */
  | { type: "body"; bytes: Buffer };

/** Takes a form apart while it comes and keeps no more of it than the beginning of a boundary or of a header. */
export interface FormSplitter {
  /** @throws FormFault when the form is not well formed; the splitter is then of no more use */
  push(chunk: Uint8Array): Generator<FormPiece, void>;
  /** Whether the last boundary has come. What follows it is ignored. */
  readonly isComplete: boolean;
}

/** The form is not well formed. */
export class FormFault extends Error {
  override readonly name = "FormFault";
}

/** Bytes of a part's header lines, and of what stands between a boundary and the end of its line. */
const maxHeaderBytes = 8192;
const lineBreak = "\r\n";
const headerEnd = "\r\n\r\n";

type State = "preamble" | "boundary" | "header" | "body" | "complete";

/**
 * Splits a form of multipart/form-data at its boundaries (RFC 2046, 5.1.1). What stands before the first and behind the
 * last is ignored, as are blanks behind a boundary; a line that only begins with a boundary is a fault.
 *
 * @param boundary as the Content-Type names it, without line breaks
 */
export function createFormSplitter(boundary: string): FormSplitter {
  const delimiter = Buffer.from(`${lineBreak}--${boundary}`, "latin1");
  let state: State = "preamble";
  // The first boundary may be the first line; all others are recognised by the line break before them.
  let rest: Buffer = Buffer.from(lineBreak);
  /** A line break that ends the header and, when there is no body, begins the boundary: no part of the body. */
  let skippedBytes = 0;

  function* upTo(end: number, data: Buffer): Generator<FormPiece, void> {
    if (state !== "body" || end === 0) return;
    if (end > skippedBytes) yield { type: "body", bytes: data.subarray(skippedBytes, end) };
    skippedBytes = 0;
  }

  return {
    get isComplete() {
      return state === "complete";
    },
    *push(chunk) {
      const view = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
      let data: Buffer = rest.byteLength === 0 ? view : Buffer.concat([rest, view]);
      rest = data.subarray(data.byteLength);
      for (;;) {
        switch (state) {
          case "complete":
            return;
          case "preamble":
          case "body": {
            const at = data.indexOf(delimiter);
            if (at === -1) {
              const end = beginningOf(delimiter, data);
              yield* upTo(end, data);
              rest = data.subarray(end);
              return;
            }
            yield* upTo(at, data);
            data = data.subarray(at + delimiter.byteLength);
            state = "boundary";
            break;
          }
          case "boundary": {
            const line = endOfBoundary(data);
            if (line === undefined) {
              rest = boundedWhenWhole(data);
              return;
            }
            data = data.subarray(line.end);
            state = line.isLast ? "complete" : "header";
            break;
          }
          case "header": {
            const end = data.indexOf(headerEnd);
            if (end === -1) {
              rest = boundedWhenWhole(data);
              return;
            }
            yield { type: "part", header: bounded(data.subarray(0, end)) };
            data = data.subarray(end + lineBreak.length);
            skippedBytes = lineBreak.length;
            state = "body";
            break;
          }
        }
      }
    },
  };
}

/** Where in the data a delimiter begins that is not whole yet; the end, when none does. */
function beginningOf(delimiter: Buffer, data: Buffer): number {
  const tail = data.subarray(Math.max(0, data.byteLength - delimiter.byteLength));
  // Its first byte is nowhere else in it.
  const at = tail.lastIndexOf(lineBreak.charCodeAt(0));
  const begun = at === -1 ? tail.subarray(tail.byteLength) : tail.subarray(at);
  return delimiter.indexOf(begun) === 0 ? data.byteLength - begun.byteLength : data.byteLength;
}

/**
 * What follows a boundary: two dashes behind the last, else the line break before the header, which is left there, for a
 * part without a header has no other. `undefined`: more must come.
 */
function endOfBoundary(data: Buffer): { end: number; isLast: boolean } | undefined {
  const start = data.toString("latin1", 0, maxHeaderBytes + lineBreak.length);
  if (start.startsWith("--")) return { end: 2, isLast: true };
  const blanks = /^[ \t]*/.exec(start)?.[0].length ?? 0;
  if (start.startsWith(lineBreak, blanks)) return { end: blanks, isLast: false };
  if (lineBreak.startsWith(start.slice(blanks)) || start === "-") return undefined;
  throw new FormFault("a line begins with the boundary and goes on");
}

function bounded(data: Buffer, maxBytes = maxHeaderBytes): Buffer {
  if (data.byteLength > maxBytes) throw new FormFault("a header is too long");
  return data;
}

/** For what still lacks its end, the most of which may have come. */
const boundedWhenWhole = (data: Buffer) => bounded(data, maxHeaderBytes + headerEnd.length - 1);
