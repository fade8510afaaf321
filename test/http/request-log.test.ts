import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createApp } from "../../src/http/app.ts";
import type { Services } from "../../src/http/services.ts";
import { captureLog } from "../support/captured-log.ts";
import { scan } from "../support/scan.ts";
import { startSidecar, testKey } from "../support/sidecar.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";
import { wireService } from "../support/wired-service.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const events = { headers: { Accept: "text/event-stream", "X-Request-Id": "request-1" } };
const json = { headers: { "X-Request-Id": "request-1" } };

describe("the log line of a request", () => {
  test.each([
    ["a JSON answer", json],
    ["an event stream", events],
  ])("says of %s how it was read, why the model stays, and how long it waited", async (_, init) => {
    await using log = await captureLog();
    await using world = await startWithOllama({ pageDelayMs: 100 });
    const response = await world.sidecar.upload(scan(2), { systemPrompt: "a secret prompt" }, init);
    const body = await response.text();
    await until(() => log.requests().length === 1);
    const [line] = log.requests();
    expect(line?.level).toBe("info");
    expect(line?.properties).toEqual({
      requestId: "request-1",
      method: "POST",
      path: "/ocr-upload",
      status: 200,
      ms: expect.any(Number),
      keepAlive: 120,
      residencyReason: "headroom-sufficient",
      queueMs: expect.any(Number),
      engine: "np-dms-ocr",
      pages: { "np-dms-ocr": 2 },
      pageCount: 2,
      charCount: expect.any(Number),
    });
    // The stream's line is written when the stream ends, not when it begins.
    expect(line?.properties.ms).toBeGreaterThanOrEqual(200);
    const said = JSON.stringify(log.records);
    for (const secret of [testKey, "a secret prompt", "อาคาร", "document.pdf"]) expect(said).not.toContain(secret);
    expect(body).toContain("อาคาร");
  });

  test.each([
    ["a JSON answer", json, 502],
    ["an event stream", events, 200],
  ])("says at warning level why %s failed, and what was read before", async (_, init, status) => {
    await using log = await captureLog();
    await using world = await startWithOllama({}, { OCR_PAGE_ATTEMPTS: "1" });
    let pages = 0;
    world.fake.fail("crash", { when: () => ++pages === 2 });
    await (await world.sidecar.upload(scan(2), {}, init)).text();
    await until(() => log.requests().length === 1);
    const [line] = log.requests();
    expect(line?.level).toBe("warning");
    expect(line?.properties).toMatchObject({ status, code: "ocr_failed", pages: { "np-dms-ocr": 1 } });
  });

  test.each([
    ["a JSON answer", json],
    ["an event stream", events],
  ])("a surprise in %s is logged once, with its stack and the request's id", async (_, init) => {
    await using log = await captureLog();
    await using service = await wireService();
    const readDocument: Services["readDocument"] = async (_document, _request, _signal, { onPlan }) => {
      onPlan?.([]);
      throw new TypeError("boom");
    };
    const app = createApp({ ...service.services, readDocument });
    const form = new FormData();
    form.set("file", new Blob([scan(1)]));
    const headers = { ...init.headers, "X-API-Key": testKey };
    const response = await app.request("/ocr-upload", { method: "POST", body: form, headers }, {});
    const body = await response.text();
    expect(body).toContain("internal_error");
    expect(body).not.toContain("boom");
    await until(() => log.requests().length === 1);
    const errors = log.records.filter(({ level }) => level === "error");
    expect(errors.map(({ properties }) => properties)).toEqual([
      { requestId: "request-1", error: new TypeError("boom") },
    ]);
    expect(log.requests()[0]).toMatchObject({ level: "warning", properties: { code: "internal_error" } });
  });

  test("a successful probe or look of the console is said at debug level only, a failing one aloud", async () => {
    await using log = await captureLog();
    await using sidecar = await startSidecar();
    for (const path of ["/health", "/metrics", "/activity", "/console", "/ready"]) await sidecar.call(path);
    await until(() => log.requests().length === 5);
    expect(log.requests().map(({ level, properties }) => [properties.path, level])).toEqual([
      ["/health", "debug"],
      ["/metrics", "debug"],
      ["/activity", "debug"],
      ["/console", "debug"],
      ["/ready", "warning"],
    ]);
  });
});
