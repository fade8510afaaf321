import { setImmediate as nextTurn } from "node:timers/promises";
import type { Context, TypedResponse } from "hono";
import type { AppEnv } from "../context.ts";
import type { OcrAnswer } from "./ocr-answer.ts";
import { type Outgoing, tooMuchHeld } from "./outgoing.ts";

/** UTF-16 units that are encoded in one turn of the event loop: about half a millisecond of numbers. */
const pieceUnits = 64 * 1024;

const success = { status: 200, headers: { "Content-Type": "application/json" } } as const;

/** Answers 200 with a document; a large one counts until its reader has taken it. */
export function answerWithDocument(
  c: Context<AppEnv>,
  answer: OcrAnswer,
  outgoing: Outgoing,
): Response & TypedResponse<OcrAnswer, 200, "json">;
// What a Response holds is known to the types of Hono alone; no value has that part of them.
export function answerWithDocument(c: Context<AppEnv>, answer: OcrAnswer, outgoing: Outgoing): Response {
  const { body, isOver, breakOff } = jsonBody(documentParts(answer));
  if (!isOver()) {
    const bytes = 2 * [answer, ...(answer.pages ?? [])].reduce((units, { text }) => units + text.length, 0);
    outgoing.add({ heldBytes: () => (isOver() ? undefined : bytes), letGo: () => breakOff(tooMuchHeld) });
  }
  return c.newResponse(body, success);
}

function* documentParts({ pages, ...document }: OcrAnswer): Generator<string, undefined> {
  yield* withText(document);
  if (pages !== undefined) {
    let separator = ',"pages":[';
    for (const page of pages) {
      yield separator;
      yield* withText(page);
      yield "}";
      separator = ",";
    }
    yield pages.length === 0 ? ',"pages":[]' : "]";
  }
  yield "}";
  return undefined;
}

/** An object as JSON, its text in parts and its end left open. */
function* withText({ text, ...rest }: { text: string }): Generator<string, undefined> {
  yield '{"text":';
  yield* stringParts(text);
  yield `,${JSON.stringify(rest).slice(1, -1)}`;
  return undefined;
}

/**
 * Answers 200 with JSON that holds one list of any length: 2,048 vectors are 42 MB. An item is made when its turn comes, as
 * fast as the client reads.
 *
 * @param rest the answer without its list
 * @param name of the list in the answer
 */
export function answerWithList<Answer extends Record<Name, readonly unknown[]>, Name extends string & keyof Answer>(
  c: Context<AppEnv>,
  rest: Omit<Answer, Name>,
  name: Name,
  items: Iterable<Answer[Name][number]>,
): Response & TypedResponse<Answer, 200, "json">;
// What a Response holds is known to the types of Hono alone; no value has that part of them.
export function answerWithList(c: Context<AppEnv>, rest: object, name: string, items: Iterable<unknown>): Response {
  const { body } = jsonBody(listParts(rest, name, items));
  return c.newResponse(body, success);
}

function* listParts(rest: object, name: string, items: Iterable<unknown>): Generator<string, undefined> {
  yield `${JSON.stringify(rest).slice(0, -1)},${JSON.stringify(name)}:[`;
  let separator = "";
  for (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ",";
  }
  yield "]}";
  return undefined;
}

interface JsonBody {
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
function jsonBody(parts: Iterable<string>): JsonBody {
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

/** A string as JSON, in parts. A character that is cut in two becomes two escapes, which mean the same (RFC 8259). */
export function* stringParts(text: string): Generator<string, undefined> {
  yield '"';
  for (let at = 0; at < text.length; at += pieceUnits)
    yield JSON.stringify(text.slice(at, at + pieceUnits)).slice(1, -1);
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
