import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { createSidecarClient, SidecarClientError } from "../../../dist/client/client.js";
import { answer, event, events, json, page, plan, problem, quick, withStub } from "../../support/client-stub.mjs";

const clientOf = (baseUrl, options = {}) => createSidecarClient({ baseUrl, apiKey: "k", retry: quick, ...options });
const done = events(event("plan", plan), event("page", page), event("done", answer));

async function faultOf(promise) {
  const error = await promise.then(
    () => assert.fail("nothing was thrown"),
    (thrown) => thrown,
  );
  assert.ok(error instanceof SidecarClientError, String(error));
  return error;
}

test("ocr sends path, key, request id and limit, and leaves out what it was not given", () =>
  withStub([done], async (url, received) => {
    const result = await clientOf(`${url}/prefix`).ocr(
      { pdfPath: "/mnt/uploads/a.pdf", runtimeParams: { temperature: 0 } },
      { requestId: "id-1", requestTimeoutSeconds: 90.5 },
    );
    assert.deepEqual(result, answer);
    const [request] = received;
    assert.equal(request.method, "POST");
    assert.equal(request.path, "/prefix/ocr");
    assert.equal(request.headers["x-api-key"], "k");
    assert.equal(request.headers["x-request-id"], "id-1");
    assert.equal(request.headers["x-request-timeout"], "90.5");
    assert.match(request.headers["content-type"], /^application\/json/);
    assert.deepEqual(JSON.parse(request.body), { pdfPath: "/mnt/uploads/a.pdf", runtimeParams: { temperature: 0 } });
  }));

test("no key header is sent without a key", () =>
  withStub([json(200, { status: "ok", engine: "e", ocrModel: "m", ollamaUrl: "" })], async (url, received) => {
    await createSidecarClient({ baseUrl: url }).health();
    assert.equal(received[0].headers["x-api-key"], undefined);
  }));

test("ocrUpload sends a form whose bytes and fields arrive", () =>
  withStub([done], async (url, received) => {
    const file = new Uint8Array([37, 80, 68, 70, 0, 255, 13, 10]);
    await clientOf(url).ocrUpload({
      file,
      fileName: "แบบ.pdf",
      maxPages: 0,
      pages: null,
      dmsTags: { project: "" },
      runtimeParams: { top_p: 0.6 },
    });
    const [request] = received;
    const form = await new Response(request.body, { headers: request.headers }).formData();
    assert.deepEqual(new Uint8Array(await form.get("file").arrayBuffer()), file);
    assert.equal(form.get("maxPages"), "0");
    assert.equal(form.get("dmsTags"), '{"project":""}');
    assert.equal(form.get("runtimeParams"), '{"top_p":0.6}');
    assert.equal(form.has("pages"), false);
  }));

const helloSha256 = createHash("sha256").update("hello").digest("hex");
const hello = new TextEncoder().encode("hello");
const nameSent = async (call, options) => {
  const names = [];
  await withStub([problem(503, "ocr_busy", { "Retry-After": "0" }), done], async (url, received) => {
    await call(clientOf(url, options));
    names.push(...received.map(({ headers }) => headers["x-document-sha256"]));
  });
  return names;
};
const both = (name) => [name, name];

test("a document that is sent is named by its SHA-256, with each attempt and of whatever kind", async () => {
  assert.deepEqual(await nameSent((client) => client.ocrUpload({ file: hello })), both(helloSha256));
  assert.deepEqual(await nameSent((client) => client.ocrUpload({ file: new Blob([hello]) })), both(helloSha256));
  const part = new Uint8Array([0, ...hello, 0]).subarray(1, 6);
  assert.deepEqual(
    await nameSent(async (client) => {
      for await (const _ of client.ocrStream({ file: part }));
    }),
    both(helloSha256),
  );
});

test("a name that the caller has is taken, and is the only one of a document on shared storage", async () => {
  const documentSha256 = "ab".repeat(32);
  const path = { pdfPath: "/mnt/uploads/a.pdf" };
  assert.deepEqual(
    await nameSent((client) => client.ocrUpload({ file: hello }, { documentSha256 })),
    both(documentSha256),
  );
  assert.deepEqual(await nameSent((client) => client.ocr(path, { documentSha256 })), both(documentSha256));
  assert.deepEqual(await nameSent((client) => client.ocr(path)), both(undefined));
});

test("a document is not named where that is not wanted, or it is very large", async () => {
  const unnamed = { sendDocumentSha256: false };
  assert.deepEqual(await nameSent((client) => client.ocrUpload({ file: hello }), unnamed), both(undefined));
  const large = new Blob([new Uint8Array(64 * 1024 * 1024 + 1)]);
  assert.deepEqual(await nameSent((client) => client.ocrUpload({ file: large })), both(undefined));
});

