import { describe, expect, test } from "bun:test";
import { z } from "@hono/zod-openapi";
import { type Context, Hono } from "hono";
import { HTTPException } from "hono/http-exception";
import { SidecarError } from "../../src/errors.ts";
import { openEventStream } from "../../src/http/answers/event-stream.ts";
import { answerWithDocument, answerWithList } from "../../src/http/answers/large-json.ts";
import { createOutgoing, type Outgoing } from "../../src/http/answers/outgoing.ts";
import { answerWithPicture } from "../../src/http/answers/picture-answer.ts";
import { answerError, invalidRequest } from "../../src/http/answers/problem.ts";
import type { AppEnv } from "../../src/http/context.ts";
import { openWork } from "../../src/http/intake/work.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

/** Counts what is written to a stream, and never lets it go. */
function counting() {
  const counted = { writes: 0 };
  const outgoing: Outgoing = {
    heldBytes: () => 0,
    add: () => undefined,
    hasGrown: () => {
      counted.writes += 1;
    },
  };
  return { counted, outgoing };
}

describe("an event stream", () => {
  test("lets a reader go at the twelfth comment line in a row that finds nothing taken, and writes no more", async () => {
    const { counted, outgoing } = counting();
    let gone = 0;
    const { send, body } = openEventStream({ outgoing, onGone: () => (gone += 1), keepOpenMs: 1 });
    send("page", "text");
    await until(() => gone === 1);
    expect(counted.writes).toBe(1 + 11);
    await Bun.sleep(10);
    expect({ gone, writes: counted.writes }).toEqual({ gone: 1, writes: 12 });
    await refusalOf(new Response(body).text());
  });

  test("lets nobody go who has nothing to take, and tells whether its reader has taken all", async () => {
    const { outgoing } = counting();
    const { send, body, hasTakenAll, end } = openEventStream({ outgoing, onGone: () => undefined });
    expect(hasTakenAll()).toBe(true);
    send("page", "ก");
    expect(hasTakenAll()).toBe(false);
    const reader = body.getReader();
    await reader.read();
    expect(hasTakenAll()).toBe(true);
    end();
    expect(await reader.read()).toMatchObject({ done: true });
  });

  test.each(["end", "cancel"] as const)("writes no comment line behind its %s", async (how) => {
    const { counted, outgoing } = counting();
    const stream = openEventStream({ outgoing, onGone: () => undefined, keepOpenMs: 1 });
    if (how === "end") stream.end();
    else await stream.body.cancel();
    const { writes } = counted;
    stream.send("page", {});
    await Bun.sleep(10);
    expect(counted.writes).toBe(writes);
  });

  test("counts the bytes that wait, and none when it is over", async () => {
    const outgoing = createOutgoing({ maxBytes: 1000 });
    const { send, body, end } = openEventStream({ outgoing, onGone: () => undefined });
    expect(outgoing.heldBytes()).toBe(0);
    send("e", "ก");
    expect(outgoing.heldBytes()).toBe(Buffer.byteLength('event: e\ndata: "ก"\n\n'));
    const text = new Response(body).text();
    end();
    expect(await text).toBe('event: e\ndata: "ก"\n\n');
    expect(outgoing.heldBytes()).toBe(0);
  });

  test("that is let go for others tells who made it", async () => {
    const outgoing = createOutgoing({ maxBytes: 10 });
    let gone = 0;
    const first = openEventStream({ outgoing, onGone: () => (gone += 1) });
    first.send("page", "x".repeat(20));
    openEventStream({ outgoing, onGone: () => undefined }).send("page", "y".repeat(20));
    expect(gone).toBe(1);
    expect(await refusalOf(new Response(first.body).text())).toMatchObject({
      message: "answers of all callers are too large for their readers",
    });
  });
});

