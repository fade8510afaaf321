import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import { activityExample } from "../../src/http/answers/activity-answer.ts";
import { createApp } from "../../src/http/app.ts";
import type { Services } from "../../src/http/services.ts";
import type { Listener } from "../../src/ocr/read-document.ts";
import type { OcrRequest } from "../../src/ocr/request.ts";
import type { Embedder, Embeddings } from "../../src/retrieval/embedder.ts";
import { sigmoid } from "../../src/retrieval/reranker.ts";
import { captureLog } from "../support/captured-log.ts";
import { busy, codeOf, fakeFile, fakePicture, fakeServices } from "../support/fake-services.ts";
import { until } from "../support/until.ts";

const events = { Accept: "text/event-stream" };

describe("the routes of operations", () => {
  test("/health says that the process lives, with the facts of the service", async () => {
    const response = await fakeServices().ask("/health", { headers: { "X-API-Key": "none" } });
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: {
        status: "ok",
        engine: "np-dms-ocr",
        ocrModel: "m",
        ollamaUrl: "http://o",
        version: "1.2.3",
        uptimeSeconds: 60,
      },
    });
  });

  test.each([
    ["/ready", "ocr", 200],
    ["/ready?for=ocr", "ocr", 200],
    ["/ready?for=all", "all", 200],
    ["/ready?for=retrieval", "retrieval", 503],
  ])("%s asks for %s and answers %i with the table", async (path, target, status) => {
    const asked: string[] = [];
    const { ask } = fakeServices({
      readiness: async (wanted) => {
        asked.push(wanted);
        return { ready: wanted !== "retrieval", components: { service: { state: "ready" } } };
      },
    });
    const response = await ask(path, { headers: { "X-API-Key": "none" } });
    expect(response.status).toBe(status);
    expect(await response.json()).toEqual({ ready: status === 200, components: { service: { state: "ready" } } });
    expect(asked).toEqual([target]);
  });

  test("/ready for something else is refused", async () => {
    expect((await fakeServices().ask("/ready?for=tea")).status).toBe(400);
  });

  test("/metrics is the text of the metrics, in their own type, for those with a key", async () => {
    const { ask } = fakeServices();
    const response = await ask("/metrics");
    expect([response.status, response.headers.get("Content-Type"), await response.text()]).toEqual([
      200,
      "text/plain; version=0.0.4",
      "metrics 1\n",
    ]);
    expect((await ask("/metrics", { headers: { "X-API-Key": "none" } })).status).toBe(401);
  });

  test("/residency is the report, which stops when its caller goes", async () => {
    let given: AbortSignal | undefined;
    const { ask } = fakeServices({
      residencyReport: async (signal) => {
        given = signal;
        return { headroom: { known: false } };
      },
    });
    const caller = new AbortController();
    const response = await ask("/residency", { signal: caller.signal });
    expect([response.status, await response.json()]).toEqual([200, { headroom: { known: false } }]);
    expect(given?.aborted).toBe(false);
  });

  test("/activity is what the service did lately, and stored by nobody", async () => {
    const response = await fakeServices({ activity: async () => activityExample }).ask("/activity");
    expect([response.status, response.headers.get("Cache-Control"), await response.json()]).toEqual([
      200,
      "no-store",
      activityExample,
    ]);
  });

  test("/v1/models names both models as they are configured, made when the service began", async () => {
    const response = await fakeServices().ask("/v1/models");
    const { object, data } = await response.json();
    const beganSeconds = Date.now() / 1000 - 60;
    expect(object).toBe("list");
    expect(data).toEqual(
      ["embedder", "reranker"].map((id) => ({
        id,
        object: "model",
        created: expect.any(Number),
        owned_by: "ocr-sidecar",
      })),
    );
    expect(Math.abs(data[0].created - beganSeconds)).toBeLessThan(30);
    expect(Number.isInteger(data[0].created)).toBe(true);
  });

  test("/openapi.json is open to everybody, JSON, and told as the version that runs", async () => {
    const response = await fakeServices().ask("/openapi.json", { headers: { "X-API-Key": "none" } });
    expect([response.status, response.headers.get("Content-Type")]).toEqual([200, "application/json"]);
    expect((await response.json()).info).toMatchObject({ version: "1.2.3", license: { name: "AGPL-3.0-or-later" } });
  });
});

