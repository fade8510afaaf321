import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createSidecarClient } from "../../src/client/sidecar-client.ts";
import { scan } from "../support/scan.ts";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const activityOf = ({ url }: TestSidecar) => createSidecarClient({ baseUrl: url, apiKey: testKey }).activity();

describe("the activity", () => {
  test("tells what was read, that the model was loaded for it and sent away again, and why", async () => {
    await using world = await startWithOllama(
      { preloaded: [{ name: "llm", pinned: true }], loadDelayMs: 1000 },
      { GPU_MAIN_MODEL_PRESSURE_THRESHOLD_MB: "1000" },
    );
    const { fake, sidecar } = world;
    const startedMs = Date.now();
    await sidecar.upload(scan(2, "secret"), { systemPrompt: "a secret prompt" });
    await until(async () => (await activityOf(sidecar)).decisions.length === 2, "the model is gone");
    expect(fake.isLoaded("np-dms-ocr")).toBe(false);
    const activity = await activityOf(sidecar);
    expect(activity.decisions.map(({ subject, action, reason }) => [subject, action, reason])).toEqual([
      ["ocr-model", "loaded", "a page needed it"],
      ["ocr-model", "unloaded", "high-pressure"],
    ]);
    expect(activity.decisions[0]?.ms).toBeGreaterThanOrEqual(1000);
    expect(activity.requests).toMatchObject([
      { method: "POST", route: "/ocr-upload", status: 200, pages: { "np-dms-ocr": 2 }, queueMs: expect.any(Number) },
    ]);
    expect(activity.samples.at(-1)).toMatchObject({
      vram: { known: true, totalMb: 16_384, llmMb: 9000, retrievalMb: 0, otherMb: null },
      queue: { documents: 0, waitingPages: 0, runningPages: 0 },
    });
    for (const { atMs } of [...activity.decisions, ...activity.requests, ...activity.samples]) {
      expect(atMs).toBeGreaterThanOrEqual(startedMs);
      expect(atMs).toBeLessThanOrEqual(activity.nowMs);
    }
    expect(activity.models.slice(0, 2)).toMatchObject([
      { role: "ocr", name: "np-dms-ocr:latest", state: "ready", loaded: expect.any(Boolean) },
      { role: "other", name: "llm:latest", sizeMb: 9000, vramMb: 9000 },
    ]);
    expect(JSON.stringify(activity)).not.toContain("secret");
  });

  test("tells that the model was kept, which documents wait, and what is wrong with what to do", async () => {
    await using world = await startWithOllama({ pageDelayMs: 400 }, { MODEL_DIR: "/nowhere" });
    const { sidecar, fake } = world;
    const first = sidecar.upload(scan(3));
    await until(() => fake.pages.length === 1);
    const second = sidecar.upload(scan(2, "other"));
    let during = await activityOf(sidecar);
    await until(async () => {
      during = await activityOf(sidecar);
      return during.queue.documents.length === 2;
    });
    const pages = during.queue.documents.map(({ waitingPages, runningPages }) => waitingPages + runningPages);
    expect(pages.reduce((sum, count) => sum + count, 0)).toBe(during.queue.waitingPages + during.queue.runningPages);
    expect(during.queue.documents.filter(({ runningPages }) => runningPages === 1)).toHaveLength(1);
    expect(during.queue.heldBytes).toBe(scan(3).length + scan(2, "other").length);
    await Promise.all([first, second]);
    const { decisions, requests, ready, components, processes } = await activityOf(sidecar);
    expect(decisions).toMatchObject([{ subject: "ocr-model", action: "kept", reason: "headroom-sufficient" }]);
    expect(requests).toHaveLength(2);
    expect(ready).toEqual({ ocr: true, retrieval: false });
    const shown = await (await sidecar.call("/ready?for=all")).json();
    expect(components).toEqual(shown.components);
    expect(processes).toMatchObject({ pdf: { processes: 1, ready: 1 } });
  });

  test("does not wait for a silent Ollama, and tells its silence as unknown", async () => {
    using silent = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      idleTimeout: 0,
      fetch: () => new Promise<Response>(() => undefined),
    });
    await using sidecar = await startSidecar({ OLLAMA_API_URL: silent.url.origin });
    const startedMs = performance.now();
    expect(await activityOf(sidecar)).toMatchObject({ samples: [], ready: { ocr: null } });
    // Ollama's time for an answer is 3 s.
    expect(performance.now() - startedMs).toBeLessThan(2000);
    await until(async () => (await activityOf(sidecar)).samples.length > 0);
    const { samples, models } = await activityOf(sidecar);
    expect(samples[0]?.vram).toEqual({ known: false, why: "Ollama's /api/ps did not answer within 3 s" });
    expect(models[0]).not.toHaveProperty("loaded");
  });

  test("is for callers with a key, answers to GET alone, and is not stored", async () => {
    await using sidecar = await startSidecar();
    expect((await fetch(`${sidecar.url}/activity`)).status).toBe(401);
    expect((await sidecar.call("/activity", { method: "POST" })).status).toBe(405);
    const response = await sidecar.call("/activity");
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    const { requests } = await response.json();
    expect(requests.map(({ route, status }: { route: string; status: number }) => [route, status])).toEqual([
      ["/activity", 401],
      ["unmatched", 405],
    ]);
  });
});
