import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { answerWithDocument, answerWithList, stringParts } from "../../src/http/answers/large-json.ts";
import { type OcrAnswer, toDone } from "../../src/http/answers/ocr-answer.ts";
import { createOutgoing } from "../../src/http/answers/outgoing.ts";
import type { AppEnv } from "../../src/http/context.ts";
import type { DocumentResult, PageResult } from "../../src/ocr/page-result.ts";
import { until } from "../support/until.ts";

const answerOf = (text: string): OcrAnswer => ({
  text,
  ocrUsed: false,
  pageCount: 1,
  charCount: text.length,
  engineUsed: "fast-path",
  warnings: [],
});

function serve(text: string, outgoing = createOutgoing({ maxBytes: 10 })) {
  const app = new Hono<AppEnv>().get("/", (c) => answerWithDocument(c, answerOf(text), outgoing));
  return Bun.serve({ port: 0, hostname: "127.0.0.1", development: false, fetch: (request) => app.fetch(request, {}) });
}

describe("a document that is answered as JSON", () => {
  test.each([10, 65_000, 70_000, 3_000_000])("arrives whole with a text of %i characters", async (characters) => {
    const text = "กx".repeat(characters / 2);
    await using server = serve(text);
    const response = await fetch(server.url);
    expect(response.headers.get("Content-Type")).toBe("application/json");
    expect(await response.json()).toEqual(answerOf(text));
  });

  test("counts until its reader has it, or has gone", async () => {
    const outgoing = createOutgoing({ maxBytes: 1_000_000_000 });
    await using server = serve("x".repeat(50_000_000), outgoing);
    const reading = new AbortController();
    await fetch(server.url, { signal: reading.signal });
    expect(outgoing.heldBytes()).toBeGreaterThan(50_000_000);
    reading.abort();
    await until(() => outgoing.heldBytes() === 0);
  });

  test("is broken off, and never looks complete, when it is let go for another", async () => {
    await using server = serve("x".repeat(50_000_000));
    const first = await fetch(server.url);
    const second = await fetch(server.url);
    expect(await first.json().catch(() => "broken off")).toBe("broken off");
    expect(await second.json()).toMatchObject({ charCount: 50_000_000 });
  });
});

test("others have their turn between the pieces of a body, and none is made before it is wanted", async () => {
  let made = 0;
  function* items() {
    for (; made < 20; made += 1) yield "x".repeat(100_000);
    return undefined;
  }
  const app = new Hono<AppEnv>().get("/", (c) =>
    answerWithList<{ device: string; items: string[] }, "items">(c, { device: "cpu" }, "items", items()),
  );
  const response = await app.request("/");
  await Bun.sleep(5);
  // The second of two tells a short body from a long one.
  expect(made).toBe(1);
  let turns = 0;
  let isRead = false;
  const count = () => {
    turns += 1;
    if (!isRead) setImmediate(count);
  };
  setImmediate(count);
  expect((await response.text()).length).toBeGreaterThan(2_000_000);
  isRead = true;
  expect(turns).toBeGreaterThan(18);
});

test.each(["", "a", "ก", "😀", '"\\\n', "x😀", "\ud83d"])("a string of many %j in parts is the same string", (unit) => {
  const text = unit.repeat(100_000);
  expect(JSON.parse([...stringParts(text)].join(""))).toBe(text);
});

test("a document is answered with its pages, and with none of them", async () => {
  const page: PageResult = {
    page: 1,
    source: "text-layer",
    text: "",
    chars: 1,
    attempts: 0,
    ms: 1,
    truncated: false,
    warnings: [],
  };
  const two = [
    { ...page, text: "😀".repeat(50_000) },
    { ...page, text: "" },
  ];
  for (const pages of [[], two]) {
    const answer = { ...answerOf("x"), pages };
    const app = new Hono<AppEnv>().get("/", (c) => answerWithDocument(c, answer, createOutgoing({ maxBytes: 1 })));
    expect<unknown>(await (await app.request("/")).json()).toEqual(answer);
  }
});

describe("the last event of a document", () => {
  const page: PageResult = {
    page: 1,
    source: "text-layer",
    text: "",
    chars: 0,
    attempts: 0,
    ms: 1,
    truncated: false,
    warnings: [],
  };
  const resultOf = (text: string): DocumentResult => ({ ...answerOf(text), engineUsed: "fast-path", pages: [page] });

  test.each([
    { characters: 1_000_000, includePages: false, said: ["text"], omitted: [] },
    { characters: 1_000_001, includePages: false, said: [], omitted: ["text"] },
    { characters: 500_000, includePages: true, said: ["text", "pages"], omitted: [] },
    { characters: 500_001, includePages: true, said: [], omitted: ["text", "pages"] },
  ])(
    "says of $characters characters (with pages: $includePages) what it leaves out: $omitted",
    ({ characters, includePages, said, omitted }) => {
      const done = toDone(resultOf("x".repeat(characters)), includePages);
      expect(Object.keys(done).filter((key) => key === "text" || key === "pages")).toEqual([...said]);
      expect(done).toMatchObject({ charCount: characters, pageCount: 1, warnings: [] });
      expect(done.omitted ?? []).toEqual([...omitted]);
    },
  );
});
