import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { childrenOf } from "../support/child-processes.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";
import { writeTinyModel } from "../support/tiny-model.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const ocrModel = "np-dms-ocr:latest";
const runningRequests = z.object({
  requests: z.object({
    longest: z.array(
      z.object({ requestId: z.string(), path: z.string(), bodyBytes: z.number().optional(), seconds: z.number() }),
    ),
  }),
});

test("the report names the requests that run, and none that has ended", async () => {
  await using world = await startWithOllama({ pageDelayMs: 500 });
  const { sidecar } = world;
  const running = async () => runningRequests.parse(await (await sidecar.call("/residency")).json()).requests.longest;
  const answer = sidecar.upload(scan(1), {}, { headers: { "X-Request-Id": "the-slow-one" } });
  await until(async () => (await running()).length > 0, "it is named");
  const [request] = await running();
  expect(request).toMatchObject({ requestId: "the-slow-one", path: "/ocr-upload", seconds: expect.any(Number) });
  expect(request?.bodyBytes).toBeGreaterThan(500);
  expect((await answer).status).toBe(200);
  await until(async () => (await running()).length === 0, "it is named no more");
});

describe("the residency of the OCR model", () => {
  test("under VRAM pressure a scan of five pages costs one cold load, and the model is gone at the end", async () => {
    await using world = await startWithOllama(
      { preloaded: [{ name: "llm", pinned: true }], unloadLagMs: 50 },
      { GPU_MAIN_MODEL_PRESSURE_THRESHOLD_MB: "1000" },
    );
    const { fake, sidecar } = world;
    const response = await sidecar.upload(scan(5));
    const endedAt = performance.now();
    expect(response.status).toBe(200);
    expect(response.headers.get("X-Residency-Keep-Alive")).toBe("0");
    expect(response.headers.get("X-Residency-Reason")).toBe("high-pressure");
    expect(fake.coldLoads).toBe(1);
    expect(fake.pages.map((page) => page.keepAlive)).toEqual([120, 120, 120, 120, 120]);
    await until(() => !fake.isLoaded(ocrModel));
    expect(performance.now() - endedAt).toBeLessThan(2000);
  });

  test("with headroom there is one cold load and a residency of 120 s", async () => {
    await using world = await startWithOllama({});
    const { fake, sidecar } = world;
    const response = await sidecar.upload(scan(5));
    expect(response.headers.get("X-Residency-Keep-Alive")).toBe("120");
    expect(response.headers.get("X-Residency-Reason")).toBe("headroom-sufficient");
    await sidecar.upload(scan(2, "another"));
    expect(fake.coldLoads).toBe(1);
    expect(fake.pages.at(-1)?.keepAlive).toBe(120);
    expect(fake.isLoaded(ocrModel)).toBe(true);
  });

  test.each(["deep-analysis", "large-context"])("the profile %s gives the GPU back at once", async (profile) => {
    await using world = await startWithOllama({}, { OCR_ACTIVE_PROFILE: profile });
    const { fake, sidecar } = world;
    const response = await sidecar.upload(scan(2));
    expect(response.headers.get("X-Residency-Reason")).toBe("large-context-active");
    await until(() => !fake.isLoaded(ocrModel));
    expect(fake.coldLoads).toBe(1);
  });

  test("VRAM that cannot be read is never taken for free", async () => {
    await using world = await startWithOllama({});
    const { fake, sidecar } = world;
    fake.fail("html", { path: "/api/ps", times: 1 });
    const response = await sidecar.upload(scan(1));
    expect(response.headers.get("X-Residency-Reason")).toBe("query-failed");
    expect(response.headers.get("X-Residency-Keep-Alive")).toBe("0");
  });

  test("parameters arrive as the caller gave them, at the very next call, and absent ones do not arrive", async () => {
    await using world = await startWithOllama({});
    const { fake, sidecar } = world;
    const pdf = scan(1);
    await sidecar.upload(pdf);
    await sidecar.upload(pdf, { temperature: "0", topP: "0.5" });
    const both = {
      runtimeParams: '{"temperature": 0.7, "repetition_penalty": 1.2, "max_tokens": 4096, "top_k": 0}',
      temperature: "0.2",
      repeatPenalty: "1.1",
    };
    await sidecar.upload(pdf, { ...both, systemPrompt: "Read {{ocr_text}} and [img-0].", dmsTags: '{"subject": ""}' });
    expect(fake.pages.map((page) => page.options)).toEqual([
      {},
      { temperature: 0, top_p: 0.5 },
      { temperature: 0.2, repeat_penalty: 1.1, num_predict: 4096, top_k: 0 },
    ]);
    expect(fake.pages[0]?.system).toBeUndefined();
    expect(fake.pages[2]?.system).toStartWith("Read {{ocr_text}} and [");
    expect(fake.pages[2]?.prompt).toContain("<subject>");
    expect(fake.pages[2]?.prompt).not.toContain("received_date");
  });

  test("beside an LLM in VRAM a stress of OCR never asks for more than the card has", async () => {
    await using world = await startWithOllama({ preloaded: [{ name: "llm", pinned: true }], pageDelayMs: 5 });
    const { fake, sidecar } = world;
    const documents = Array.from({ length: 10 }, (_, index) => sidecar.upload(scan(2, `document ${index}`)));
    const statuses = (await Promise.all(documents)).map((response) => response.status);
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(fake.peakVramMb).toBeLessThanOrEqual(16_384);
    expect(fake.loads.flatMap(({ evicted }) => evicted)).toEqual([]);
    expect(fake.loads.every(({ spilledMb }) => spilledMb === 0)).toBe(true);
    expect(fake.pages).toHaveLength(20);
  });

  test("a document that failed gives the model back at once", async () => {
    await using world = await startWithOllama({}, { OCR_ACTIVE_PROFILE: "deep-analysis", OCR_PAGE_ATTEMPTS: "1" });
    const { fake, sidecar } = world;
    fake.fail("crash", { when: (page) => page.index === 1 });
    expect((await sidecar.upload(scan(3))).status).toBe(502);
    await until(() => !fake.isLoaded(ocrModel), "the model is unloaded", 2000);
  });
});

