import { describe, expect, test } from "bun:test";
import type { SidecarClientOptions } from "../../src/client/client-types.ts";
import { createSidecarClient, resolveOcrRequest } from "../../src/client.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { repository } from "../support/tracked-files.ts";

const event = (name: string, data: object) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;
const stream = (...events: string[]) =>
  new Response(events.join(""), { headers: { "Content-Type": "text/event-stream", "X-Request-Id": "r-9" } });
const page = (number: number, text: string) => ({
  ...{ page: number, source: "engine", text, chars: text.length, attempts: 1, ms: 1, truncated: false, warnings: [] },
});
const done = { ocrUsed: true, pageCount: 2, charCount: 5, engineUsed: "np-dms-ocr" };
const request = { pdfPath: "/mnt/a.pdf" };

/** A client whose requests are noted and answered by this. */
function clientWith(
  answer: (call: number, signal: AbortSignal) => Response | Promise<Response>,
  options: Partial<SidecarClientOptions> = {},
) {
  const signals: AbortSignal[] = [];
  const client = createSidecarClient({
    baseUrl: "http://sidecar.invalid",
    retry: { baseDelayMs: 1 },
    fetch: async (_, { signal }) => {
      if (!(signal instanceof AbortSignal)) throw new Error("there is no signal");
      signals.push(signal);
      return answer(signals.length, signal);
    },
    ...options,
  });
  return { client, signals };
}

describe("the answer of a document whose pages have told its text", () => {
  const omitted = { ...done, omitted: ["text", "pages"] };
  const read = (...events: string[]) => clientWith(() => stream(...events)).client.ocr(request);

  test("is put together in the order of the pages, the empty ones left out, in characters as people count them", async () => {
    const pages = [page(3, "𠮷"), page(1, "ab"), page(2, "")];
    const answer = await read(...pages.map((one) => event("page", one)), event("done", omitted));
    expect(answer).toMatchObject({ text: "ab\n\n𠮷", charCount: 5, pages: [{ page: 1 }, { page: 2 }, { page: 3 }] });
  });

  test("has pages only where they were left out", async () => {
    const answer = await read(event("page", page(1, "abcde")), event("done", { ...done, omitted: ["text"] }));
    expect(answer).toEqual({ ...done, text: "abcde" });
  });

  test.each<[string, object]>([
    ["that are one letter short", omitted],
    ["though nothing was left out", { ...done, charCount: 4 }],
  ])("is refused where the pages do not make it: %s", async (_, end) => {
    expect(await refusalOf(read(event("page", page(1, "abcd")), event("done", end)))).toMatchObject({
      ...{ code: "invalid_answer", requestId: "r-9" },
    });
  });

  test("that ends with a fault has its id, and the issues that it names", async () => {
    const errors = [{ path: "pages", message: "no" }];
    const fault = { code: "ocr_busy", detail: "Busy.", errors };
    expect(await refusalOf(read(event("error", fault)))).toMatchObject({
      ...{ code: "ocr_busy", message: "Busy.", requestId: "r-9", issues: errors },
    });
  });

  test("that breaks off is a connection that was lost, or the caller's own leaving", async () => {
    const lost = clientWith(() => stream(event("page", page(1, "a"))), { retry: { maxAttempts: 1 } });
    expect(await refusalOf(lost.client.ocr(request))).toMatchObject({ code: "connection_lost", requestId: "r-9" });
    const caller = new AbortController();
    const left = clientWith(() => {
      caller.abort(new Error("gone"));
      return stream();
    });
    expect(await refusalOf(left.client.ocr(request, { signal: caller.signal }))).toHaveProperty("message", "gone");
    const events = clientWith(() => stream(event("page", page(1, "a"))));
    const leaving = new AbortController();
    const reading = events.client.ocrStream(request, { signal: leaving.signal });
    expect(await reading.next()).toMatchObject({ value: { type: "page" } });
    leaving.abort(new Error("gone"));
    expect(await refusalOf(reading.next())).toHaveProperty("message", "gone");
  });
});

