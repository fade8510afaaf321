import { describe, expect, jest, test } from "bun:test";
import { getEventListeners } from "node:events";
import { Hono } from "hono";
import { answerError } from "../../src/http/answers/problem.ts";
import type { AppEnv } from "../../src/http/context.ts";
import { readBody } from "../../src/http/intake/body.ts";
import { createByteBudget } from "../../src/http/intake/byte-budget.ts";
import { boundBody } from "../../src/http/intake/json-body.ts";
import { openWork } from "../../src/http/intake/work.ts";
import { refusalOf } from "../support/refusal-of.ts";

test("the silence of a connection is limited while its body comes, and no longer when it has come", async () => {
  const told: unknown[] = [];
  const limits = { maxBytes: 100, maxStructureBytes: 100, maxItems: {}, timeoutMs: 10_000, busy: "ocr_busy" } as const;
  const app = new Hono<AppEnv>()
    .use(openWork({ stopping: new AbortController().signal, idleTimeoutSeconds: 7 }))
    .use(boundBody(limits, { jsonIntake: createByteBudget({ maxBytes: 1000 }) }))
    .post("/", async (c) => {
      told.push(await c.req.json());
      return c.text("answered");
    });
  const body = new ReadableStream<Uint8Array>({
    pull: (controller) => {
      told.push("asked for the body");
      controller.enqueue(new TextEncoder().encode('["whole"]'));
      controller.close();
    },
  });
  await app.request("/", { method: "POST", body }, { setIdleTimeout: (seconds) => told.push(seconds) });
  expect(told).toEqual(["asked for the body", 0, ["whole"], 7]);
});

describe("a JSON body", () => {
  /** An app before this budget whose handler tells what is held; `structure` bounds what stands beside texts. */
  function appOf({ structure = 100, client }: { structure?: number; client?: AbortSignal } = {}) {
    const jsonIntake = createByteBudget({ maxBytes: 1_000_000 });
    const limits = { maxBytes: 900_000, maxStructureBytes: structure, maxItems: { texts: 2 } } as const;
    const app = new Hono<AppEnv>()
      .use(openWork({ stopping: new AbortController().signal, idleTimeoutSeconds: 7 }))
      .use(async (c, next) => {
        c.set("requestId", "one");
        await next();
      })
      .use(boundBody({ ...limits, timeoutMs: 10_000, busy: "ocr_busy" }, { jsonIntake }))
      .post("/", (c) => c.text(`held ${jsonIntake.heldBytes}`))
      .onError(answerError);
    const post = async (body: string | ReadableStream<Uint8Array>) =>
      await app.request("/", { method: "POST", body, ...(client === undefined ? {} : { signal: client }) }, {});
    return { jsonIntake, post };
  }

  test("counts until it is answered, and no longer", async () => {
    const { jsonIntake, post } = appOf();
    expect(await (await post('{"text":"abc"}')).text()).toBe("held 14");
    expect(jsonIntake.heldBytes).toBe(0);
    expect((await post("[")).status).toBe(200);
    expect(jsonIntake.heldBytes).toBe(0);
  });

  test("with a list that is too long is not held while what is left of it is counted", async () => {
    const { jsonIntake, post } = appOf();
    const held: number[] = [];
    const pieces = ['{"texts":["a","b"', ',"c"', ',"d"]}'];
    const body = new ReadableStream<Uint8Array>(
      {
        pull: (controller) => {
          held.push(jsonIntake.heldBytes);
          const piece = pieces.shift();
          if (piece === undefined) controller.close();
          else controller.enqueue(new TextEncoder().encode(piece));
        },
      },
      { highWaterMark: 0 },
    );
    const answer = await (await post(body)).json();
    expect(answer).toMatchObject({ code: "too_many_texts", errors: [{ message: expect.stringContaining("4 texts") }] });
    expect(held).toEqual([0, 17, 0, 0]);
  });

  test("may have so much beside its texts, and not a byte more", async () => {
    expect((await appOf({ structure: 5 }).post("[1,2]")).status).toBe(200);
    expect(await (await appOf({ structure: 4 }).post("[1,2]")).json()).toMatchObject({ code: "body_too_large" });
  });

  test.each([
    ["in its middle", [0x22, 0xff, 0x22]],
    ["at its end, where half a character is", [0x22, 0xe0, 0xb8]],
  ])("must be UTF-8, also %s", async (_, bytes) => {
    const answer = await (await appOf().post(new Blob([Uint8Array.from(bytes)]).stream())).json();
    expect(answer).toMatchObject({ code: "invalid_json" });
  });

  test.each([
    ["in the middle of what has come at once", 800_000, 2],
    ["when all of it has come", 1, 2],
  ])("is read no further for a caller who goes, be it %s", async (_, characters, leavesAt) => {
    const caller = new AbortController();
    const { post } = appOf({ client: caller.signal });
    let turns = 0;
    let isAnswered = false;
    const count = () => {
      turns += 1;
      if (turns === leavesAt) caller.abort();
      if (!isAnswered) setImmediate(count);
    };
    setImmediate(count);
    const response = await post(`{"text":"${"a".repeat(characters)}"}`);
    isAnswered = true;
    expect(await response.json()).toMatchObject({ code: "client_gone" });
    // A large one has seven pieces, each read in a turn of its own.
    expect(turns).toBeLessThan(6);
  });

  test("leaves nothing at the signal of its caller and no time that runs on, and is not waited for by one who has gone", async () => {
    const { signal } = new AbortController();
    const limits = { maxBytes: 100, timeoutMs: 60_000 };
    jest.useFakeTimers();
    try {
      const request = new Request("http://h/", { method: "POST", body: "abc" });
      expect((await Array.fromAsync(readBody(request, limits, signal))).length).toBe(1);
      expect([getEventListeners(signal, "abort").length, jest.getTimerCount()]).toEqual([0, 0]);
    } finally {
      jest.useRealTimers();
    }
    const endless = new Request("http://h/", { method: "POST", body: new ReadableStream<Uint8Array>({}) });
    const gone = AbortSignal.abort(new Error("gone"));
    expect(await refusalOf(Array.fromAsync(readBody(endless, limits, gone)))).toHaveProperty("message", "gone");
  });
});
