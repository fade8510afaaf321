import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, readdir, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { version } from "../../src/service/version.ts";
import { childrenOf } from "../support/child-processes.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { scan } from "../support/scan.ts";
import { startSidecar } from "../support/sidecar.ts";
import { until } from "../support/until.ts";
import { wireService } from "../support/wired-service.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const { signal } = new AbortController();
const typed = buildPdf([{ kind: "text", lines: Array(6).fill("A typed page with quite enough characters on it.") }]);

describe("the service without its socket", () => {
  test("is made of what the environment says, and tells who it is", async () => {
    const folder = await mkdtemp(join(tmpdir(), "spool-"));
    await using fake = await FakeOllama.start({ preloaded: [{ name: "llm" }] });
    const url = new URL(fake.url);
    await using service = await wireService({
      OLLAMA_API_URL: `http://user:secret@${url.host}`,
      OCR_MODEL: "np-dms-ocr",
      OCR_SPOOL_DIR: folder,
      OCR_ALLOWED_HOSTS: "box",
      MAX_CLIENT_BATCH: "9",
      EMBED_MODEL: "tiny/embed",
      RERANK_MODEL: "tiny/rerank",
      OCR_QUEUE_LIMIT: "33",
      OCR_QUEUE_MAX_MB: "2",
    });
    const { services } = service;
    expect(services.health()).toEqual({
      engine: "np-dms-ocr",
      ocrModel: "np-dms-ocr",
      ollamaUrl: `http://***@${url.host}`,
      version,
      uptimeSeconds: expect.any(Number),
    });
    expect(services.hosts).toEqual(new Set([hostname().toLowerCase(), "box"]));
    expect(services.limits).toMatchObject({ maxTexts: 9 });
    expect(services.retrieval).toMatchObject({ embedModel: "tiny/embed", rerankModel: "tiny/rerank" });
    expect(services.createRequestId()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
    expect(services.createRequestId()).not.toBe(services.createRequestId());
    // Before the first reading, and behind it.
    expect(services.lastResidency().ocr.reason).toBe("query-failed");
    const decided = await services.residency(signal);
    expect(services.lastResidency()).toEqual(decided);
    const writer = await services.spool.create();
    await writer.write(typed);
    expect((await readdir(folder)).length + services.spool.status().files).toBeGreaterThan(0);
    const report = await services.residencyReport(signal);
    expect(report).toMatchObject({
      decisions: decided,
      queue: { documents: 0, lingeringMs: 0 },
      requests: { inFlight: 0, longest: [], jsonBytes: 0, answerBytes: 0 },
      spool: { files: 1 },
      pdfWorkers: { processes: 1 },
    });
    expect(Object.keys(report)).toEqual(expect.arrayContaining(["headroom", "sources"]));
    writer.discard();
    expect((await services.readiness("ocr")).components).toMatchObject({
      ...{ ollama: { state: "ready" }, ocrModel: { state: "ready" } },
    });
    const lines = (await services.metrics.text()).body.split("\n");
    for (const line of [
      `sidecar_build_info{version="${version}"} 1`,
      "sidecar_queue_documents_limit 33",
      `sidecar_queue_bytes_limit ${2 * 1024 * 1024}`,
      "sidecar_documents_in_progress 0",
      "sidecar_vram_known 1",
      'sidecar_retrieval_texts{model="embed"} 0',
      "sidecar_spool_files 0",
      'sidecar_component_ready{component="ollama"} 1',
    ])
      expect(lines).toContain(line);
    expect((await services.activity()).queue).toMatchObject({ documentLimit: 33, maxBytes: 2 * 1024 * 1024 });
    await rm(folder, { recursive: true });
  });

  test("is not made where its documents would have no place, and leaves nothing open then", async () => {
    const refusal = await refusalOf(wireService({ OCR_SPOOL_DIR: "/nowhere/at/all" }));
    expect(refusal).toBeInstanceOf(Error);
  });

  test("counts what it holds where the counts are read", async () => {
    await using service = await wireService();
    const { services } = service;
    services.jsonIntake.open("ocr_busy").take(123);
    services.outgoing.add({ heldBytes: () => 456, letGo: () => undefined });
    const leave = services.inFlight.enter({ requestId: "one", path: "/ocr" });
    for (let request = 0; request < 25; request += 1) services.inFlight.enter({ requestId: "more", path: "/ocr" });
    const { requests } = await services.residencyReport(signal);
    expect(requests).toMatchObject({ inFlight: 26, jsonBytes: 123, answerBytes: 456 });
    expect(requests).toMatchObject({ longest: { length: 20 } });
    expect((await services.metrics.text()).body).toContain("sidecar_documents_in_progress 26\n");
    leave();
    services.requestEnded({
      method: "POST",
      path: "/ocr",
      route: "/ocr",
      status: 200,
      durationMs: 1,
      fault: undefined,
      residency: undefined,
      notes: {},
    });
    expect((await services.activity()).requests).toMatchObject([{ route: "/ocr" }]);
  });

  test("lets more wait for the readers of answers than come as JSON", async () => {
    await using service = await wireService();
    const letGo: string[] = [];
    const hold = (name: string, mebibytes: number) =>
      service.services.outgoing.add({ heldBytes: () => mebibytes * 1024 * 1024, letGo: () => letGo.push(name) });
    hold("first", 50);
    hold("second", 46);
    expect(letGo).toEqual([]);
    hold("third", 1);
    expect(letGo).toEqual(["first"]);
  });

  test("refuses work for documents and for models when it is closed, drained or not", async () => {
    const service = await wireService();
    await service.close(AbortSignal.timeout(1000));
    expect(service.services.draining.aborted).toBe(true);
    expect(await refusalOf(service.services.retrieval.embedder.embed(["pump"], signal))).toMatchObject({
      code: "shutting_down",
    });
  });

  test("draws and reads what it opens, and stops for a caller who goes", async () => {
    await using service = await wireService({ OCR_CHAR_THRESHOLD: "5" });
    const { services } = service;
    const open = async (bytes: Uint8Array) => {
      const writer = await services.spool.create();
      await writer.write(bytes);
      return await services.openDocument(await writer.finish(), "pdf", signal);
    };
    const gone = new Error("gone");
    const document = await open(scan(1));
    const wanted = { page: 1, tile: undefined, upright: false };
    expect(await services.drawPage(document, wanted, signal)).toMatchObject({ turnDegrees: 0, tiles: undefined });
    expect(await refusalOf(services.drawPage(document, wanted, AbortSignal.abort(gone)))).toBe(gone);
    expect(await refusalOf(services.drawPage(document, { ...wanted, tile: 1 }, signal))).toMatchObject({
      issues: [{ path: "tile" }],
    });
    document.close();
    const writer = await services.spool.create();
    await writer.write(typed);
    expect(await refusalOf(services.openDocument(await writer.finish(), "pdf", AbortSignal.abort(gone)))).toBe(gone);
    expect(await refusalOf(services.residency(AbortSignal.abort(gone)))).toBe(gone);
    expect(await refusalOf(services.residencyReport(AbortSignal.abort(gone)))).toBe(gone);
  });

  test("shows a page that lies on its side as the engines see it where none is turned", async () => {
    await using service = await wireService({ OCR_AUTO_ROTATE: "false" });
    const { services } = service;
    const lines = Array.from({ length: 14 }, (_, line) => `Line ${line + 1}: the contractor shall submit drawings.`);
    const writer = await services.spool.create();
    await writer.write(buildPdf([{ kind: "scan", lines, rotation: 90 }]));
    const document = await services.openDocument(await writer.finish(), "pdf", signal);
    expect(await services.drawPage(document, { page: 1, tile: undefined }, signal)).toMatchObject({ turnDegrees: 0 });
    document.close();
  });

  test("refuses work from its drain on, is then not ready, and leaves no process and no file behind", async () => {
    const before = new Set((await childrenOf(process.pid)).map(({ pid }) => pid));
    const own = async () => (await childrenOf(process.pid)).filter(({ pid }) => !before.has(pid));
    const service = await wireService();
    const { services } = service;
    await until(async () => (await own()).length > 0, "the PDF process is up");
    const writer = await services.spool.create();
    await writer.write(typed);
    expect([services.draining.aborted, services.stopping.aborted]).toEqual([false, false]);
    service.drain();
    expect([services.draining.aborted, services.stopping.aborted]).toEqual([true, false]);
    expect((await services.readiness("ocr")).components.service).toEqual({
      state: "failed",
      reason: "the service is stopping",
    });
    await service.close(AbortSignal.timeout(1000));
    expect(services.stopping.reason).toMatchObject({ code: "shutting_down" });
    expect(services.spool.status().files).toBe(0);
    await until(async () => (await own()).length === 0, "the PDF process is gone");
  });
});

test("the service listens where it is told, also with the longest silence that a connection may have", async () => {
  await using sidecar = await startSidecar({ IDLE_TIMEOUT_SECONDS: "255" });
  expect(sidecar.server.url.hostname).toBe("127.0.0.1");
  expect((await fetch(`${sidecar.url}/health`)).status).toBe(200);
});
