import { afterAll, beforeAll, describe, expect, jest, setDefaultTimeout, test } from "bun:test";
import { getEventListeners } from "node:events";
import { connect } from "node:net";
import { discard } from "../../src/http/intake/body.ts";
import { openConnection } from "../support/raw-connection.ts";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

let sidecar: TestSidecar;
beforeAll(async () => {
  sidecar = await startSidecar({ MAX_UPLOAD_MB: "1" });
});
afterAll(() => sidecar[Symbol.asyncDispose]());

const declaredBytes = 50 * 1024 * 1024;
const key = `X-API-Key: ${testKey}`;
const form = "Content-Type: multipart/form-data; boundary=x";
const json = "Content-Type: application/json";
const head = (start: string, ...headers: string[]) =>
  [`${start} HTTP/1.1`, "Host: sidecar", ...headers, "", ""].join("\r\n");
const large = (start: string, ...headers: string[]) => head(start, ...headers, `Content-Length: ${declaredBytes}`);

describe("a request that is refused before its body is read", () => {
  test.concurrent.each([
    ["without a key", large("POST /ocr-upload", form), 401, "unauthorized"],
    ["from another site", large("POST /ocr-upload", key, form, "Origin: https://a.example"), 403, "origin_not_allowed"],
    ["to no route", large("POST /nothing", key), 404, "route_not_found"],
    ["by a wrong method", large("PUT /health", key), 405, "method_not_allowed"],
    ["with too long a form", large("POST /ocr-upload", key, form), 413, "body_too_large"],
    ["with too long a text", large("POST /ocr", key, json), 413, "body_too_large"],
    ["with an encoding", large("POST /ocr", key, json, "Content-Encoding: gzip"), 415, "unsupported_media_type"],
    ["in chunks", head("POST /ocr", json, "Transfer-Encoding: chunked"), 401, "unauthorized"],
  ])("%s is answered at once, and its connection is closed", async (_what, start, status, code) => {
    using connection = await openConnection(sidecar.url);
    connection.send(start + (start.includes("chunked") ? `400\r\n${"x".repeat(1024)}\r\n` : "x".repeat(1024)));
    await until(() => connection.received.includes(code));
    expect(connection.statuses()).toEqual([status]);
    expect(connection.received.toLowerCase()).toContain("connection: close");
    await until(() => connection.closed);
  });

  test("is answered in a way that a client hears who sends all of it first", async () => {
    const { hostname, port } = new URL(sidecar.url);
    let received = "";
    const fault = await new Promise<Error | undefined>((resolve) => {
      const socket = connect(Number(port), hostname);
      socket.on("error", resolve);
      socket.on("close", () => resolve(undefined));
      socket.on("data", (piece) => {
        received += piece;
      });
      socket.write(large("POST /ocr-upload", key, form));
      socket.write(new Uint8Array(declaredBytes));
    });
    expect(fault).toBeUndefined();
    expect(received).toContain('"code":"body_too_large"');
  });
});

test("a connection whose request was read goes on, whatever the answer", async () => {
  using connection = await openConnection(sidecar.url);
  const post = head("POST /ocr", key, json, "Content-Length: 2");
  connection.send(`${post}{]`);
  await until(() => connection.statuses().length === 1);
  connection.send(`${post}{}`);
  await until(() => connection.statuses().length === 2);
  connection.send(head("GET /nothing"));
  await until(() => connection.statuses().length === 3);
  expect(connection.statuses()).toEqual([400, 400, 401]);
  expect(connection.received.toLowerCase()).not.toContain("connection: close");
  expect(connection.closed).toBe(false);
});

describe("what is thrown away of a body", () => {
  const minute = 60_000;
  const { signal } = new AbortController();

  test.each([
    ["silent", 0, { silentMs: 50, longestMs: minute }, () => signal],
    ["never ending", 5, { silentMs: minute, longestMs: 50 }, () => signal],
    [
      "never ending, while the service stops",
      5,
      { silentMs: minute, longestMs: minute },
      () => AbortSignal.timeout(50),
    ],
    ["unwanted from the start", 0, { silentMs: minute, longestMs: minute }, () => AbortSignal.abort()],
  ])("is bounded where it is %s", async (_what, everyMs, patience, stopping) => {
    const gone = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({
      pull: async (controller) => {
        if (everyMs === 0) return gone.promise;
        await Bun.sleep(everyMs);
        controller.enqueue(new Uint8Array(1));
      },
      cancel: () => gone.resolve(),
    });
    await discard(body, patience, stopping());
    await gone.promise;
  });

  test("leaves nothing at the signal of the service, and no time that runs on", async () => {
    jest.useFakeTimers();
    try {
      const stopping = new AbortController();
      await discard(new Blob(["x"]).stream(), { silentMs: minute, longestMs: minute }, stopping.signal);
      expect(getEventListeners(stopping.signal, "abort")).toEqual([]);
      expect(jest.getTimerCount()).toBe(0);
    } finally {
      jest.useRealTimers();
    }
  });

  test("may break off", async () => {
    const body = new ReadableStream<Uint8Array>({ pull: () => Promise.reject(new Error("gone")) });
    await discard(body, { silentMs: 1000, longestMs: 1000 }, signal);
  });
});
