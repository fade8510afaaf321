import { setImmediate as nextTurn } from "node:timers/promises";
import type { Context, TypedResponse } from "hono";
import type { AppEnv } from "../context.ts";

/** Characters that are encoded in one turn of the event loop: about half a millisecond of numbers. */
const pieceCharacters = 64 * 1024;

/**
 * Answers 200 with JSON that holds one list of any length, encoded piece by piece: 2,048 vectors are 42 MB, and nobody
 * else would be served while they are written in one go. An item is made when its turn comes, as fast as the client
 * reads, and no more are made for one that has gone. What fits into one piece is answered with its length.
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
  const pieces = piecesOf(rest, name, items);
  const [first, second] = [pieces.next(), pieces.next()];
  const made = [first, second].flatMap(({ value }) => value ?? []);
  const body = second.done === true ? made.join("") : streamOf(made, pieces);
  return c.newResponse(body, { status: 200, headers: { "Content-Type": "application/json" } });
}

function* piecesOf(rest: object, name: string, items: Iterable<unknown>): Generator<string, undefined> {
  let piece = `${JSON.stringify(rest).slice(0, -1)},${JSON.stringify(name)}:[`;
  let separator = "";
  for (const item of items) {
    piece += separator + JSON.stringify(item);
    separator = ",";
    if (piece.length < pieceCharacters) continue;
    yield piece;
    piece = "";
  }
  yield `${piece}]}`;
  return undefined;
}

/** @param made the first pieces */
function streamOf(made: string[], pieces: Generator<string, undefined>): ReadableStream<Uint8Array> {
  const encoder = new TextEncoder();
  return new ReadableStream<Uint8Array>(
    {
      pull: async (controller) => {
        await nextTurn();
        const piece = made.shift() ?? pieces.next().value;
        if (piece === undefined) controller.close();
        else controller.enqueue(encoder.encode(piece));
      },
      cancel: () => void pieces.return(undefined),
    },
    { highWaterMark: 0 },
  );
}
