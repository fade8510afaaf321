import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const ocrModel = "np-dms-ocr:latest";
const eventStream = { headers: { Accept: "text/event-stream" } };

interface Event {
  event: string;
  data: { [name: string]: unknown };
}

async function readEvents(response: Response): Promise<Event[]> {
  const blocks = (await response.text()).split("\n\n").filter((block) => block.startsWith("event: "));
  return blocks.map((block) => {
    const [event = "", data = "{}"] = block.split("\n");
    return { event: event.slice("event: ".length), data: JSON.parse(data.slice("data: ".length)) };
  });
}

async function residencyReport(sidecar: { call(path: string): Promise<Response> }) {
  return (await sidecar.call("/residency")).json();
}

describe("a long document, which takes seconds", () => {
  test("that was abandoned after seven pages and is asked for again is read on from there", async () => {
    await using world = await startWithOllama({ pageDelayMs: 30, parallel: 1 });
    const { fake, sidecar } = world;
    const pdf = scan(20);
    const gone = new AbortController();
    const first = sidecar.upload(pdf, {}, { signal: gone.signal });
    await until(() => fake.pages.filter(({ outcome }) => outcome === "answered").length === 7);
    gone.abort();
    await first.catch(() => undefined);
    const body = await (await sidecar.upload(pdf, { includePages: "true" })).json();
    expect(body.pageCount).toBe(20);
    const answered = fake.pages.filter(({ outcome }) => outcome === "answered").map(({ images }) => images[0]?.sha256);
    expect(answered).toHaveLength(20);
    expect(new Set(answered).size).toBe(20);
    expect(fake.coldLoads).toBe(1);
    expect(body.pages.filter(({ attempts }: { attempts: number }) => attempts === 0).length).toBeGreaterThanOrEqual(7);
  });

  test("that two callers ask for at once is read once", async () => {
    await using world = await startWithOllama({ pageDelayMs: 30, parallel: 2 }, { OCR_CONCURRENCY: "2" });
    const { fake, sidecar } = world;
    const pdf = scan(5);
    const bodies = await Promise.all(
      [sidecar.upload(pdf), sidecar.upload(pdf)].map(async (response) => (await response).json()),
    );
    expect(fake.pages).toHaveLength(5);
    expect(bodies[0].text).toBe(bodies[1].text);
  });

  test("that two callers ask for at once is read once even with one page at a time and nothing kept", async () => {
    // Both have come before the first page is read, be the machine busy.
    await using world = await startWithOllama({ pageDelayMs: 800 }, { OCR_PAGE_CACHE_MB: "0" });
    const { fake, sidecar } = world;
    const pdf = scan(4);
    const statuses = (await Promise.all([sidecar.upload(pdf), sidecar.upload(pdf)])).map(({ status }) => status);
    expect(statuses).toEqual([200, 200]);
    expect(fake.pages).toHaveLength(4);
  });

  test("whose first caller leaves is read on for the second", async () => {
    await using world = await startWithOllama({ pageDelayMs: 500 });
    const { fake, sidecar } = world;
    const pdf = scan(4);
    const gone = new AbortController();
    const first = sidecar.upload(pdf, {}, { signal: gone.signal });
    await until(() => fake.pages.length === 1);
    const second = sidecar.upload(pdf);
    await until(async () => {
      const { queue } = await (await sidecar.call("/residency")).json();
      return queue.documents === 2;
    }, "both are in the queue");
    gone.abort();
    await first.catch(() => undefined);
    expect((await second).status).toBe(200);
    expect(fake.pages.map(({ outcome }) => outcome)).toEqual(Array(4).fill("answered"));
  });

  test("with parameters, asked for again without any, reads no finished page twice and keeps the model", async () => {
    await using world = await startWithOllama(
      { pageDelayMs: 30, preloaded: [{ name: "llm", pinned: true }] },
      { GPU_MAIN_MODEL_PRESSURE_THRESHOLD_MB: "1000" },
    );
    const { fake, sidecar } = world;
    const pdf = scan(12);
    const gone = new AbortController();
    const fields = { engine: "np-dms-ocr", temperature: "0.1", systemPrompt: "Read well.", dmsTags: '["subject"]' };
    const first = sidecar.upload(pdf, fields, { signal: gone.signal });
    await until(() => fake.pages.filter(({ outcome }) => outcome === "answered").length === 7);
    gone.abort();
    await first.catch(() => undefined);
    const body = await (await sidecar.upload(pdf, { engine: "auto" })).json();
    expect(
      body.warnings.filter((warning: string) => warning.includes("another request's prompt")).length,
    ).toBeGreaterThanOrEqual(7);
    const answered = fake.pages.filter(({ outcome }) => outcome === "answered").map(({ images }) => images[0]?.sha256);
    expect(answered).toHaveLength(12);
    expect(new Set(answered).size).toBe(12);
    expect(fake.coldLoads).toBe(1);
    await until(() => !fake.isLoaded(ocrModel));
  });

  test("whose caller hangs up stops at once, and the model is released after a grace time of 5 s", async () => {
    await using world = await startWithOllama({ pageDelayMs: 60_000 }, { OCR_ACTIVE_PROFILE: "deep-analysis" });
    const { fake, sidecar } = world;
    const gone = new AbortController();
    const request = sidecar.upload(scan(3), {}, { signal: gone.signal });
    await until(() => fake.pages.length === 1);
    const leftAt = performance.now();
    gone.abort();
    await request.catch(() => undefined);
    await until(() => fake.pages[0]?.outcome === "aborted", "the call is closed", 1000);
    expect((fake.pages[0]?.endedAt ?? Number.POSITIVE_INFINITY) - leftAt).toBeLessThan(1000);
    expect((await residencyReport(sidecar)).queue).toMatchObject({ documents: 0, waitingPages: 0 });
    await until(() => !fake.isLoaded(ocrModel), "the model is released", 10_000);
    expect(fake.pages).toHaveLength(1);
  });

  test("does not make a letter wait for more than two page times", async () => {
    // A page takes longer than all else that a letter needs, be the machine busy.
    await using world = await startWithOllama({ pageDelayMs: 500 });
    const { fake, sidecar } = world;
    const gone = new AbortController();
    const book = sidecar.upload(scan(200, "book"), {}, { signal: gone.signal });
    await until(() => fake.pages.length >= 2);
    const before = fake.pages.length;
    expect((await sidecar.upload(scan(1, "letter"))).status).toBe(200);
    expect(fake.pages.length - before).toBeLessThanOrEqual(2);
    gone.abort();
    await book.catch(() => undefined);
  });

  test("beyond the queue's limit is refused with a time to come back, and text documents pass meanwhile", async () => {
    await using world = await startWithOllama({ pageDelayMs: 20 });
    const { fake, sidecar } = world;
    const documents = Array.from({ length: 100 }, (_, index) => sidecar.upload(scan(1, `letter ${index}`)));
    const typed = buildPdf([
      { kind: "text", lines: Array(4).fill("A typed letter of more than a hundred characters.") },
    ]);
    expect((await sidecar.upload(typed)).status).toBe(200);
    const responses = await Promise.all(documents);
    const refused = responses.filter(({ status }) => status === 503);
    expect(responses.filter(({ status }) => status === 200).length + refused.length).toBe(100);
    for (const response of refused) {
      expect(Number(response.headers.get("Retry-After"))).toBeGreaterThan(0);
      expect((await response.json()).code).toBe("ocr_busy");
    }
    expect((await residencyReport(sidecar)).queue).toMatchObject({ documents: 0, waitingPages: 0, runningPages: 0 });
    expect(fake.pages.length).toBe(100 - refused.length);
  });

  test("100 at once with a limit of 64 leave 36 refused", async () => {
    await using world = await startWithOllama({ pageDelayMs: 60_000 });
    const { fake, sidecar } = world;
    const gone = new AbortController();
    const statuses: number[] = [];
    const documents = Array.from({ length: 100 }, async (_, index) => {
      const response = await sidecar.upload(scan(1, `letter ${index}`), {}, { signal: gone.signal });
      statuses.push(response.status);
    });
    const settled = Promise.allSettled(documents);
    await until(() => statuses.length === 36, "36 are refused", 20_000);
    expect(new Set(statuses)).toEqual(new Set([503]));
    expect((await residencyReport(sidecar)).queue).toMatchObject({ documents: 64 });
    await until(() => fake.pages.length === 1);
    gone.abort();
    await settled;
    await until(() => fake.pages[0]?.outcome === "aborted");
  });

  test("waits for room before a cold load that would push out the LLM, and says so", async () => {
    const llm = { name: "llm", pinned: true };
    await using world = await startWithOllama(
      { preloaded: [llm], totalVramMb: 8000 },
      { OCR_DEFER_SECONDS: "1.2", GPU_TOTAL_VRAM_MB: "8000" },
    );
    const { sidecar } = world;
    const body = await (await sidecar.upload(scan(1))).json();
    expect(body.warnings.join()).toContain("deferred");
  });

  test("runs out of its own time and says what is kept", async () => {
    await using world = await startWithOllama({ pageDelayMs: 200 });
    const { fake, sidecar } = world;
    const response = await sidecar.upload(scan(40), {}, { headers: { "X-Request-Timeout": "5" } });
    const body = await response.json();
    expect({ status: response.status, code: body.code }).toEqual({ status: 504, code: "document_timeout" });
    expect(body.detail).toContain("kept for a retry");
    await until(() => fake.pages.every(({ outcome }) => outcome !== "running"));
    expect(fake.pages.length).toBeLessThan(40);
  });

  test("a page runs out of its time, all attempts included", async () => {
    await using world = await startWithOllama({ pageDelayMs: 60_000 }, { OCR_TIMEOUT: "0.5" });
    const { fake, sidecar } = world;
    const body = await (await sidecar.upload(scan(1))).json();
    expect(body.code).toBe("page_timeout");
    expect(body.detail).toStartWith("Page 1 could not be read");
    expect(fake.pages).toHaveLength(1);
    await until(() => fake.pages[0]?.outcome === "aborted");
  });
});

