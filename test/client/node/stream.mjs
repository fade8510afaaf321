import assert from "node:assert/strict";
import { test } from "node:test";
import { createSidecarClient } from "../../../dist/client/client.js";
import { answer, event, events, json, page, plan, problem, quick, withStub } from "../../support/client-stub.mjs";

const clientOf = (baseUrl, options = {}) => createSidecarClient({ baseUrl, retry: quick, ...options });
const request = { pdfPath: "/mnt/uploads/a.pdf" };

async function collect(stream) {
  const seen = [];
  for await (const item of stream) seen.push(item);
  return seen;
}

test("a stream gives plan, what is written, pages and the answer as typed events", () => {
  const delta = { page: 1, attempt: 1, text: "# A" };
  const stream = [event("plan", plan), ": still working\n\n", event("delta", delta), event("page", page)];
  return withStub([events(...stream, event("done", answer))], async (url, received) => {
    assert.deepEqual(await collect(clientOf(url).ocrStream({ ...request, deltas: true })), [
      { type: "plan", ...plan },
      { type: "delta", ...delta },
      { type: "page", page },
      { type: "done", answer },
    ]);
    assert.match(received[0].headers.accept, /text\/event-stream/);
  });
});

test("cutting the bytes anywhere changes nothing", () => {
  const text = [
    "\uFEFF: a comment\r\n\r\n",
    `event: plan\r\ndata:${JSON.stringify(plan)}\r\n\r\n`,
    "event: novelty\rdata: {}\r\r",
    `event: page\ndata: ${JSON.stringify(page, null, 1).replaceAll("\n", "\ndata: ")}\nid: 7\nretry\n\n`,
    "event: nothing\n\n",
    event("done", answer),
  ].join("");
  const bytes = Buffer.from(text);
  const cuts = [1, 2, 3, 5, 7, 11].map((size) => {
    const pieces = [];
    for (let at = 0; at < bytes.length; at += size) pieces.push(bytes.subarray(at, at + size));
    return pieces;
  });
  let next = 0;
  // Handed in as a body, because a socket would join the pieces again.
  const fetch = async () => {
    const pieces = cuts[next];
    next += 1;
    const body = new ReadableStream({
      start(controller) {
        for (const piece of pieces) controller.enqueue(new Uint8Array(piece));
        controller.close();
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream" } });
  };
  const client = clientOf("http://stub", { fetch });
  return (async () => {
    for (const _ of cuts) {
      assert.deepEqual(await collect(client.ocrStream(request)), [
        { type: "plan", ...plan },
        { type: "page", page },
        { type: "done", answer },
      ]);
    }
  })();
});

test("a fault after the plan is the last event of a stream and rejects ocr", () => {
  const failed = { detail: "Page 2 failed.", code: "document_damaged", requestId: "r-9" };
  return withStub([events(event("plan", plan), event("error", failed))], async (url) => {
    const [, last] = await collect(clientOf(url).ocrStream(request));
    assert.equal(last.type, "error");
    assert.deepEqual([last.error.code, last.error.status, last.error.requestId], ["document_damaged", 422, "r-9"]);
    await assert.rejects(clientOf(url).ocr(request), { code: "document_damaged", message: "Page 2 failed." });
  });
});

test("ocr repeats a document whose reading failed on the way and tells the progress of both", () => {
  const failed = { detail: "Ollama stopped.", code: "ocr_failed", requestId: "r" };
  const first = events(event("plan", plan), event("error", failed));
  const second = events(event("plan", plan), event("page", page), event("done", answer));
  return withStub([first, second], async (url, received) => {
    const progress = [];
    const result = await clientOf(url).ocr(request, { onProgress: ({ type }) => progress.push(type) });
    assert.deepEqual(result, answer);
    assert.deepEqual(progress, ["plan", "plan", "page"]);
    assert.equal(received.length, 2);
  });
});

test("a refusal before the first event is repeated, too", () =>
  withStub([problem(503, "ocr_busy", { "Retry-After": "0" }), events(event("done", answer))], async (url) => {
    assert.deepEqual(await collect(clientOf(url).ocrStream(request)), [{ type: "done", answer }]);
  }));

test("a refusal that stays is thrown before any event", () =>
  withStub([problem(404, "file_not_found")], (url) =>
    assert.rejects(collect(clientOf(url).ocrStream(request)), { code: "file_not_found", status: 404 }),
  ));

for (const [name, broken] of [
  ["an end without an answer", events(event("plan", plan), "event: done\ndata: {")],
  [
    "a reset connection",
    async (_request, response) => {
      response.writeHead(200, { "Content-Type": "text/event-stream" });
      await new Promise((resolve) => response.write(event("plan", plan), resolve));
      response.destroy();
    },
  ],
]) {
  test(`${name} is a lost connection: thrown by the stream, repeated by ocr`, () =>
    withStub([broken, broken, events(event("done", answer))], async (url, received) => {
      await assert.rejects(collect(clientOf(url).ocrStream(request)), { code: "connection_lost", retryable: true });
      assert.deepEqual(await clientOf(url).ocr(request), answer);
      assert.equal(received.length, 3);
    }));
}

for (const [name, text] of [
  ["no JSON", "event: page\ndata: {\n\n"],
  ["another shape", "event: page\ndata: {}\n\n"],
]) {
  test(`an event with ${name} is an invalid answer`, () =>
    withStub([events(text)], (url) =>
      assert.rejects(collect(clientOf(url).ocrStream(request)), { code: "invalid_answer" }),
    ));
}

const endless = async (_request, response) => {
  response.writeHead(200, { "Content-Type": "text/event-stream" });
  response.write(event("plan", plan));
};

test("leaving the loop closes the connection", () =>
  withStub([endless], async (url, received) => {
    for await (const { type } of clientOf(url).ocrStream(request)) {
      assert.equal(type, "plan");
      break;
    }
    if (!received[0].closedEarly) await new Promise((resolve) => Object.assign(received[0], { onClose: resolve }));
  }));

test("an abort while the stream is silent rejects with the caller's reason and closes the connection", () =>
  withStub([endless], async (url, received) => {
    const abort = new AbortController();
    const reason = new Error("enough");
    const reading = (async () => {
      for await (const _ of clientOf(url).ocrStream(request, { signal: abort.signal })) {
        setTimeout(() => abort.abort(reason), 20);
      }
    })();
    await assert.rejects(reading, (error) => error === reason);
    if (!received[0].closedEarly) await new Promise((resolve) => Object.assign(received[0], { onClose: resolve }));
  }));

test("a stream of a service without events is one answer", () =>
  withStub([json(200, answer)], async (url) => {
    assert.deepEqual(await collect(clientOf(url).ocrStream(request)), [{ type: "done", answer }]);
  }));