test("the model stays for a document that comes while a caller who gave up is waited for", async () => {
  await using world = await startWithOllama({ pageDelayMs: 100 }, { OCR_ACTIVE_PROFILE: "deep-analysis" });
  const { fake, sidecar } = world;
  const caller = new AbortController();
  const given = sidecar.upload(scan(1), {}, { signal: caller.signal });
  await until(() => fake.pages.length === 1);
  caller.abort();
  await given.catch(() => undefined);
  // The grace time of 5 s ends while this one is read.
  expect((await sidecar.upload(scan(60, "another"))).status).toBe(200);
  expect(fake.coldLoads).toBe(1);
  await until(() => !fake.isLoaded(ocrModel));
});

test("what our own inference processes take of the card counts, from their start on", async () => {
  const models = await mkdtemp(join(tmpdir(), "models-"));
  await writeTinyModel(join(models, "embed"), { outputs: "three-headed" });
  await using world = await startWithOllama(
    {},
    { MODEL_DIR: models, EMBED_MODEL: "embed", RETRIEVAL_DEVICE: "cuda", RETRIEVAL_PRELOAD: "true" },
  );
  const stopped = new Set<number>();
  // One that is stopped neither begins to work nor finds out that there is no card.
  const stopInference = async () => {
    for (const { pid, command } of await childrenOf(process.pid)) {
      if (!command.includes("retrieval/child/program.ts") || stopped.has(pid)) continue;
      process.kill(pid, "SIGSTOP");
      stopped.add(pid);
    }
  };
  await until(async () => {
    await stopInference();
    const { sources } = await (await world.sidecar.call("/residency")).json();
    return sources.ownGpuMb > 0;
  }, "the process on the card is counted");
  await rm(models, { recursive: true, force: true });
});

describe("a mixed document", () => {
  test("gives all pages in order, each with how it was read", async () => {
    await using world = await startWithOllama({ answer: (page) => `# Scan ${page.index}` });
    const { sidecar } = world;
    const cover = Array(4).fill("The typed cover of a document that was scanned.");
    const pdf = buildPdf([
      { kind: "text", lines: cover },
      { kind: "scan", lines: ["one"] },
      { kind: "blank" },
      { kind: "scan", lines: ["two"] },
      { kind: "signature", lines: ["Signed"] },
    ]);
    const body = await (await sidecar.upload(pdf, { includePages: "true" })).json();
    expect(body.pages.map(({ page, source }: { page: number; source: string }) => [page, source])).toEqual([
      [1, "text-layer"],
      [2, "np-dms-ocr"],
      [3, "blank"],
      [4, "np-dms-ocr"],
      [5, "text-layer"],
    ]);
    expect(body.text).toBe(`${cover.join(" ")}\n\n# Scan 0\n\n# Scan 1\n\nSigned`);
    expect(body).toMatchObject({ ocrUsed: true, engineUsed: "np-dms-ocr", pageCount: 5 });
  });
});