describe("answers that are held", () => {
  test("may be as large as the bound together, and the largest goes first when one grows beyond it", () => {
    const outgoing = createOutgoing({ maxBytes: 100 });
    const gone: string[] = [];
    const held = (name: string, bytes: number) => {
      const answer = { bytes, heldBytes: () => answer.bytes, letGo: () => gone.push(name) };
      return answer;
    };
    const [small, large] = [held("small", 40), held("large", 60)];
    for (const answer of [small, large]) outgoing.add(answer);
    expect({ gone, held: outgoing.heldBytes() }).toEqual({ gone: [], held: 100 });
    small.bytes = 41;
    outgoing.hasGrown(small);
    expect({ gone, held: outgoing.heldBytes() }).toEqual({ gone: ["large"], held: 41 });
  });

  test("are let go for one that is added, as many as have to", () => {
    const outgoing = createOutgoing({ maxBytes: 100 });
    const gone: number[] = [];
    for (const bytes of [30, 40, 30]) outgoing.add({ heldBytes: () => bytes, letGo: () => gone.push(bytes) });
    outgoing.add({ heldBytes: () => 65, letGo: () => gone.push(65) });
    expect(gone).toEqual([40, 30]);
  });
});

const appOf = (answer: (c: Context<AppEnv>) => Response) => new Hono<AppEnv>().get("/", answer);

describe("a picture", () => {
  const png = (bytes: number) => Uint8Array.from({ length: bytes }, (_, index) => index % 251);

  test.each([1, 262_144, 262_145, 600_000])("of %i bytes is handed over piece by piece, whole", async (bytes) => {
    const outgoing = createOutgoing({ maxBytes: 10_000_000 });
    const app = appOf((c) => answerWithPicture(c, png(bytes), { "X-Page-Rotation": "90" }, outgoing));
    const response = await app.request("/");
    expect(outgoing.heldBytes()).toBe(bytes);
    const pieces: number[] = [];
    const parts: Uint8Array[] = [];
    for await (const piece of response.body ?? []) {
      pieces.push(piece.byteLength);
      parts.push(piece);
    }
    expect(Buffer.concat(parts).equals(Buffer.from(png(bytes)))).toBe(true);
    expect(Math.max(...pieces)).toBeLessThanOrEqual(262_144);
    expect(outgoing.heldBytes()).toBe(0);
    expect(response.headers.get("X-Page-Rotation")).toBe("90");
  });

  test("is held for nobody who has gone, and is broken off when it is let go for others", async () => {
    const outgoing = createOutgoing({ maxBytes: 500_000 });
    const app = appOf((c) => answerWithPicture(c, png(300_000), {}, outgoing));
    await (await app.request("/")).body?.cancel();
    expect(outgoing.heldBytes()).toBe(0);
    const first = await app.request("/");
    const second = await app.request("/");
    expect(await refusalOf(first.arrayBuffer())).toMatchObject({ message: expect.stringContaining("too large") });
    expect((await second.arrayBuffer()).byteLength).toBe(300_000);
  });
});

describe("a document", () => {
  const answer = (text: string, pages?: string[]) => ({
    text,
    ocrUsed: false,
    pageCount: 1,
    charCount: 1,
    engineUsed: "fast-path" as const,
    warnings: [],
    ...(pages === undefined
      ? {}
      : {
          pages: pages.map((said, index) => ({
            page: index + 1,
            source: "blank" as const,
            text: said,
            chars: 0,
            attempts: 0,
            ms: 0,
            truncated: false,
            warnings: [],
          })),
        }),
  });

  test("counts what its text and its pages take until it is read, and nothing while it is short", async () => {
    const outgoing = createOutgoing({ maxBytes: 10_000_000 });
    const ask = (of: ReturnType<typeof answer>) => appOf((c) => answerWithDocument(c, of, outgoing)).request("/");
    const short = await ask(answer("short"));
    expect([outgoing.heldBytes(), short.headers.get("Content-Type")]).toEqual([0, "application/json"]);
    const long = await ask(answer("x".repeat(100_000), ["y".repeat(30_000), "z".repeat(50_000)]));
    expect(outgoing.heldBytes()).toBe(2 * 180_000);
    await long.json();
    expect(outgoing.heldBytes()).toBe(0);
    const left = await ask(answer("x".repeat(200_000)));
    await left.body?.cancel();
    expect(outgoing.heldBytes()).toBe(0);
  });
});

test("a list is made as it is read, and no more of it for a reader who has gone", async () => {
  let made = 0;
  function* items() {
    for (let index = 0; index < 1000; index += 1) {
      made += 1;
      yield "x".repeat(10_000);
    }
  }
  const app = appOf((c) =>
    answerWithList<{ model: string; data: string[] }, "data">(c, { model: "m" }, "data", items()),
  );
  const response = await app.request("/");
  const reader = response.body?.getReader();
  await reader?.read();
  expect(made).toBeLessThan(40);
  await reader?.cancel();
  const { body } = await app.request("/");
  expect((await new Response(body).json()).data).toHaveLength(1000);
});

