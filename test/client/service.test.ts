import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createSidecarClient, type OcrEvent, resolveOcrRequest, SidecarClientError } from "../../src/client.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

const typed = buildPdf([{ kind: "text", lines: Array(6).fill("A typed page with quite enough characters on it.") }]);
const scanned = (name: string) => buildPdf([1, 2].map((page) => ({ kind: "scan", lines: [`${name} ${page}`] })));

let fake: FakeOllama;
let sidecar: TestSidecar;
beforeAll(async () => {
  fake = await FakeOllama.start({ pageDelayMs: 100 });
  sidecar = await startSidecar({ OLLAMA_API_URL: fake.url });
});
afterAll(async () => {
  await sidecar[Symbol.asyncDispose]();
  await fake.close();
});

const client = (apiKey: string | undefined = testKey) =>
  createSidecarClient({ baseUrl: sidecar.url, apiKey, retry: { baseDelayMs: 10 } });

describe("the client against the service", () => {
  test("reads a document by path and by upload", async () => {
    await Bun.write(`${sidecar.base}/a.pdf`, typed);
    const byPath = await client().ocr({ pdfPath: `${sidecar.base}/a.pdf`, includePages: true });
    const byUpload = await client().ocrUpload({ file: typed, fileName: "หนังสือ.pdf" });
    expect(byPath.text).toStartWith("A typed page");
    expect(byUpload).toMatchObject({ text: byPath.text, engineUsed: "fast-path", pageCount: 1 });
    expect(byPath.pages).toHaveLength(1);
    expect(byUpload.pages).toBeUndefined();
  });

  test("hands resolved settings on to the model", async () => {
    const { fields } = resolveOcrRequest({
      profile: { temperature: "0.000", top_p: "0.600", parameters: '{"keep_alive": 0, "num_ctx": 8192}' },
      prompt: { template: "You read Thai letters.", context_config: '{"dmsTags": {"project_code": ""}}' },
      overrides: { maxTokens: 512 },
    });
    await client().ocrUpload({ file: scanned("settings"), ...fields, pages: "1" });
    const page = fake.pages.at(-1);
    expect(page?.system).toBe("You read Thai letters.");
    expect(page?.prompt).toContain("<project_code>");
    expect(page?.options).toEqual({ temperature: 0, top_p: 0.6, num_ctx: 8192, num_predict: 512 });
  });

  test("tells the plan and the pages while the document is read", async () => {
    const events: OcrEvent[] = [];
    for await (const event of client().ocrStream({ file: scanned("stream") })) events.push(event);
    expect(events.map(({ type }) => type)).toEqual(["plan", "page", "page", "done"]);
    const last = events.at(-1);
    expect(last?.type === "done" && last.answer).toMatchObject({ ocrUsed: true, pageCount: 2 });
  });

  test("stops the service's work when the loop is left", async () => {
    const first = fake.pages.length;
    for await (const _ of client().ocrStream({ file: scanned("left") })) {
      await until(() => fake.pages[first]?.outcome === "running");
      break;
    }
    // The page under way may still finish within the short time the service gives a caller that asks again.
    await until(() => fake.pages[first]?.outcome !== "running");
    await until(async () => JSON.stringify(await client().residency()).includes(`"documents":0`));
    expect(fake.pages).toHaveLength(first + 1);
  });

  test.each([
    ["a file outside the base", { pdfPath: "/etc/passwd" }, { code: "path_outside_base", status: 403 }],
    ["a missing file", { pdfPath: "missing.pdf" }, { code: "file_not_found", status: 404 }],
    ["a wrong parameter", { pdfPath: "a.pdf", maxPages: -1 }, { code: "invalid_request", status: 400 }],
  ])("%s is the service's own fault code", async (_, { pdfPath, ...fields }, expected) => {
    const path = pdfPath.startsWith("/") ? pdfPath : `${sidecar.base}/${pdfPath}`;
    const error = await faultOf(client().ocr({ pdfPath: path, ...fields }, { requestId: "mine-1" }));
    expect(error).toMatchObject({ ...expected, retryable: false, requestId: "mine-1" });
    if (expected.status === 400) expect(error.issues).toMatchObject([{ path: "maxPages" }]);
  });

  test("the service keeps to the time it is given", async () => {
    const running = client().ocrUpload({ file: scanned("late") }, { requestTimeoutSeconds: 0.08 });
    expect(await faultOf(running)).toMatchObject({ code: "document_timeout", status: 504 });
  });

  test("the service neither believes nor remembers what a caller says a document is", async () => {
    const documentSha256 = new Bun.CryptoHasher("sha256").update(typed).digest("hex");
    const read = await client().ocrUpload({ file: typed }, { documentSha256 });
    const other = buildPdf([
      { kind: "text", lines: Array(6).fill("Another page with quite enough characters on it.") },
    ]);
    const answer = await client().ocrUpload({ file: other }, { documentSha256 });
    expect(answer.text).toStartWith("Another page");
    expect((await client().ocrUpload({ file: other }, { documentSha256: "no digest\u00e4" })).text).toBe(answer.text);
    expect((await client().ocrUpload({ file: typed })).text).toBe(read.text);
  });

  test("a wrong key is an error, and looking needs none", async () => {
    const stranger = client("wrong");
    expect(await faultOf(stranger.residency())).toMatchObject({ code: "unauthorized", status: 401 });
    expect(await stranger.health()).toMatchObject({ status: "ok", engine: "np-dms-ocr" });
    // The process that worked for a call that was given up may be on its way back.
    await until(async () => (await stranger.ready()).ready, "the service is ready");
    expect(await stranger.ready()).toMatchObject({ ready: true, components: { ollama: { state: "ready" } } });
    expect(await client().residency()).toMatchObject({ sources: { ollama: { state: "known" } } });
  });
});

async function faultOf(running: Promise<unknown>): Promise<SidecarClientError> {
  try {
    await running;
  } catch (error) {
    if (error instanceof SidecarClientError) return error;
    throw error;
  }
  throw new Error("nothing was thrown");
}
