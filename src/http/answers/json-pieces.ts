import { setImmediate as nextTurn } from "node:timers/promises";

/** UTF-16 units that are encoded in one turn of the event loop: about half a millisecond of numbers. */
const pieceUnits = 64 * 1024;

export interface JsonBody {
  /** All of it where it is short, so that it is answered with its length. */
  body: string | ReadableStream<Uint8Array>;
  /** Breaks a stream off, as one that looks complete to nobody. */
  breakOff(why: string): void;
  /** Whether nothing is held for the reader any more. */
  isOver(): boolean;
}

/**
 * A JSON text that is made piece by piece, as fast as the reader takes it: nobody else would be served while a large one is
 * made in one go. No more is made for a reader who has gone.
 *
 * @param parts of the text, of any length each
 */
export function jsonBody(parts: Iterable<string>): JsonBody {
  const pieces = gather(parts);
  const [first, second] = [pieces.next(), pieces.next()];
  const made = [first, second].flatMap(({ value }) => value ?? []);
  if (second.done === true) return { body: made.join(""), breakOff: () => undefined, isOver: () => true };

  const encoder = new TextEncoder();
  let isOver = false;
  let breakOff: (why: string) => void = () => undefined;
  const end = () => {
    isOver = true;
    made.length = 0;
    pieces.return(undefined);
  };
  const body = new ReadableStream<Uint8Array>(
    {
      start: (controller) => {
        breakOff = (why) => {
          end();
          controller.error(new Error(why));
        };
      },
      pull: async (controller) => {
        await nextTurn();
        if (isOver) return;
        const piece = made.shift() ?? pieces.next().value;
        if (piece !== undefined) {
          controller.enqueue(encoder.encode(piece));
          return;
        }
        end();
        controller.close();
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
  return { body, breakOff: (why) => breakOff(why), isOver: () => isOver };
}

/** A string as JSON, in parts that never cut a character in two. */
export function* stringParts(text: string): Generator<string, undefined> {
  yield '"';
  for (let at = 0; at < text.length; ) {
    const last = text.charCodeAt(at + pieceUnits - 1);
    const isCut = last >= 0xd800 && last < 0xdc00;
    const end = at + pieceUnits - (isCut ? 1 : 0);
    yield JSON.stringify(text.slice(at, end)).slice(1, -1);
    at = end;
  }
  yield '"';
  return undefined;
}

function* gather(parts: Iterable<string>): Generator<string, undefined> {
  let piece = "";
  for (const part of parts) {
    piece += part;
    if (piece.length < pieceUnits) continue;
    yield piece;
    piece = "";
  }
  if (piece !== "") yield piece;
  return undefined;
}
