import { createServer } from "node:http";

/**
 * A server on loopback that answers each request with the next of the given answers, and the last one again and
 * again. An answer is a function of (request, response, body). Everything received is recorded.
 */
export async function withStub(answers, use) {
  const received = [];
  const server = createServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    const body = Buffer.concat(chunks);
    const record = { method: request.method, path: request.url, headers: request.headers, body, closedEarly: false };
    received.push(record);
    response.on("close", () => {
      record.closedEarly = !response.writableFinished;
      record.onClose?.();
    });
    await answers[Math.min(received.length, answers.length) - 1](request, response, body);
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    await use(`http://127.0.0.1:${server.address().port}`, received);
  } finally {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}

/** An answer of JSON. */
export const json =
  (status, value, headers = {}) =>
  (_request, response) => {
    response.writeHead(status, { "Content-Type": "application/json", "X-Request-Id": "from-header", ...headers });
    response.end(JSON.stringify(value));
  };

/** An error of the service. */
export const problem = (status, code, headers) =>
  json(status, { detail: `It is ${code}.`, code, requestId: "from-body" }, headers);

/** An answer of server-sent events in the given pieces, each written on its own. */
export const events =
  (...pieces) =>
  async (_request, response) => {
    response.writeHead(200, { "Content-Type": "text/event-stream; charset=utf-8", "X-Request-Id": "from-header" });
    for (const piece of pieces) await new Promise((resolve) => response.write(piece, resolve));
    response.end();
  };

export const event = (name, data) => `event: ${name}\ndata: ${JSON.stringify(data)}\n\n`;

export const answer = { text: "# หนังสือ", ocrUsed: true, pageCount: 1, charCount: 9, engineUsed: "np-dms-ocr" };
export const plan = { pageCount: 1, pages: [{ page: 1, source: "engine", reason: "no text layer" }] };
export const page = {
  page: 1,
  source: "np-dms-ocr",
  text: "# หนังสือ",
  chars: 9,
  attempts: 1,
  ms: 12.5,
  truncated: false,
  warnings: [],
};

/** Waits in milliseconds that make a test quick. */
export const quick = { baseDelayMs: 1, maxDelayMs: 5000 };
