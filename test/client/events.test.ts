import { describe, expect, test } from "bun:test";
import { parseEvents } from "../../src/client/event-stream.ts";
import { readOcrEvents } from "../../src/client/ocr-events.ts";
import { refusalOf } from "../support/refusal-of.ts";

const plan = 'event: plan\ndata: {"pageCount": 0, "pages": []}\n\n';

const emptyAnswer = { text: "", ocrUsed: false, pageCount: 0, charCount: 0, engineUsed: "fast-path" };

/** An answer that says one thing and then stays open in silence. */
function silentAnswer(onCancel: () => void): Response {
  const body = new ReadableStream({
    start: (controller) => controller.enqueue(new TextEncoder().encode(plan)),
    cancel: onCancel,
  });
  return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
}

test("a stream that falls silent for good is a lost connection, and is let go", async () => {
  let cancelled = false;
  const events = readOcrEvents(
    silentAnswer(() => {
      cancelled = true;
    }),
    AbortSignal.timeout(5000),
    20,
  );
  expect(await events.next()).toMatchObject({ value: { type: "plan" } });
  expect(await events.next().catch((error: unknown) => error)).toMatchObject({ code: "connection_lost" });
  expect(cancelled).toBe(true);
});

test("leaving the events lets the body go", async () => {
  let cancelled = false;
  const answer = silentAnswer(() => {
    cancelled = true;
  });
  for await (const { type } of readOcrEvents(answer, AbortSignal.timeout(5000))) {
    expect(type).toBe("plan");
    break;
  }
  expect(cancelled).toBe(true);
});

test("the name of an event without data is not that of the next", async () => {
  const body = new Blob(["event: page\n\ndata: 1\n\nevent: done\ndata: 2\n\ndata: 3\n\n"]).stream();
  const events = parseEvents(body);
  const named: string[] = [];
  for await (const { event, data } of events) named.push(`${event} ${data}`);
  expect(named).toEqual(["message 1", "done 2", "message 3"]);
});

async function* inPieces(pieces: readonly string[]): AsyncGenerator<Uint8Array> {
  for (const piece of pieces) yield new TextEncoder().encode(piece);
}

test.each([["\n"], ["\r"], ["\r\n"]])(
  "lines that end with %j lose nothing, wherever the stream is cut",
  async (end) => {
    const stream = `event: page${end}data: 1${end}${end}data: 2${end}data: 3${end}${end}`;
    for (let at = 1; at < stream.length; at += 1) {
      const told: unknown[] = [];
      for await (const event of parseEvents(inPieces([stream.slice(0, at), stream.slice(at)]))) told.push(event);
      expect(told).toEqual([
        { event: "page", data: "1" },
        { event: "message", data: "2\n3" },
      ]);
    }
  },
);

describe("the last event of a large document", () => {
  const page = (number: number, text: string) =>
    `event: page\ndata: ${JSON.stringify({ page: number, source: "text-layer", text, chars: text.length, attempts: 0, ms: 1, truncated: false, warnings: [] })}\n\n`;
  const done = (rest: object) =>
    `event: done\ndata: ${JSON.stringify({ ocrUsed: false, pageCount: 3, engineUsed: "fast-path", warnings: [], ...rest })}\n\n`;

  async function lastOf(text: string) {
    const answer = new Response(text, { headers: { "Content-Type": "text/event-stream" } });
    let last: unknown;
    for await (const event of readOcrEvents(answer, AbortSignal.timeout(5000))) last = event;
    return last;
  }
  const pages = page(3, "third") + page(1, "หนึ่ง") + page(2, "");

  test("is completed from the pages, in their order", async () => {
    const text = "หนึ่ง\n\nthird";
    expect(await lastOf(pages + done({ charCount: text.length, omitted: ["text"] }))).toMatchObject({
      type: "done",
      answer: { text, charCount: text.length },
    });
    const withPages = await lastOf(pages + done({ charCount: text.length, omitted: ["text", "pages"] }));
    expect(withPages).toMatchObject({ answer: { text, pages: [{ page: 1 }, { page: 2 }, { page: 3 }] } });
  });

  test.each([
    { name: "the pages make another text", rest: { charCount: 4, omitted: ["text"] } },
    { name: "the text is missing without a word", rest: { charCount: 12 } },
  ])("is no answer when $name", async ({ rest }) => {
    expect(await refusalOf(lastOf(pages + done(rest)))).toMatchObject({ code: "invalid_answer" });
  });
});

test("a stream may last longer than it may be silent", async () => {
  const done = `event: done\ndata: ${JSON.stringify(emptyAnswer)}\n\n`;
  const pieces = [plan, ...Array<string>(8).fill(": still working\n\n"), done];
  const body = new ReadableStream({
    pull: async (controller) => {
      await Bun.sleep(100);
      const piece = pieces.shift();
      if (piece === undefined) controller.close();
      else controller.enqueue(new TextEncoder().encode(piece));
    },
  });
  const answer = new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  const types: string[] = [];
  for await (const { type } of readOcrEvents(answer, AbortSignal.timeout(20_000), 600)) types.push(type);
  expect(types).toEqual(["plan", "done"]);
});
