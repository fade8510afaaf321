import type { Context, TypedResponse } from "hono";
import type { AppEnv } from "../context.ts";
import { jsonBody } from "./json-pieces.ts";

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
  const { body } = jsonBody(partsOf(rest, name, items));
  return c.newResponse(body, { status: 200, headers: { "Content-Type": "application/json" } });
}

function* partsOf(rest: object, name: string, items: Iterable<unknown>): Generator<string, undefined> {
  yield `${JSON.stringify(rest).slice(0, -1)},${JSON.stringify(name)}:[`;
  let separator = "";
  for (const item of items) {
    yield separator + JSON.stringify(item);
    separator = ",";
  }
  yield "]}";
  return undefined;
}