describe("what comes before every route", () => {
  test.each([
    [undefined, "made-here"],
    ["", "made-here"],
    ["mine-1", "mine-1"],
    ["x".repeat(128), "x".repeat(128)],
    ["x".repeat(129), "made-here"],
    ["two words", "made-here"],
  ])("gives the request with the id %p the id %p", async (id, expected) => {
    const response = await fakeServices().ask("/nowhere", { headers: id === undefined ? {} : { "X-Request-Id": id } });
    expect(response.headers.get("X-Request-Id")).toBe(expected);
    expect((await response.json()).requestId).toBe(expected);
  });

  test.each([
    ["GET", "/ocr", 405, "method_not_allowed", "POST"],
    ["DELETE", "/health", 405, "method_not_allowed", "GET, HEAD"],
    ["GET", "/nowhere", 404, "route_not_found", null],
  ])("answers %s %s with %i", async (method, path, status, code, allow) => {
    const response = await fakeServices().ask(path, { method });
    const body = await response.json();
    expect([response.status, body.code, response.headers.get("Allow")]).toEqual([status, code, allow]);
    expect(body.detail).toContain(path);
  });

  test("tells no more of a long path than a person can read", async () => {
    const body = await (await fakeServices().ask(`/${"x".repeat(5000)}`)).json();
    expect(body.detail.length).toBeLessThan(300);
  });

  test.each([
    ["gzip", 415],
    [" GZIP ", 415],
    ["identity", 200],
    ["", 200],
  ])("takes a body whose encoding is %p: %i", async (encoding, status) => {
    const { post } = fakeServices();
    const headers = { "Content-Encoding": encoding };
    expect((await post("/ocr", { pdfPath: "/mnt/uploads/a.pdf" }, headers)).status).toBe(status);
  });

  test("takes no new work while the service drains, but tells what is going on", async () => {
    const { post, ask } = fakeServices({ draining: AbortSignal.abort() });
    const refused = await post("/ocr", { pdfPath: "/mnt/uploads/a.pdf" });
    expect([refused.status, await codeOf(refused), refused.headers.get("Retry-After")]).toEqual([
      503,
      "shutting_down",
      "5",
    ]);
    expect((await ask("/metrics")).status).toBe(200);
  });

  test.each([
    [{ Authorization: `Bearer ${"a key of this test alone".replaceAll(" ", "-")}` }, 401],
    [{ Authorization: "Bearer fake-key" }, 200],
    [{ Authorization: "bearer  fake-key " }, 200],
    [{ Authorization: "Basic fake-key" }, 401],
    [{ Authorization: "Digest Bearer fake-key" }, 401],
    [{ Authorization: "Bearer fake key" }, 401],
    [{ Authorization: "Bearer fake-key", "X-API-Key": "wrong" }, 401],
    [{ "X-API-Key": "fake-key" }, 200],
  ])("lets pass who has a key, in either header: %j: %i", async (headers: Record<string, string>, status) => {
    const keys = { accepts: async (key: string) => key === "fake-key" };
    const app = createApp(fakeServices({ access: { mode: "api-key", keys } }).services);
    expect((await app.request("/metrics", { headers }, {})).status).toBe(status);
  });

  test.each([
    [{ Origin: "https://evil.example", "Content-Type": "text/plain" }, 403],
    [{ Origin: "https://evil.example", "Content-Type": "application/json" }, 200],
    [{ Origin: "http://localhost", "Content-Type": "text/plain" }, 415],
  ])("with keys refuses forms of other sites alone: %j: %i", async (headers: Record<string, string>, status) => {
    expect((await fakeServices().post("/ocr", { pdfPath: "/a" }, { Host: "localhost", ...headers })).status).toBe(
      status,
    );
  });

  test.each([
    [{}, 200],
    [{ Host: "evil.example" }, 403],
    [{ "Sec-Fetch-Site": "cross-site" }, 403],
    [{ "Sec-Fetch-Site": "same-origin" }, 200],
    [{ Origin: "https://evil.example" }, 403],
    [{ Host: "a b" }, 400],
    [{ Host: "localhost:65536" }, 400],
    [{ Host: "[::g]" }, 400],
    [{ Host: "[::1]:80" }, 200],
  ])(
    "without keys refuses what a page of another site could send: %j: %i",
    async (headers: Record<string, string>, status) => {
      const { services } = fakeServices({
        access: { mode: "network", allowed: ["10.0.0.0/8"], refused: ["10.0.0.1"] },
      });
      const app = createApp(services);
      const ask = (path: string, peerAddress: string) =>
        app.request(path, { headers: { Host: "localhost", ...headers } }, { peerAddress });
      expect((await ask("/metrics", "10.0.0.2")).status).toBe(status);
      expect((await ask("/health", "10.0.0.2")).status).toBe(status === 400 ? 400 : 200);
      expect((await ask("/metrics", "10.0.0.1")).status).toBe(status === 400 ? 400 : 403);
    },
  );

  test.each([
    ["/ocr", "application/json", "{"],
    ["/embed", "application/json", "{"],
    ["/v1/rerank", "application/json", "{"],
    ["/ocr-upload", "multipart/form-data; boundary=b", "--b"],
    ["/page-image", "multipart/form-data; boundary=b", "--b"],
  ])("waits for a body of %s no longer than it may, and does not listen any more", async (path, type, start) => {
    const { limits } = fakeServices().services;
    const made = fakeServices({ limits: { ...limits, bodyTimeoutMs: 20 } });
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(start)),
    });
    const response = await made.ask(path, { method: "POST", body, headers: { "Content-Type": type } });
    const { code, detail } = await response.json();
    expect([response.status, code, response.headers.get("Connection")]).toEqual([408, "body_timeout", "close"]);
    expect(detail).toBe("The request did not arrive within 0.02 s.");
    expect(made.services.jsonIntake.heldBytes).toBe(0);
  });

  test("reads letters that come in pieces, and refuses what is none", async () => {
    const made = fakeServices();
    const paths: string[] = [];
    made.services.receiveStored = async (path) => {
      paths.push(path);
      return fakeFile();
    };
    const send = (bytes: Uint8Array) => {
      let at = 0;
      const body = new ReadableStream<Uint8Array>({
        pull: (controller) => {
          if (at === bytes.byteLength) return controller.close();
          controller.enqueue(bytes.slice(at, at + 1));
          at += 1;
        },
      });
      return made.ask("/ocr", { method: "POST", body, headers: { "Content-Type": "application/json" } });
    };
    const app = new TextEncoder().encode('{"pdfPath":"/mnt/แบบ.pdf"}');
    expect((await send(app)).status).toBe(200);
    expect(paths).toEqual(["/mnt/แบบ.pdf"]);
    expect(await codeOf(await send(app.slice(0, 18)))).toBe("invalid_json");
    expect(await codeOf(await send(Uint8Array.of(0x22, 0xff, 0x22)))).toBe("invalid_json");
  });

  test("answers 401 with how to say who one is, and asks nothing else of a request without a key", async () => {
    const { ask } = fakeServices();
    const response = await ask("/metrics", { headers: { "X-API-Key": "wrong" } });
    expect([response.status, response.headers.get("WWW-Authenticate")]).toEqual([401, 'Bearer realm="ocr-sidecar"']);
  });

  test.each([
    ["/v1/rerank", true],
    ["/v2/rerank", true],
    ["/rerank", false],
  ])("tells an error of %s as OpenAI's clients expect it: %p", async (path, isOpenAi) => {
    const { post } = fakeServices();
    const { error, detail, code } = await (await post(path, { keep_alive: 1 })).json();
    expect(error).toEqual(isOpenAi ? { message: detail, type: "invalid_request_error", code } : undefined);
  });

  test("tells a fault of the server's as one", async () => {
    const { post } = fakeServices({
      retrieval: {
        ...fakeServices().services.retrieval,
        reranker: { rerank: () => Promise.reject(new Error("a surprise with a secret")) },
      },
    });
    const body = await (await post("/v1/rerank", { query: "q", documents: ["d"] })).json();
    expect(body).toMatchObject({ code: "internal_error", error: { type: "server_error", code: "internal_error" } });
    expect(JSON.stringify(body)).not.toContain("secret");
  });
});