test("a document is sent without a name where the platform computes none", async () => {
  const { subtle } = crypto;
  Object.defineProperty(crypto, "subtle", { value: undefined, configurable: true });
  try {
    assert.deepEqual(await nameSent((client) => client.ocrUpload({ file: hello })), both(undefined));
  } finally {
    Object.defineProperty(crypto, "subtle", { value: subtle, configurable: true });
  }
});

test("a service without events answers ocr all the same, and unknown fields pass through", () =>
  withStub([json(200, { ...answer, novelty: [1] })], async (url) => {
    const result = await clientOf(url).ocr({ pdfPath: "/mnt/uploads/a.pdf" });
    assert.deepEqual(result.novelty, [1]);
  }));

test("embed and rerank speak the documented shapes", () => {
  const sparse = { indices: [5, 9], values: [0.5, 0.25] };
  return withStub(
    [
      json(200, { dense: [0.6, 0.8], sparse, tokens: 4, truncated: false, device: "cpu" }),
      json(200, { results: [{ dense: [1], sparse, tokens: 1, truncated: false }], device: "cuda" }),
      json(200, { scores: [-1.5, 2], rankedIndices: [1, 0], ranked_indices: [1, 0], device: "cpu" }),
    ],
    async (url, received) => {
      const client = clientOf(url);
      assert.deepEqual((await client.embed({ text: "อาคาร" })).sparse, sparse);
      assert.equal((await client.embed({ texts: ["a"] })).results.length, 1);
      assert.deepEqual((await client.rerank({ query: "q", chunks: ["a", "b"], topK: 2 })).rankedIndices, [1, 0]);
      assert.deepEqual(
        received.map(({ path, body }) => [path, JSON.parse(body)]),
        [
          ["/embed", { text: "อาคาร" }],
          ["/embed", { texts: ["a"] }],
          ["/rerank", { query: "q", chunks: ["a", "b"], topK: 2 }],
        ],
      );
    },
  );
});

test("not being ready is an answer, and is asked once", () => {
  const table = { ready: false, components: { ollama: { state: "failed", reason: "it is down" } } };
  return withStub([json(503, table, { "Retry-After": "5" })], async (url, received) => {
    assert.deepEqual(await clientOf(url).ready("all"), table);
    assert.deepEqual(
      received.map(({ path }) => path),
      ["/ready?for=all"],
    );
  });
});

test("a proxy's 503 is no readiness table", () =>
  withStub(
    [
      (_request, response) => {
        response.writeHead(503, { "Content-Type": "text/html" });
        response.end("<html>");
      },
    ],
    async (url) => assert.equal((await faultOf(clientOf(url).ready())).code, "http_error"),
  ));

test("an error carries code, status, request id, fields and whether it may pass", () =>
  withStub(
    [
      json(400, {
        detail: "pages: out of range",
        code: "invalid_request",
        requestId: "r-1",
        errors: [{ path: "pages", message: "out of range" }],
      }),
    ],
    async (url, received) => {
      const error = await faultOf(clientOf(url).ocr({ pdfPath: "/x" }));
      assert.equal(error.message, "pages: out of range");
      assert.deepEqual(
        [error.code, error.status, error.retryable, error.requestId, error.issues],
        ["invalid_request", 400, false, "r-1", [{ path: "pages", message: "out of range" }]],
      );
      assert.equal(received.length, 1);
    },
  ));

for (const [status, code] of [
  [401, "unauthorized"],
  [408, "body_timeout"],
  [429, "too_many_requests"],
  [500, "internal_error"],
  [503, "model_not_installed"],
  [504, "page_timeout"],
]) {
  test(`${status} ${code} is not repeated`, () =>
    withStub([problem(status, code, { "Retry-After": "0" })], async (url, received) => {
      const error = await faultOf(clientOf(url).embed({ text: "a" }));
      assert.deepEqual([error.code, error.status], [code, status]);
      assert.equal(received.length, 1);
    }));
}

for (const [status, code] of [
  [502, "ocr_failed"],
  [503, "ocr_busy"],
  [503, "a_code_of_the_future"],
]) {
  test(`${status} ${code} is repeated until it passes`, () =>
    withStub([problem(status, code, { "Retry-After": "0" }), done], async (url, received) => {
      assert.deepEqual(await clientOf(url).ocrUpload({ file: new Uint8Array([1, 2]) }), answer);
      assert.equal(received.length, 2);
      const files = received.map(({ body, headers }) => new Response(body, { headers }).formData());
      for (const form of await Promise.all(files)) assert.equal(form.get("file").size, 2);
    }));
}

