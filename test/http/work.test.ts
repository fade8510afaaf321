import { describe, expect, test } from "bun:test";
import { Hono } from "hono";
import { SidecarError, shuttingDown } from "../../src/errors.ts";
import type { AppEnv } from "../../src/http/context.ts";
import { documentTimeoutMs, openWork, type Work } from "../../src/http/intake/work.ts";

describe("the time of a document", () => {
  test.each([
    ["no header", undefined, 60_000, 60_000],
    ["no header and no limit", undefined, 0, 0],
    ["less than the limit", "30", 60_000, 30_000],
    ["parts of a second", "0.25", 60_000, 250],
    ["blanks around it", " 30 ", 60_000, 30_000],
    ["more than the limit, which is cut to it", "61", 60_000, 60_000],
    ["the most that can be said", "999999", 60_000, 60_000],
    ["a time where the service has no limit", "7200", 0, 7_200_000],
  ])("with %s", (_, header, limitMs, expected) => {
    expect(documentTimeoutMs(header, limitMs)).toBe(expected);
  });

  test.each(["", "0", "0.000", "-1", "1e3", "soon", "NaN", "Infinity", "1000000", "1.2345"])(
    "cannot be %p",
    (header) => {
      expect(() => documentTimeoutMs(header, 60_000)).toThrow(expect.objectContaining({ code: "invalid_request" }));
    },
  );
});

describe("the work of a request", () => {
  /** Sends one request to a handler of its own and gives what came of the connection's idle limit. */
  async function run(handle: (work: Work) => unknown, options: { client?: AbortSignal; stopping?: AbortSignal } = {}) {
    const stopping = options.stopping ?? new AbortController().signal;
    const idle: number[] = [];
    let opened: Work | undefined;
    const app = new Hono<AppEnv>().use(openWork({ stopping, idleTimeoutSeconds: 7 })).post("/", async (c) => {
      opened = c.var.work;
      await handle(c.var.work);
      return c.text("answered");
    });
    const init = { method: "POST", body: "x", ...(options.client === undefined ? {} : { signal: options.client }) };
    const response = await app.request("/", init, { setIdleTimeout: (seconds) => idle.push(seconds) });
    if (opened === undefined) throw new Error("the handler did not run");
    return { work: opened, idle, text: await response.text() };
  }

  const reasonAfter = (work: Work, cause: () => void): unknown => {
    cause();
    return work.signal.reason;
  };

  test("is stopped by the client, the stop of the service, the time or whoever finds a reason, and says which", async () => {
    const [client, stopping] = [new AbortController(), new AbortController()];
    const reasons: unknown[] = [];
    await run((work) => reasons.push(reasonAfter(work, () => client.abort())), { client: client.signal });
    await run((work) => reasons.push(reasonAfter(work, () => stopping.abort())), { stopping: stopping.signal });
    await run(async (work) => {
      work.limitTime(1);
      await new Promise((resolve) => work.signal.addEventListener("abort", resolve));
      reasons.push(work.signal.reason);
    });
    await run((work) => reasons.push(reasonAfter(work, () => work.giveUp(new SidecarError("ocr_busy", "Later.")))));
    const codes = ["client_gone", "shutting_down", "document_timeout", "ocr_busy"];
    expect(reasons).toEqual(codes.map((code) => expect.objectContaining({ name: "SidecarError", code })));
  });

  test("that comes when its client has gone or the service stops already is stopped from the beginning", async () => {
    const over = AbortSignal.abort();
    const reasons: unknown[] = [];
    await run((work) => reasons.push(work.signal.reason), { client: over });
    await run((work) => reasons.push(work.signal.reason), { stopping: over });
    expect(reasons).toMatchObject([{ code: "client_gone" }, { code: "shutting_down" }]);
  });

  test("has no limit where its time is 0", async () => {
    let isOver = true;
    await run(async (work) => {
      work.limitTime(0);
      await Bun.sleep(5);
      isOver = work.signal.aborted;
    });
    expect(isOver).toBe(false);
  });

  test("keeps the first of several reasons", async () => {
    const { work } = await run((opened) => {
      opened.giveUp(new SidecarError("ocr_busy", "Later."));
      opened.giveUp(shuttingDown());
    });
    expect(work.signal.reason).toMatchObject({ code: "ocr_busy" });
  });

  test("leaves nothing running behind when it has ended", async () => {
    const [client, stopping] = [new AbortController(), new AbortController()];
    const { work } = await run((opened) => opened.limitTime(1), { client: client.signal, stopping: stopping.signal });
    client.abort();
    stopping.abort();
    await Bun.sleep(5);
    expect(work.signal.aborted).toBe(false);
  });

  test("limits the silence of the connection again when it has ended, and not while the service works", async () => {
    const { idle } = await run((work) => work.hasReceived());
    expect(idle).toEqual([0, 7]);
    const without: number[] = [];
    const app = new Hono<AppEnv>()
      .use(openWork({ stopping: new AbortController().signal, idleTimeoutSeconds: 7 }))
      .get("/", (c) => c.text(`answered after ${without}`));
    const answered = await app.request("/", {}, { setIdleTimeout: (seconds) => without.push(seconds) });
    expect([await answered.text(), without]).toEqual(["answered after 0", [0, 7]]);
  });

  test("ends when both the answer is made and the stream behind it has ended, whichever comes first", async () => {
    let finishEarly: () => void = () => undefined;
    let [hasEnded, endedBefore] = [false, true];
    await run(async (work) => {
      finishEarly = work.outliveAnswer();
      void work.ended.then(() => {
        hasEnded = true;
      });
      finishEarly();
      await Bun.sleep(1);
      endedBefore = hasEnded;
    });
    expect([endedBefore, hasEnded]).toEqual([false, true]);

    let finishLate: () => void = () => undefined;
    const { work, idle, text } = await run((opened) => {
      finishLate = opened.outliveAnswer();
    });
    expect({ text, idle }).toEqual({ text: "answered", idle: [] });
    finishLate();
    await work.ended;
    expect(idle).toEqual([7]);
  });
});