describe("a call", () => {
  const health = { status: "ok", engine: "e", ocrModel: "m", ollamaUrl: "u" };
  const busy = () => Response.json({ detail: "Busy.", code: "ocr_busy" }, { status: 503 });

  test.each(["health", "ready", "residency", "activity"] as const)("%s is asked once", async (look) => {
    const { client, signals } = clientWith(() =>
      Response.json({ detail: "x", code: "ollama_unreachable" }, { status: 503 }),
    );
    await refusalOf(client[look]());
    expect(signals).toHaveLength(1);
  });

  test("ready may say no with 503, and none of the others", async () => {
    const no = { ready: false, components: {} };
    const report = {
      ...{ policy: "auto", decision: { keepAliveSeconds: 0, reason: "r" }, headroom: { known: false } },
      ...{ sources: { ollama: { state: "known" }, nvidiaSmi: { state: "known" } }, loadedModels: [] },
    };
    expect(await clientWith(() => Response.json(no, { status: 503 })).client.ready()).toEqual(no);
    for (const [look, answer] of [
      ["health", health],
      ["residency", report],
    ] as const) {
      const { client } = clientWith(() => Response.json(answer, { status: 503 }));
      expect(await refusalOf(client[look]())).toMatchObject({ code: "http_error", status: 503 });
    }
  });

  test("that is over has closed what it had open, and so has a stream that is left", async () => {
    const embedded = clientWith(() => Response.json({ results: [], device: "cpu" }));
    await embedded.client.embed({ texts: [] });
    expect(embedded.signals.map(({ aborted }) => aborted)).toEqual([true]);
    const streamed = clientWith(() => stream(event("page", page(1, "a")), event("done", { ...done, text: "a" })));
    for await (const { type } of streamed.client.ocrStream(request)) {
      expect([type, streamed.signals[0]?.aborted]).toEqual(["page", false]);
      break;
    }
    expect(streamed.signals.map(({ aborted }) => aborted)).toEqual([true]);
  });

  test("asks for events where it is about a document, and is repeated as often as it was told", async () => {
    const asked: string[] = [];
    const client = createSidecarClient({
      baseUrl: "http://sidecar.invalid/below",
      retry: { baseDelayMs: 1, maxAttempts: 2 },
      fetch: async (url, { headers }) => {
        asked.push(`${url} ${new Headers(headers).get("Accept")}`);
        return busy();
      },
    });
    await refusalOf(client.ocr(request));
    await refusalOf(client.ocrStream(request).next());
    await refusalOf(client.ready());
    const document = "http://sidecar.invalid/below/ocr text/event-stream, application/json;q=0.9";
    const ready = "http://sidecar.invalid/below/ready?for=ocr application/json";
    expect(asked).toEqual([document, document, document, document, ready]);
  });

  test("that is refused as a stream has its refusal, with what it says of another try and of its fields", async () => {
    const refused = clientWith(
      () =>
        Response.json(
          { detail: "Busy.", code: "ocr_busy", errors: [{ path: "pages", message: "no" }] },
          { status: 503, headers: { "Retry-After": "7", "X-Request-Id": "r-3" } },
        ),
      { retry: { maxAttempts: 1 } },
    );
    for (const call of [refused.client.ocr(request), refused.client.ocrStream(request).next()])
      expect(await refusalOf(call)).toMatchObject({
        ...{ code: "ocr_busy", status: 503, retryAfterSeconds: 7, requestId: "r-3" },
        issues: [{ path: "pages", message: "no" }],
      });
  });

  test("has its time, and so has a stream", async () => {
    const silent = (_: number, signal: AbortSignal) =>
      new Promise<Response>((_resolve, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
      });
    const late = { code: "client_timeout", message: "The call was not finished within 5 ms." };
    const { client } = clientWith(silent, { timeoutMs: 5 });
    expect(await refusalOf(client.health())).toMatchObject(late);
    expect(await refusalOf(client.ocrStream(request).next())).toMatchObject(late);
  });

  test("of a caller who leaves while the answer comes ends with the caller's reason", async () => {
    for (const call of ["embed", "pageImage"] as const) {
      const caller = new AbortController();
      const { client } = clientWith((_, signal) => {
        const body = new ReadableStream({
          start(controller) {
            controller.enqueue(new Uint8Array([123]));
            signal.addEventListener("abort", () => controller.error(new Error("reset")));
          },
        });
        setTimeout(() => caller.abort(new Error("gone")), 1);
        return new Response(body, { headers: { "X-Page-Rotation": "0" } });
      });
      const options = { signal: caller.signal };
      const asked =
        call === "embed"
          ? client.embed({ text: "a" }, options)
          : client.pageImage({ file: new Blob(), page: 1 }, options);
      expect(await refusalOf(asked)).toHaveProperty("message", "gone");
    }
  });

  test("of a caller who leaves while it is sent ends with the caller's reason", async () => {
    const caller = new AbortController();
    const { client } = clientWith(() => {
      caller.abort(new Error("gone"));
      throw new Error("reset");
    });
    expect(await refusalOf(client.embed({ text: "a" }, { signal: caller.signal }))).toHaveProperty("message", "gone");
  });

  test("is repeated with 503, and told to its end", async () => {
    const { client, signals } = clientWith((call) =>
      call < 3 ? busy() : Response.json({ results: [], device: "cuda" }),
    );
    expect(await client.embed({ texts: [] })).toEqual({ results: [], device: "cuda" });
    expect(signals).toHaveLength(3);
  });

  test("that is over, or whose caller has left while it waited, keeps no program alive", async () => {
    const program = `
      import { createSidecarClient } from "${repository}/src/client.ts";
      const caller = new AbortController();
      let calls = 0;
      const client = createSidecarClient({
        baseUrl: "http://sidecar.invalid", timeoutMs: 600_000, retry: { baseDelayMs: 600_000, maxDelayMs: 600_000 },
        fetch: async () => {
          calls += 1;
          if (calls === 1) return Response.json({ results: [], device: "cpu" });
          setTimeout(() => caller.abort(new Error("gone")), 1);
          return Response.json({ detail: "Busy.", code: "ocr_busy" }, { status: 503 });
        },
      });
      await client.embed({ texts: [] });
      await client.embed({ texts: [] }, { signal: caller.signal }).catch((error) => console.log(error.message));
    `;
    const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", timeout: 10_000 });
    expect(await new Response(child.stdout).text()).toBe("gone\n");
    expect(await child.exited).toBe(0);
  });
});

