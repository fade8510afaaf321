import { expect, test } from "bun:test";
import { Hono } from "hono";
import type { AppEnv } from "../../src/http/context.ts";
import { createByteBudget } from "../../src/http/intake/byte-budget.ts";
import { boundBody } from "../../src/http/intake/json-body.ts";
import { openWork } from "../../src/http/intake/work.ts";

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
