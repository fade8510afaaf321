import { expect, test } from "bun:test";
import { readOcrEvents } from "../../src/client/ocr-events.ts";

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