describe("the rows of a database", () => {
  test.each(["keep_alive", "keepAlive"])("have no say in %s, and that is noted", (column) => {
    const { fields, notes } = resolveOcrRequest({
      profile: { temperature: 0, [column]: "5m" },
      prompt: { template: "x" },
    });
    expect(fields.runtimeParams).toEqual({ temperature: 0 });
    expect(notes).toEqual([expect.stringContaining(`ai_execution_profiles.${column} was dropped`)]);
  });

  test("have none among their parameters either, which is noted once", () => {
    const { fields, notes } = resolveOcrRequest({
      profile: { parameters: { temperature: 0, keep_alive: "5m" } },
      prompt: { template: "x" },
    });
    expect(fields.runtimeParams).toEqual({ temperature: 0 });
    expect(notes).toEqual([expect.stringContaining("ai_execution_profiles.parameters.keep_alive was dropped")]);
  });

  test.each([
    ["a".repeat(64), true],
    ["a".repeat(65), false],
    ["a_b-9", true],
    ["9a", false],
    ["", false],
  ])("may name the tag %p: %p", (tag, isTaken) => {
    const read = () =>
      resolveOcrRequest({ profile: null, prompt: { template: "x", context_config: { dmsTags: [tag] } } });
    if (isTaken) expect(read().fields.dmsTags).toEqual([tag]);
    else expect(read).toThrow();
  });
});
