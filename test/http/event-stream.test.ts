import { describe, expect, test } from "bun:test";
import { openEventStream } from "../../src/http/answers/event-stream.ts";
import { createOutgoing } from "../../src/http/answers/outgoing.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

const textOf = async (body: ReadableStream<Uint8Array>) => await new Response(body).text();

const outgoing = createOutgoing({ maxBytes: 1_000_000 });

describe("an event stream", () => {
  test("carries a comment line each interval while nothing else is sent", async () => {
    const { body, send, end } = openEventStream({ outgoing, onGone: () => undefined, keepOpenMs: 5 });
    const reader = body.getReader();
    send("plan", {});
    await reader.read();
    for (let count = 0; count < 3; count += 1) {
      const { value } = await reader.read();
      expect(new TextDecoder().decode(value)).toBe(": still working\n\n");
    }
    end();
    expect(await reader.read()).toMatchObject({ done: true });
  });

  test("holds its events in their order, each with its name and one line of JSON, and nothing behind its end", async () => {
    const stream = openEventStream({ outgoing, onGone: () => undefined });
    stream.send("plan", { pages: [1] });
    stream.send("page", "two\nlines");
    stream.end();
    stream.end();
    stream.send("done", {});
    expect(await textOf(stream.body)).toBe('event: plan\ndata: {"pages":[1]}\n\nevent: page\ndata: "two\\nlines"\n\n');
  });

  test("waits for its first event as long as that takes, because nobody reads before", async () => {
    let gone = 0;
    const stream = openEventStream({ outgoing, onGone: () => (gone += 1), keepOpenMs: 1 });
    await Bun.sleep(50);
    stream.send("plan", {});
    stream.end();
    expect(await textOf(stream.body)).toBe("event: plan\ndata: {}\n\n");
    expect(gone).toBe(0);
  });

  test("lets a reader go who takes nothing while something waits, and tells that once", async () => {
    let gone = 0;
    const stream = openEventStream({ outgoing, onGone: () => (gone += 1), keepOpenMs: 2 });
    stream.send("page", "text");
    await until(() => gone === 1);
    stream.send("page", "more");
    stream.end();
    expect(await refusalOf(textOf(stream.body))).toMatchObject({ message: "the reader takes nothing" });
    expect(gone).toBe(1);
  });

  test("lets a reader go who has taken something before, and then nothing more", async () => {
    let gone = false;
    const stream = openEventStream({ outgoing, onGone: () => (gone = true), keepOpenMs: 2 });
    const reader = stream.body.getReader();
    stream.send("page", "text");
    await reader.read();
    await until(() => gone);
    stream.end();
  });

  test("waits for a reader who is slow", async () => {
    let gone = false;
    const stream = openEventStream({ outgoing, onGone: () => (gone = true), keepOpenMs: 2 });
    const reader = stream.body.getReader();
    for (let count = 0; count < 20; count += 1) {
      stream.send("page", count);
      await Bun.sleep(5);
      await reader.read();
    }
    expect(gone).toBe(false);
    stream.end();
    await reader.cancel();
  });

  test("tells once that its reader has gone, and takes what is sent all the same", async () => {
    let gone = 0;
    const stream = openEventStream({ outgoing, onGone: () => (gone += 1), keepOpenMs: 1 });
    await stream.body.cancel();
    stream.send("page", {});
    stream.end();
    await Bun.sleep(5);
    expect(gone).toBe(1);
  });
});
