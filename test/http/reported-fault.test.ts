import { expect, test } from "bun:test";
import { Hono } from "hono";
import { SidecarError } from "../../src/errors.ts";
import { answerError } from "../../src/http/answers/problem.ts";
import type { AppEnv } from "../../src/http/context.ts";

/** The answer to a request that is given up and ends with this error. */
async function answerTo(error: unknown): Promise<unknown> {
  const app = new Hono<AppEnv>()
    .use(async (c, next) => {
      c.set("requestId", "request-1");
      c.set("work", {
        signal: AbortSignal.abort(new SidecarError("document_timeout", "It was not finished in time.")),
        ended: Promise.resolve(),
        hasReceived: () => undefined,
        limitTime: () => undefined,
        giveUp: () => undefined,
        outliveAnswer: () => () => undefined,
      });
      await next();
    })
    .get("/", () => {
      throw error;
    })
    .onError(answerError);
  return await (await app.request("/")).json();
}

test("what is torn off by the end of a request's time says that, and a fault that came of itself what it is", async () => {
  const tornOff = new DOMException("The operation was aborted.", "AbortError");
  expect(await answerTo(tornOff)).toMatchObject({ code: "document_timeout", requestId: "request-1" });
  expect(await answerTo(new SidecarError("document_damaged", "It is damaged."))).toMatchObject({
    code: "document_damaged",
  });
});