test("attempts are bounded and the last fault is told", () =>
  withStub([problem(503, "ocr_busy", { "Retry-After": "0" })], async (url, received) => {
    const error = await faultOf(clientOf(url, { retry: { ...quick, maxAttempts: 3 } }).ocr({ pdfPath: "/x" }));
    assert.deepEqual([error.code, error.retryable, error.requestId], ["ocr_busy", true, "from-body"]);
    assert.equal(received.length, 3);
  }));

test("four attempts are made unless the caller says otherwise", () =>
  withStub([problem(503, "ocr_busy", { "Retry-After": "0" })], async (url, received) => {
    assert.equal((await faultOf(clientOf(url).ocr({ pdfPath: "/x" }))).code, "ocr_busy");
    assert.equal(received.length, 4);
  }));

test("Retry-After is honoured before the next attempt", () =>
  withStub([problem(503, "ocr_busy", { "Retry-After": "1" }), done], async (url) => {
    const startedMs = performance.now();
    await clientOf(url).ocr({ pdfPath: "/x" });
    assert.ok(performance.now() - startedMs >= 1000);
  }));

test("a longer wait than allowed is left to the caller", () =>
  withStub([problem(503, "ocr_busy", { "Retry-After": "3600" })], async (url, received) => {
    const error = await faultOf(clientOf(url).ocr({ pdfPath: "/x" }));
    assert.equal(error.retryAfterSeconds, 3600);
    assert.equal(received.length, 1);
  }));

test("an abort ends the wait between attempts with the caller's own reason", () =>
  withStub([problem(503, "ocr_busy", { "Retry-After": "4" })], async (url, received) => {
    const abort = new AbortController();
    const reason = new Error("the user left");
    const running = clientOf(url).ocr({ pdfPath: "/x" }, { signal: abort.signal });
    while (received.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    setTimeout(() => abort.abort(reason), 50);
    await assert.rejects(running, (error) => error === reason);
    assert.equal(received.length, 1);
  }));

test("an abort before the call sends nothing", () =>
  withStub([done], async (url, received) => {
    const reason = new Error("too late");
    const running = clientOf(url).ocr({ pdfPath: "/x" }, { signal: AbortSignal.abort(reason) });
    await assert.rejects(running, (error) => error === reason);
    assert.equal(received.length, 0);
  }));

test("the limit of the client covers all attempts and waits", () =>
  withStub([problem(503, "ocr_busy", { "Retry-After": "4" })], async (url) => {
    const error = await faultOf(clientOf(url, { timeoutMs: 100 }).ocr({ pdfPath: "/x" }));
    assert.deepEqual([error.code, error.retryable], ["client_timeout", true]);
  }));

for (const timeoutMs of [0, 2 ** 40]) {
  test(`a limit of ${timeoutMs} ms does not end a call that is quick`, () =>
    withStub([problem(503, "ocr_busy", { "Retry-After": "0" }), done], async (url) => {
      assert.deepEqual(await clientOf(url, { timeoutMs }).ocr({ pdfPath: "/x" }), answer);
    }));
}

test("a refused connection is repeated and then has a code of its own", async () => {
  let attempts = 0;
  let port;
  await withStub([done], async (url) => {
    port = url;
  });
  const counting = (url, init) => {
    attempts += 1;
    return fetch(url, init);
  };
  const client = clientOf(port, { fetch: counting, retry: { ...quick, maxAttempts: 3 } });
  const error = await faultOf(client.ocr({ pdfPath: "/x" }));
  assert.deepEqual([error.code, error.status, error.retryable], ["connection_failed", undefined, true]);
  assert.equal(attempts, 3);
});

test("an answer of another shape is not repeated and has a code of its own", () =>
  withStub([json(200, { text: 1 })], async (url, received) => {
    assert.equal((await faultOf(clientOf(url).ocr({ pdfPath: "/x" }))).code, "invalid_answer");
    assert.equal(received.length, 1);
  }));

test("an error of the replaced service keeps its sentence", () =>
  withStub([json(404, { detail: "PDF not found" })], async (url) => {
    const error = await faultOf(clientOf(url).ocr({ pdfPath: "/x" }));
    assert.deepEqual(
      [error.message, error.code, error.status, error.requestId],
      ["PDF not found", "http_error", 404, "from-header"],
    );
  }));

test("a redirect is not followed, so the key goes nowhere else", () =>
  withStub([json(302, {}, { Location: "/elsewhere" }), done], async (url, received) => {
    assert.equal((await faultOf(clientOf(url).embed({ text: "a" }))).status, 302);
    assert.equal(received.length, 1);
  }));

test("an address that cannot be used is refused at once", () => {
  for (const baseUrl of ["ftp://host", "localhost:8765", "http://user:secret@host", ""]) {
    assert.throws(() => createSidecarClient({ baseUrl }), TypeError);
  }
});
