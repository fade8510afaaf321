import type { Context, TypedResponse } from "hono";
import type { AppEnv } from "../context.ts";
import { jsonBody, stringParts } from "./json-pieces.ts";
import type { OcrAnswer } from "./ocr-answer.ts";
import type { Outgoing } from "./outgoing.ts";

/** Answers 200 with a document; a large one counts until its reader has taken it. */
export function answerWithDocument(
  c: Context<AppEnv>,
  answer: OcrAnswer,
  outgoing: Outgoing,
): Response & TypedResponse<OcrAnswer, 200, "json">;
// What a Response holds is known to the types of Hono alone; no value has that part of them.
export function answerWithDocument(c: Context<AppEnv>, answer: OcrAnswer, outgoing: Outgoing): Response {
  const { body, isOver, breakOff } = jsonBody(partsOf(answer));
  if (!isOver()) {
    const bytes = 2 * [answer, ...(answer.pages ?? [])].reduce((units, { text }) => units + text.length, 0);
    outgoing.add({ heldBytes: () => (isOver() ? undefined : bytes), letGo: () => breakOff(tooSlow) });
  }
  return c.newResponse(body, { status: 200, headers: { "Content-Type": "application/json" } });
}

const tooSlow = "answers of all callers are too large for their readers";

function* partsOf({ pages, ...document }: OcrAnswer): Generator<string, undefined> {
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