describe("an error", () => {
  /** The answer where a handler throws this. */
  async function answerTo(error: unknown, path = "/") {
    const app = new Hono<AppEnv>()
      .use(openWork({ stopping: new AbortController().signal, idleTimeoutSeconds: 1 }))
      .use(async (c, next) => {
        c.set("requestId", "r");
        await next();
      })
      .all("*", () => {
        throw error;
      })
      .onError(answerError);
    return await app.request(path, {}, {});
  }

  test.each<[string, unknown, number, string]>([
    ["a body that is no JSON", new HTTPException(400), 400, "invalid_json"],
    ["a body of another type", new HTTPException(415), 415, "unsupported_media_type"],
    ["an address that may not call", new HTTPException(403), 403, "peer_not_allowed"],
    ["anything else of Hono's", new HTTPException(418), 500, "internal_error"],
    ["a surprise", new Error("secret"), 500, "internal_error"],
    ["what is no error at all", "secret", 500, "internal_error"],
    ["an abort of something else", new DOMException("secret", "AbortError"), 500, "internal_error"],
  ])("of %s is told as what it is", async (_, error, status, code) => {
    const response = await answerTo(error instanceof Error ? error : new Error(String(error)));
    const body = await response.json();
    expect([response.status, body.code, body.requestId]).toEqual([status, code, "r"]);
    expect(JSON.stringify(body)).not.toContain("secret");
    expect(response.headers.get("Content-Type")).toBe("application/json; charset=utf-8");
  });

  test.each([
    [new SidecarError("body_timeout", "Too slow."), { connection: "close", retryAfter: null, authenticate: null }],
    [
      new SidecarError("ocr_busy", "Later.", { retryAfterSeconds: 7 }),
      { connection: null, retryAfter: "7", authenticate: null },
    ],
    [new SidecarError("ollama_busy", "Later."), { connection: null, retryAfter: "5", authenticate: null }],
    [
      new SidecarError("ocr_busy", "Now.", { retryAfterSeconds: 0 }),
      { connection: null, retryAfter: "0", authenticate: null },
    ],
    [
      new SidecarError("unauthorized", "No key."),
      { connection: null, retryAfter: null, authenticate: 'Bearer realm="ocr-sidecar"' },
    ],
    [
      new SidecarError("page_timeout", "Too slow.", { retryAfterSeconds: 7 }),
      { connection: null, retryAfter: null, authenticate: null },
    ],
  ])("%# carries the headers that go with it", async (error, expected) => {
    const { headers } = await answerTo(error);
    expect({
      connection: headers.get("Connection"),
      retryAfter: headers.get("Retry-After"),
      authenticate: headers.get("WWW-Authenticate"),
    }).toEqual(expected);
  });

  test.each([
    ["/v1/x", true],
    ["/v2/x", true],
    ["/v3/x", false],
    ["/v1", false],
    ["/a/v1/x", false],
  ])("at %s is told as OpenAI's clients expect it: %p", async (path, isOpenAi) => {
    expect("error" in (await (await answerTo(new Error("x"), path)).json())).toBe(isOpenAi);
  });

  test("names each field that is wrong, as far as a person reads", () => {
    const { error } = z.object({ list: z.array(z.number()) }).safeParse({ list: Array(30).fill("x") });
    const fault = invalidRequest(error ?? new z.core.$ZodError([]));
    expect(fault.issues).toHaveLength(20);
    expect(fault.issues?.[0]).toEqual({ path: "list.0", message: "Invalid input: expected number, received string" });
    expect(fault.message).toBe("list.0: Invalid input: expected number, received string");
  });

  test("says of no field in particular that the request is wrong, and tells long words only in part", () => {
    const { error } = z.object({}).safeParse(7);
    expect(invalidRequest(error ?? new z.core.$ZodError([])).message).toStartWith("The request: Invalid input");
    const issues = [{ code: "custom" as const, path: ["p".repeat(301)], message: "m".repeat(300), input: undefined }];
    expect(invalidRequest(new z.core.$ZodError(issues)).issues).toEqual([
      { path: `${"p".repeat(300)}…`, message: "m".repeat(300) },
    ]);
    expect(invalidRequest(new z.core.$ZodError([])).message).toBe("The request: is not valid");
  });
});