describe("the record of a request", () => {
  test("tells how it went, once, to the metrics and the activity, with what the headers told", async () => {
    const { post, told, records } = fakeServices();
    await (await post("/ocr", { pdfPath: "/mnt/uploads/secret.pdf" })).text();
    await until(() => records.length === 1);
    expect(told).toEqual(["request /ocr 200", "decision headroom-sufficient request"]);
    expect(records).toEqual([
      {
        method: "POST",
        path: "/ocr",
        route: "/ocr",
        status: 200,
        durationMs: expect.any(Number),
        fault: undefined,
        residency: fakePicture.ocr,
        notes: { engine: "fast-path", pageCount: 1, charCount: 4 },
      },
    ]);
  });

  test.each([
    ["OPTIONS", "OPTIONS"],
    ["PUT", "PUT"],
    ["PATCH", "PATCH"],
  ])("of %s on a path that nobody knows is that of %s", async (method, expected) => {
    const { ask, records } = fakeServices();
    await ask("/made/up", { method });
    await until(() => records.length === 1);
    expect(records).toMatchObject([
      { method: expected, route: "unmatched", status: 404, fault: { code: "route_not_found", status: 404 } },
    ]);
    expect(records[0]?.residency).toBeUndefined();
  });

  test("is one line of the log, at the level that it deserves", async () => {
    await using log = await captureLog();
    const { ask, post, records } = fakeServices({ readDocument: () => Promise.reject(busy()) });
    for (const path of ["/health", "/ready", "/metrics", "/v1/models", `/${"x".repeat(500)}`]) await ask(path);
    await post("/ocr", { pdfPath: "/mnt/uploads/a.pdf" });
    await until(() => records.length === 6);
    const lines = log.records.filter(({ rawMessage }) => String(rawMessage).startsWith("Request f"));
    expect(lines.map(({ level, rawMessage }) => `${level} ${rawMessage}`)).toEqual([
      ...Array(3).fill("debug Request finished"),
      ...Array(2).fill("info Request finished"),
      "warning Request failed",
    ]);
    expect(lines.at(-2)?.properties.path).toHaveLength(200);
    expect(lines.at(-1)?.properties).toEqual({
      method: "POST",
      path: "/ocr",
      status: 503,
      ms: expect.any(Number),
      code: "ocr_busy",
      keepAlive: 120,
      residencyReason: "headroom-sufficient",
      requestId: "made-here",
    });
  });
});

test("the log line of a document says what it was, and nothing of its text", async () => {
  await using log = await captureLog();
  const { post, records } = fakeServices();
  await post("/ocr", { pdfPath: "/mnt/uploads/a.pdf" });
  await until(() => records.length === 1);
  const [line] = log.records.filter(({ rawMessage }) => rawMessage === "Request finished");
  expect(line?.properties).toMatchObject({ status: 200, engine: "fast-path", pageCount: 1, charCount: 4 });
});

describe("the residency headers", () => {
  const headersOf = (response: Response) =>
    ["Keep-Alive", "Reason", "Device"].map((name) => response.headers.get(`X-Residency-${name}`));

  test.each(["/ocr", "/embed"])("are those of the moment that a request for %s came", async (path) => {
    const { post, services } = fakeServices();
    services.retrieval.embedder.embed = async () => ({ results: [], device: "cuda", waitedMs: 0, computedMs: 0 });
    const response = await post(path, path === "/ocr" ? { pdfPath: "/a" } : { texts: ["t"] });
    expect(headersOf(response)).toEqual(["120", "headroom-sufficient", path === "/ocr" ? "cpu" : "cuda"]);
  });

  test("tell the last decision where a new one takes long, and nobody waits for it", async () => {
    const { post } = fakeServices({
      residency: () => new Promise(() => undefined),
      lastResidency: () => ({ ...fakePicture, ocr: { keepAliveSeconds: 0, reason: "query-failed" } }),
    });
    expect(headersOf(await post("/ocr", { pdfPath: "/a" }))).toEqual(["0", "query-failed", "cpu"]);
  });

  test("are left out where there is no decision any more, which is no fault of the answer", async () => {
    const { post } = fakeServices({ residency: () => Promise.reject(new Error("stopped")) });
    const response = await post("/ocr", { pdfPath: "/a" });
    expect([response.status, ...headersOf(response)]).toEqual([200, null, null, null]);
  });

  test("rest on a decision that only the stop of the service ends", async () => {
    let given: AbortSignal | undefined;
    const stopping = new AbortController().signal;
    const { post } = fakeServices({
      stopping,
      residency: async (signal) => {
        given = signal;
        return fakePicture;
      },
    });
    await post("/ocr", { pdfPath: "/a" });
    expect(given).toBe(stopping);
  });
});

