import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { FakeOllama } from "../support/fake-ollama.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { startSidecar } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

const noChunks = { query: "q", chunks: [] };

/** The service before an Ollama that accepts every call and answers none; it knows how many callers gave up. */
async function startBeforeSilence(variables: Record<string, string> = {}) {
  let asked = 0;
  let givenUp = 0;
  const silent = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    idleTimeout: 0,
    fetch: (request) => {
      asked += 1;
      request.signal.addEventListener("abort", () => (givenUp += 1));
      return new Promise<Response>(() => undefined);
    },
  });
  opened.push({ [Symbol.asyncDispose]: () => silent.stop(true) });
  const sidecar = await startSidecar({ OLLAMA_API_URL: silent.url.origin, MODEL_DIR: "/nowhere", ...variables });
  opened.push(sidecar);
  return { sidecar, calls: () => ({ asked: asked > 0, givenUp }) };
}

/** Ollama was asked, and the answer did not wait until its silence was taken for a failure. */
const stillAsking = { asked: true, givenUp: 0 };

describe("an Ollama that accepts and never answers", () => {
  test("delays no call that does not need it; VRAM that nobody knows is not taken for free", async () => {
    const { sidecar, calls } = await startBeforeSilence();
    const response = await sidecar.post("/rerank", noChunks);
    // A caller that gives up is noticed a moment later.
    await sidecar.call("/health");
    expect(calls()).toEqual(stillAsking);
    expect(response.status).toBe(200);
    expect(response.headers.get("X-Residency-Reason")).toBe("query-failed");
    expect(response.headers.get("X-Residency-Keep-Alive")).toBe("0");
    expect(response.headers.get("X-Residency-Device")).toBe("cpu");
  });

  test("delays no document whose text needs no model", async () => {
    const { sidecar, calls } = await startBeforeSilence();
    const lines = Array(6).fill("A typed page with quite enough characters on it.");
    const response = await sidecar.upload(buildPdf([{ kind: "text", lines }]));
    await sidecar.call("/health");
    expect(calls()).toEqual(stillAsking);
    expect(await response.json()).toMatchObject({ engineUsed: "fast-path", pageCount: 1 });
  });

  test("delays no scrape, which leaves out what is not known", async () => {
    const { sidecar, calls } = await startBeforeSilence();
    const text = await (await sidecar.call("/metrics")).text();
    expect(calls()).toEqual(stillAsking);
    const lines = text.split("\n");
    expect(lines).toContain("sidecar_vram_known 0");
    expect(lines).toContain("sidecar_queue_documents 0");
    expect(lines.filter((line) => /^sidecar_(ready|component_ready|vram_free_bytes)\b/.test(line))).toEqual([
      'sidecar_ready{target="retrieval"} 0',
    ]);
  });

  test.each([
    ["retrieval", {}],
    ["ocr", { OCR_FALLBACK_ENGINE: "tesseract" }],
  ] as const)("delays no judgement on %s, which does not depend on it", async (target, variables) => {
    const { sidecar, calls } = await startBeforeSilence(variables);
    const { components } = await (await sidecar.call(`/ready?for=${target}`)).json();
    expect(calls()).toEqual(stillAsking);
    expect(components.ollama).toEqual({ state: "loading", reason: "no answer yet" });
    expect(components.service).toEqual({ state: "ready" });
  });

  test("is judged by its silence where a judgement depends on it, and the next scrape knows", async () => {
    const { sidecar } = await startBeforeSilence();
    const { components } = await (await sidecar.call("/ready")).json();
    expect(components.ollama).toEqual({ state: "failed", reason: expect.stringContaining("did not answer within") });
    const lines = (await (await sidecar.call("/metrics")).text()).split("\n");
    expect(lines).toContain('sidecar_ready{target="ocr"} 0');
    expect(lines).toContain('sidecar_component_ready{component="ollama"} 0');
  });
});

test("while Ollama is silent the headers and the scrape tell what was known last, for 3 s", async () => {
  const fake = await FakeOllama.start();
  opened.push(fake);
  const sidecar = await startSidecar({ OLLAMA_API_URL: fake.url });
  opened.push(sidecar);
  const looks = () => fake.calls.filter(({ path }) => path === "/api/ps").length;
  const reason = async () => (await sidecar.post("/rerank", noChunks)).headers.get("X-Residency-Reason");
  // The first look is awaited by whoever asks for the picture itself.
  await sidecar.call("/residency");
  fake.fail("hang", { path: "/api/ps", times: Number.POSITIVE_INFINITY });
  const before = looks();
  const told: unknown[] = [];
  await until(async () => {
    told.push(await reason());
    return looks() > before;
  }, "the picture is old enough to be read again");
  expect(told.at(-1)).toBe("headroom-sufficient");
  const lines = (await (await sidecar.call("/metrics")).text()).split("\n");
  expect(lines).toContain("sidecar_vram_known 1");
  await until(async () => (await reason()) === "query-failed", "the silence is taken for a failure");
});