describe("the event stream", () => {
  test("tells the plan, each page as it finishes, and the whole answer", async () => {
    await using world = await startWithOllama({});
    const { sidecar } = world;
    const cover = { kind: "text", lines: Array(4).fill("The typed cover of a document that was scanned.") } as const;
    const pdf = buildPdf([cover, { kind: "scan", lines: ["one"] }, { kind: "blank" }]);
    const response = await sidecar.upload(pdf, { includePages: "true" }, eventStream);
    expect(response.headers.get("Content-Type")).toStartWith("text/event-stream");
    expect(response.headers.get("X-Request-Id")).not.toBeNull();
    expect(response.headers.get("X-Residency-Reason")).toBe("headroom-sufficient");
    const events = await readEvents(response);
    expect(events.map(({ event }) => event)).toEqual(["plan", "page", "page", "page", "done"]);
    expect(events[0]?.data.pages).toMatchObject([
      { page: 1, source: "text-layer" },
      { page: 2, source: "np-dms-ocr" },
      { page: 3, source: "blank" },
    ]);
    const pages = events.filter(({ event }) => event === "page").map(({ data }) => data.page);
    expect(pages).toEqual([1, 3, 2]);
    expect(events.at(-1)?.data).toMatchObject({ pageCount: 3, engineUsed: "np-dms-ocr" });
  });

  test("is open before the first page is read", async () => {
    await using world = await startWithOllama({ pageDelayMs: 60_000 });
    const { fake, sidecar } = world;
    const gone = new AbortController();
    const response = await sidecar.upload(scan(2), {}, { ...eventStream, signal: gone.signal });
    const reader = response.body?.getReader();
    const { value } = (await reader?.read()) ?? {};
    expect(new TextDecoder().decode(value)).toStartWith("event: plan");
    await until(() => fake.pages.length === 1);
    gone.abort();
    await until(() => fake.pages[0]?.outcome === "aborted", "the call is closed", 1000);
  });

  test("answers with an ordinary error before the plan, and with an error event after it", async () => {
    await using world = await startWithOllama({}, { OCR_PAGE_ATTEMPTS: "1" });
    const { fake, sidecar } = world;
    const damaged = await sidecar.upload(new TextEncoder().encode("%PDF-1.7"), {}, eventStream);
    expect(damaged.status).toBe(422);
    fake.fail("crash");
    const events = await readEvents(await sidecar.upload(scan(1), {}, eventStream));
    expect(events.map(({ event }) => event)).toEqual(["plan", "error"]);
    expect(events[1]?.data).toMatchObject({ code: "ocr_failed", detail: expect.stringContaining("Page 1") });
  });

  test("is spoken by /ocr as well", async () => {
    await using world = await startWithOllama({});
    const { sidecar } = world;
    await Bun.write(`${sidecar.base}/scan.pdf`, scan(1));
    const response = await sidecar.post("/ocr", { pdfPath: `${sidecar.base}/scan.pdf` }, eventStream);
    expect((await readEvents(response)).map(({ event }) => event)).toEqual(["plan", "page", "done"]);
  });
});