interface Read {
  request: OcrRequest;
  signal: AbortSignal;
}

/** Services that remember what a document was read as. */
function reading(listen: (listener: Listener) => unknown = () => undefined, changes: Partial<Services> = {}) {
  const asked: Read[] = [];
  const made = fakeServices({
    readDocument: async (_document, request, signal, listener) => {
      asked.push({ request, signal });
      await listen(listener);
      return {
        text: "text",
        ocrUsed: true,
        pageCount: 1,
        charCount: 4,
        engineUsed: "np-dms-ocr",
        warnings: ["of the document"],
        pages: [],
      };
    },
    ...changes,
  });
  return { ...made, asked };
}

const page = {
  page: 1,
  source: "text-layer" as const,
  text: "t",
  format: "plain" as const,
  chars: 1,
  attempts: 0,
  ms: 0,
  truncated: false,
  warnings: [],
};

describe.each(["/ocr", "/ocr-upload"] as const)("%s", (path) => {
  const send = (made: ReturnType<typeof fakeServices>, fields: Record<string, unknown> = {}, headers = {}) =>
    path === "/ocr"
      ? made.post(path, { pdfPath: "/mnt/uploads/a.pdf", ...fields }, headers)
      : made.upload(
          path,
          Object.fromEntries(
            Object.entries(fields).map(([name, value]) => [
              name,
              typeof value === "string" ? value : JSON.stringify(value),
            ]),
          ),
          headers,
        );

  test("reads what is asked for, as it is asked for, and closes what it opened", async () => {
    const made = reading();
    const response = await send(made, { pages: "1-3", dmsTags: ["subject"], systemPrompt: "Read.", maxPages: 2 });
    expect(response.status).toBe(200);
    expect(made.asked.map(({ request }) => request)).toEqual([
      {
        caller: expect.any(String),
        engine: "auto",
        maxPages: 2,
        pages: "1-3",
        systemPrompt: "Read.",
        dmsTags: ["subject"],
        options: {},
        onPageError: "fail",
        textLayerFormat: "markdown",
      },
    ]);
    expect(made.asked[0]?.request.caller).not.toBe("");
    expect({ open: made.open.documents, files: made.files.map(({ isOpen }) => isOpen) }).toEqual({
      open: 0,
      files: [false],
    });
  });

  test("gives pages only where they are asked for, and puts what is said of the fields first", async () => {
    const made = reading();
    const plain = await (await send(made, { sytemPrompt: "x" })).json();
    expect(plain).not.toHaveProperty("pages");
    expect(plain.warnings).toEqual(["field `sytemPrompt` is unknown; did you mean `systemPrompt`?", "of the document"]);
    expect(await (await send(made, { includePages: true })).json()).toMatchObject({ pages: [] });
  });

  test("counts the pages that come, by their source, and lines that could not become Markdown", async () => {
    const error = { code: "ocr_failed", detail: "It failed." } as const;
    const made = reading((listener) => {
      listener.onTurn?.(12.4);
      listener.onTurn?.(900);
      listener.onPage?.(page);
      listener.onPage?.({ ...page, page: 2 });
      listener.onPage?.({ ...page, page: 3, source: "np-dms-ocr", format: "markdown", error });
    });
    await (await send(made)).text();
    await until(() => made.records.length === 1);
    expect(made.records[0]?.notes).toMatchObject({ queueMs: 12, pages: { "text-layer": 2, failed: 1 } });
    expect(made.told.filter((said) => /page|plain/.test(said))).toEqual([
      "page 1",
      "plain layer",
      "page 2",
      "plain layer",
      "page 3",
    ]);
    const asPlain = reading((listener) => listener.onPage?.(page));
    await (await send(asPlain, { textLayerFormat: "plain" })).text();
    expect(asPlain.told).toContain("page 1");
    expect(asPlain.told).not.toContain("plain layer");
  });

  test.each([
    ["ocr_failed", 502, true],
    ["ocr_busy", 503, false],
    ["model_not_installed", 503, false],
  ] as const)("that ends with %s answers %i, and counts a failed page: %p", async (code, status, isPage) => {
    const made = fakeServices({
      readDocument: () => Promise.reject(new SidecarError(code, "It failed.", { retryAfterSeconds: 42 })),
    });
    const response = await send(made);
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
    expect(response.headers.get("Retry-After")).toBe(status === 503 ? "42" : null);
    expect(made.told.includes(`page failed ${code}`)).toBe(isPage);
    expect(made.open.documents).toBe(0);
  });

  test("is work that a stop waits for, until it is answered", async () => {
    const held = Promise.withResolvers<void>();
    const base = fakeServices();
    const made = fakeServices({
      readDocument: async (...asked) => {
        await held.promise;
        return await base.services.readDocument(...asked);
      },
    });
    const response = send(made);
    await until(() => made.services.inFlight.count === 1);
    expect(made.services.inFlight.longest(1)).toMatchObject([{ requestId: "made-here", path }]);
    held.resolve();
    await response;
    await until(() => made.services.inFlight.count === 0);
  });

  test.each([
    ["0.01", 504, "document_timeout"],
    ["never", 400, "invalid_request"],
  ])("may take as long as X-Request-Timeout says: %p", async (timeout, status, code) => {
    const made = fakeServices({
      readDocument: (_document, _request, signal) =>
        new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
    });
    const response = await send(made, {}, { "X-Request-Timeout": timeout });
    const told = await response.json();
    expect([response.status, told.code]).toEqual([status, code]);
    if (status === 504) expect(told.detail).toBe("The document was not finished within 0.01 s.");
  });

  test("takes deltas only for a stream of events, of which it then tells them", async () => {
    const made = reading(async (listener) => {
      listener.onPlan?.([{ page: 1, source: "np-dms-ocr", reason: "no text layer" }]);
      // Until the reader has taken the plan.
      await until(() => made.services.outgoing.heldBytes() === 0);
      listener.onDelta?.({ page: 1, attempt: 1, text: "te" });
      listener.onTile?.({ page: 1, tile: 1, done: 1, tiles: 2 });
      listener.onPage?.(page);
    });
    const refused = await send(made, { deltas: true });
    expect([refused.status, (await refused.json()).errors]).toEqual([
      400,
      [{ path: "deltas", message: expect.stringContaining("text/event-stream") }],
    ]);
    const namesOf = async (fields: Record<string, unknown>) => {
      const response = await send(made, fields, events);
      expect(response.headers.get("Content-Type")).toBe("text/event-stream; charset=utf-8");
      expect(response.headers.get("Cache-Control")).toBe("no-store");
      expect(response.headers.get("X-Accel-Buffering")).toBe("no");
      return [...(await response.text()).matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    };
    expect(await namesOf({ deltas: true })).toEqual(["plan", "delta", "tile", "page", "done"]);
    expect(await namesOf({})).toEqual(["plan", "tile", "page", "done"]);
  });

  test("has no deltas of a page behind the page, be they late", async () => {
    const made = reading(async (listener) => {
      listener.onPlan?.([{ page: 1, source: "np-dms-ocr", reason: "no text layer" }]);
      listener.onDelta?.({ page: 1, attempt: 1, text: "te" });
      listener.onDelta?.({ page: 1, attempt: 1, text: "xt" });
      listener.onPage?.(page);
      // Longer than deltas are gathered.
      await Bun.sleep(120);
    });
    const told = await (await send(made, { deltas: true }, events)).text();
    const names = [...told.matchAll(/^event: (\w+)$/gm)].map(([, name]) => name);
    expect(names.slice(names.indexOf("page"))).toEqual(["page", "done"]);
  });

  test("that fails before its plan is an ordinary error, and behind it an event; both are told as faults", async () => {
    const early = fakeServices({ readDocument: () => Promise.reject(busy()) });
    const refused = await send(early, {}, events);
    expect([refused.status, await codeOf(refused)]).toEqual([503, "ocr_busy"]);
    const late = fakeServices({
      readDocument: async (_document, _request, _signal, listener) => {
        listener.onPlan?.([]);
        throw new SidecarError("ocr_failed", "It failed.");
      },
    });
    const response = await send(late, {}, events);
    expect(response.status).toBe(200);
    expect(await response.text()).toContain(
      'event: error\ndata: {"detail":"It failed.","code":"ocr_failed","requestId":"made-here"}\n\n',
    );
    await until(() => late.records.length === 1);
    expect(late.records[0]).toMatchObject({ status: 200, fault: { code: "ocr_failed", status: 502 } });
    expect(late.open.documents).toBe(0);
  });

  test("stops reading for a reader of events who goes", async () => {
    let given: AbortSignal | undefined;
    const made = fakeServices({
      readDocument: (_document, _request, signal, listener) => {
        given = signal;
        listener.onPlan?.([]);
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
    });
    const response = await send(made, {}, events);
    await response.body?.cancel();
    await until(() => made.records.length === 1);
    expect(given?.reason).toMatchObject({ code: "client_gone" });
    expect(made.open.documents).toBe(0);
    expect(made.services.inFlight.count).toBe(0);
  });

  test("leaves the silence of its connection to the service while it works, and to the client before and after", async () => {
    const idle: number[] = [];
    const made = fakeServices();
    const form = new FormData();
    form.set("file", new Blob(["%PDF-1.7"]));
    const body = path === "/ocr" ? JSON.stringify({ pdfPath: "/a" }) : form;
    const headers: Record<string, string> = path === "/ocr" ? { "Content-Type": "application/json" } : {};
    await made.ask(
      path,
      { method: "POST", body, headers },
      { setIdleTimeout: (seconds: number) => idle.push(seconds) },
    );
    expect(idle).toEqual([0, 7]);
  });

  test.each([
    ["of no known kind", "hello", "is not a PDF"],
    ["without a byte", "", "is empty"],
  ])("refuses a file %s, and closes it", async (_, content, why) => {
    const file = fakeFile(content);
    const made = fakeServices({ receiveStored: async () => file });
    const response = path === "/ocr" ? await send(made) : await made.upload(path, {}, {}, content);
    const { code, detail } = await response.json();
    expect([response.status, code]).toEqual([415, "unsupported_file_type"]);
    expect(detail).toStartWith(`The file ${why}`);
    expect([...made.files, ...(path === "/ocr" ? [file] : [])].map(({ isOpen }) => isOpen)).toEqual([false]);
  });
});

test("/ocr copies its file on behalf of its caller alone", async () => {
  const caller = new AbortController();
  const made = fakeServices({
    receiveStored: (_path, signal) =>
      new Promise((_, reject) => {
        signal.addEventListener("abort", () => reject(signal.reason));
        caller.abort();
      }),
  });
  const response = await made.ask("/ocr", {
    method: "POST",
    body: JSON.stringify({ pdfPath: "/a" }),
    headers: { "Content-Type": "application/json" },
    signal: caller.signal,
  });
  expect(await codeOf(response)).toBe("client_gone");
});

test.each(["/ocr-upload", "/page-image"])("%s takes as large a file as it may, and not a byte more", async (path) => {
  const { limits } = fakeServices().services;
  const made = fakeServices({ limits: { ...limits, maxUploadBytes: 1024 * 1024 } });
  const send = (bytes: number) => made.upload(path, { page: "0" }, {}, `%PDF-${"x".repeat(bytes - 5)}`);
  expect((await send(1024 * 1024)).status).not.toBe(413);
  const refused = await send(1024 * 1024 + 1);
  expect([refused.status, await codeOf(refused)]).toEqual([413, "file_too_large"]);
});

describe("/page-image", () => {
  test("has the document's own time, and is work that a stop waits for", async () => {
    const counts: number[] = [];
    const made = fakeServices({
      drawPage: (_document, _wanted, signal) => {
        counts.push(made.services.inFlight.count);
        return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      },
    });
    const response = await made.upload("/page-image", { page: "1" }, { "X-Request-Timeout": "0.1" });
    expect(await codeOf(response)).toBe("document_timeout");
    expect(counts).toEqual([1]);
    await until(() => made.services.inFlight.count === 0);
    expect(made.open.documents).toBe(0);
  });

  test("leaves the silence of its connection to the service while it works", async () => {
    const idle: number[] = [];
    const form = new FormData();
    form.set("file", new Blob(["%PDF-1.7"]));
    form.set("page", "1");
    const setIdleTimeout = (seconds: number) => idle.push(seconds);
    await drawn([], undefined).ask("/page-image", { method: "POST", body: form }, { setIdleTimeout });
    expect(idle).toEqual([0, 7]);
  });

  const drawn = (warnings: string[] | undefined, tiles: number | undefined) =>
    fakeServices({
      drawPage: async (_document, { page: number, tile, upright }) => ({
        picture: {
          png: new TextEncoder().encode(`${number} ${tile} ${upright}`),
          widthPx: 1,
          heightPx: 1,
          ink: 0,
          warnings,
        },
        turnDegrees: 270,
        tiles,
      }),
    });
  const told = ["X-Page-Rotation", "X-Page-Tiles", "X-Page-Warnings", "Content-Type", "Cache-Control"];

  test("is the picture that is asked for, with how it was made, which is stored by nobody", async () => {
    const made = drawn(["a font is missing: Loma"], 6);
    const response = await made.upload("/page-image", { page: " 2 ", tile: "3", upright: "false" });
    expect(told.map((name) => response.headers.get(name))).toEqual([
      "270",
      "6",
      JSON.stringify(["a font is missing: Loma"]),
      "image/png",
      "no-store",
    ]);
    expect([response.status, await response.text()]).toEqual([200, "2 3 false"]);
    expect(made.open.documents).toBe(0);
    await until(() => made.records.length === 1);
    expect(made.records[0]?.notes).toEqual({ pngBytes: 9 });
  });

  test.each([[undefined], [[]]])("says nothing of pieces and warnings where there are none: %j", async (warnings) => {
    const response = await drawn(warnings, undefined).upload("/page-image", { page: "1", tile: " ", upright: "" });
    expect(told.slice(0, 3).map((name) => response.headers.get(name))).toEqual(["270", null, null]);
    expect(await response.text()).toBe("1 undefined undefined");
  });

  test("tells a warning in any script, though a header holds none but Latin letters", async () => {
    const warnings = ["a font is missing: ฟอนต์ไทย é 𝔄"];
    const response = await drawn(warnings, undefined).upload("/page-image", { page: "1" });
    const header = response.headers.get("X-Page-Warnings") ?? "";
    expect([response.status, JSON.parse(header)]).toEqual([200, warnings]);
    expect(header).toMatch(/^[ -~]+$/);
  });

  test.each([
    [{}, "page"],
    [{ page: "0" }, "page"],
    [{ page: "1.5" }, "page"],
    [{ page: "one" }, "page"],
    [{ page: "1", tile: "0" }, "tile"],
    [{ page: "1", upright: "maybe" }, "upright"],
  ])("refuses %j for its %s, and keeps nothing", async (fields: Record<string, string>, path) => {
    const made = drawn([], undefined);
    const response = await made.upload("/page-image", fields);
    const { errors } = await response.json();
    expect([response.status, errors[0].path]).toEqual([400, path]);
    expect({ open: made.open.documents, told: made.told.includes("discarded") }).toEqual({ open: 0, told: true });
  });

  test("never takes keep_alive", async () => {
    const response = await drawn([], undefined).upload("/page-image", { page: "1", keep_alive: "5" });
    expect(await codeOf(response)).toBe("keep_alive_not_allowed");
  });

  test("that cannot be drawn leaves nothing open", async () => {
    const made = fakeServices({ drawPage: () => Promise.reject(new SidecarError("page_too_large", "Too large.")) });
    expect((await made.upload("/page-image", { page: "1" })).status).toBe(413);
    expect([made.open.documents, made.files.map(({ isOpen }) => isOpen)]).toEqual([0, [false]]);
  });
});

/** Vectors whose first number is the place of their text among all texts of one call. */
function embedding(device: "cpu" | "cuda" = "cpu") {
  const asked: string[][] = [];
  const signals: AbortSignal[] = [];
  const embed: Embedder["embed"] = async (texts, signal): Promise<Embeddings> => {
    asked.push([...texts]);
    signals.push(signal);
    return {
      results: texts.map((text) => ({
        dense: Float32Array.of(0.6, 0.8, 0),
        sparse: { indices: [7, text.length], values: [0.5, 0.25] },
        tokens: text.length,
        truncated: text.length > 8,
      })),
      device,
      waitedMs: 1.6,
      computedMs: 2.4,
    };
  };
  const scores = [0, 3, -2];
  const made = fakeServices({
    retrieval: {
      ...fakeServices().services.retrieval,
      embedder: { embed },
      reranker: {
        rerank: async (query, chunks, signal) => {
          asked.push([query, ...chunks]);
          signals.push(signal);
          return {
            scores: scores.slice(0, chunks.length),
            device,
            tokens: chunks.map(() => 5),
            waitedMs: 0,
            computedMs: 0,
          };
        },
      },
    },
  });
  return { ...made, asked, signals };
}

const json = async (response: Promise<Response>) => await (await response).json();
const dense = [0.6000000238418579, 0.800000011920929, 0];

describe("/embed", () => {
  test("gives the vectors of one text by themselves, of several in their order", async () => {
    const { post, asked, records } = embedding("cuda");
    expect(await json(post("/embed", { text: "a long text" }))).toEqual({
      dense,
      sparse: { indices: [7, 11], values: [0.5, 0.25] },
      tokens: 11,
      truncated: true,
      device: "cuda",
    });
    const list = await json(post("/embed", { texts: ["one"], text: null }));
    expect(list).toMatchObject({ device: "cuda", results: [{ dense, tokens: 3, truncated: false }] });
    expect(list).not.toHaveProperty("dense");
    expect(await json(post("/embed", { texts: [] }))).toMatchObject({ results: [] });
    expect(asked).toEqual([["a long text"], ["one"], []]);
    await until(() => records.length === 3);
    expect(records[0]?.notes).toEqual({ device: "cuda", waitedMs: 2, computedMs: 2 });
  });

  test.each([
    [{}, "invalid_request", 400],
    [{ text: "a", texts: ["b"] }, "invalid_request", 400],
    [{ text: " \u0085\ufeff" }, "invalid_request", 400],
    [{ texts: ["a", " "] }, "invalid_request", 400],
    [{ text: "a", keep_alive: 0 }, "keep_alive_not_allowed", 400],
    [{ texts: ["a", "b", "c", "d"] }, "too_many_texts", 413],
    ["{", "invalid_json", 400],
  ])("refuses %j with %s", async (body, code, status) => {
    const { post, asked } = embedding();
    const response = await post("/embed", body);
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
    expect(asked).toEqual([]);
  });

  test("takes as many texts as there may be", async () => {
    expect((await json(embedding().post("/embed", { texts: ["a", "b", "c"] }))).results).toHaveLength(3);
  });
});

describe("/v1/embeddings", () => {
  test("answers as OpenAI does, a list in parts of as many texts as there may be at once", async () => {
    const { post, asked } = embedding();
    const answer = await json(post("/v1/embeddings", { input: ["aa", "b", "c", "dddd"], model: "bge" }));
    expect(answer).toEqual({
      object: "list",
      model: "bge",
      usage: { prompt_tokens: 8, total_tokens: 8 },
      data: [0, 1, 2, 3].map((index) => ({ object: "embedding", index, embedding: dense })),
    });
    expect(asked).toEqual([["aa", "b", "c"], ["dddd"]]);
  });

  test.each([
    [{ dimensions: 3 }, dense],
    [{ dimensions: 1 }, [1]],
    [{ dimensions: null, encoding_format: "float" }, dense],
    [{ encoding_format: "base64" }, Buffer.from(Float32Array.of(0.6, 0.8, 0).buffer).toString("base64")],
    [{ encoding_format: "base64", dimensions: 1 }, Buffer.from(Float32Array.of(1).buffer).toString("base64")],
  ])("gives with %j such numbers", async (wanted, expected) => {
    const { data, model } = await json(embedding().post("/v1/embeddings", { input: "a", ...wanted }));
    expect(data).toEqual([{ object: "embedding", index: 0, embedding: expected }]);
    expect(model).toBe("embedder");
  });

  test.each([
    [{ input: "a", dimensions: 4 }, "dimensions", "the model has 3 dimensions; ask for as many or fewer"],
    [{ input: "a", dimensions: 0 }, "dimensions", "Too small"],
    [{ input: "a", dimensions: 1025 }, "dimensions", "Too big"],
    [{ input: [] }, "input", "the list is empty"],
    [{ input: [1, 2] }, "input", "check_embedding_ctx_length=False"],
    [{ input: [[1], [2]] }, "input", "check_embedding_ctx_length=False"],
    [{ input: ["a", 2] }, "input", "item 1 of the list is no text but a number"],
    [{ input: ["a", null] }, "input", "item 1 of the list is no text but null"],
    [{ input: ["a", {}] }, "input", "item 1 of the list is no text but an object"],
    [{ input: {} }, "input", "send a text or a list of texts, not an object"],
    [{ input: null }, "input", "not null"],
    [{}, "input", "not nothing"],
    [{ input: true }, "input", "not a boolean"],
  ])("refuses %j for its %s", async (body, path, message) => {
    const response = await embedding().post("/v1/embeddings", body);
    expect(response.status).toBe(400);
    expect((await response.json()).errors).toMatchObject([{ path, message: expect.stringContaining(message) }]);
  });

  test("takes 2,048 texts and not one more, and no keep_alive", async () => {
    const { post } = embedding();
    const codes = [2048, 2049].map(async (count) => {
      const response = await post("/v1/embeddings", { input: Array(count).fill("a") });
      return response.status === 200 ? 200 : await codeOf(response);
    });
    expect(await Promise.all(codes)).toEqual([200, "too_many_texts"]);
    expect(await codeOf(await post("/v1/embeddings", { input: "a", keep_alive: 1 }))).toBe("keep_alive_not_allowed");
  });
});

describe("/rerank", () => {
  test("gives the scores in the order of the chunks, and the ranking under both names", async () => {
    const { post, asked } = embedding("cuda");
    const body = { query: "q", chunks: ["a", "b", "c"] };
    expect(await json(post("/rerank", body))).toEqual({
      scores: [0, 3, -2],
      rankedIndices: [1, 0, 2],
      ranked_indices: [1, 0, 2],
      device: "cuda",
    });
    expect(await json(post("/rerank", { ...body, normalize: true, topK: 2 }))).toMatchObject({
      scores: [0, 3, -2].map(sigmoid),
      rankedIndices: [1, 0],
    });
    expect(await json(post("/rerank", { ...body, normalize: false, topK: 99 }))).toMatchObject({
      scores: [0, 3, -2],
      ranked_indices: [1, 0, 2],
    });
    expect(asked[0]).toEqual(["q", "a", "b", "c"]);
  });

  test.each([
    [{ query: " ", chunks: ["a"] }, 400, "invalid_request"],
    [{ query: "q", chunks: ["a"], topK: 0 }, 400, "invalid_request"],
    [{ query: "q", chunks: ["a"], keep_alive: 1 }, 400, "keep_alive_not_allowed"],
    [{ query: "q", chunks: Array(1001).fill("a") }, 413, "too_many_texts"],
    [{ query: "q", chunks: Array(1000).fill("a") }, 200, undefined],
  ])("is %#", async (body, status, code) => {
    const response = await embedding().post("/rerank", body);
    expect([response.status, await codeOf(response)]).toEqual([status, code]);
  });
});

describe.each(["/v1/rerank", "/v2/rerank"])("%s", (path) => {
  test("gives the best documents first, with what was read of them where that is wanted", async () => {
    const { post, asked } = embedding();
    const documents = ["a", { text: "b", title: "B" }, "c"];
    expect(await json(post(path, { query: "q", documents, top_n: 2, return_documents: true }))).toEqual({
      model: "reranker",
      usage: { total_tokens: 15 },
      results: [
        { index: 1, relevance_score: sigmoid(3), document: { text: "b" } },
        { index: 0, relevance_score: 0.5, document: { text: "a" } },
      ],
    });
    const all = await json(
      post(path, { query: "q", documents, model: "mine", rank_fields: ["title", "text"] }).catch(
        () => new Response("{}"),
      ),
    );
    expect(all.model).toBe("mine");
    expect(all.results.map(({ index }: { index: number }) => index)).toEqual([1, 0, 2]);
    expect(all.results[0]).not.toHaveProperty("document");
    expect(asked).toEqual([
      ["q", "a", "b", "c"],
      ["q", "a", "B\nb", "c"],
    ]);
  });

  test.each([
    [{ documents: [{ title: "B" }] }, "documents.0.text", "rank_fields names what is read"],
    [{ documents: ["a", { text: 1 }] }, "documents.1.text", "rank_fields names what is read"],
    [{ documents: ["a"], rank_fields: [] }, "rank_fields", "the list is empty"],
    [{ documents: ["a"], rank_fields: "title" }, "rank_fields", ""],
    [{ documents: ["a"], rank_fields: Array(101).fill("a") }, "rank_fields", ""],
    [{ documents: ["a"], top_n: 0 }, "top_n", ""],
    [{ documents: [1] }, "documents.0", "a document is a text or an object"],
  ])("refuses %# for its %s", async (body, field, message) => {
    const response = await embedding().post(path, { query: "q", ...body });
    expect(response.status).toBe(400);
    expect((await response.json()).errors).toMatchObject([{ path: field, message: expect.stringContaining(message) }]);
  });

  test("takes a thousand documents and not one more, and no keep_alive", async () => {
    const { post } = embedding();
    const askFor = async (count: number) =>
      (await post(path, { query: "q", documents: Array(count).fill("a") })).status;
    expect([await askFor(1000), await askFor(1001)]).toEqual([200, 413]);
    expect(await codeOf(await post(path, { query: "q", documents: ["a"], keep_alive: 1 }))).toBe(
      "keep_alive_not_allowed",
    );
  });
});

describe("inference", () => {
  test.each([
    ["/embed", { text: "a" }],
    ["/v1/embeddings", { input: "a" }],
    ["/rerank", { query: "q", chunks: ["a"] }],
    ["/v1/rerank", { query: "q", documents: ["a"] }],
  ])("of %s stops when its caller goes, and is counted until it has ended", async (path, body) => {
    let given: AbortSignal | undefined;
    const never = (signal: AbortSignal) => {
      given = signal;
      return new Promise<never>((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
    };
    const made = fakeServices({
      retrieval: {
        ...fakeServices().services.retrieval,
        embedder: { embed: (_texts, signal) => never(signal) },
        reranker: { rerank: (_query, _chunks, signal) => never(signal) },
      },
    });
    const caller = new AbortController();
    const response = made.ask(path, {
      method: "POST",
      body: JSON.stringify(body),
      headers: { "Content-Type": "application/json" },
      signal: caller.signal,
    });
    await until(() => given !== undefined);
    expect(made.services.inFlight.count).toBe(1);
    caller.abort();
    expect(await codeOf(await response)).toBe("client_gone");
    await until(() => made.services.inFlight.count === 0);
    expect(made.services.jsonIntake.heldBytes).toBe(0);
  });

  test.each([
    ["/embed", "retrieval_busy"],
    ["/ocr", "ocr_busy"],
  ])("of %s finds the intake spent, and is told %s with when to come again", async (path, code) => {
    const made = embedding();
    const lease = made.services.jsonIntake.open("ocr_busy");
    lease.take(1_000_000);
    const response = await made.post(path, path === "/ocr" ? { pdfPath: "/a" } : { text: "a" });
    expect([response.status, await codeOf(response), response.headers.get("Retry-After")]).toEqual([503, code, "5"]);
  });

  test("is not bothered with bodies that are too large beside their texts", async () => {
    const { post } = embedding();
    const numbers = (count: number) => `{"text":"a","more":[${"1,".repeat(count)}1]}`;
    expect((await post("/embed", numbers(260_000))).status).toBe(200);
    const refused = await post("/embed", numbers(263_000));
    expect([refused.status, await codeOf(refused)]).toEqual([413, "body_too_large"]);
  });
});
