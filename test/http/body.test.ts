import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { openConnection } from "../support/raw-connection.ts";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const mebibyte = 1024 * 1024;
const head = `Host: sidecar\r\nX-API-Key: ${testKey}\r\n`;

describe("a JSON body of unknown length", () => {
  let sidecar: TestSidecar;
  beforeAll(async () => {
    sidecar = await startSidecar();
  });
  afterAll(() => sidecar[Symbol.asyncDispose]());

  /** Sends a body of so many bytes in chunks, blanks behind its end. */
  async function send(path: string, json: string, bytes: number) {
    const blanks = new Uint8Array(64 * 1024).fill(0x20);
    let left = bytes - json.length;
    const body = new ReadableStream<Uint8Array>({
      start: (controller) => controller.enqueue(new TextEncoder().encode(json)),
      pull: (controller) => {
        if (left === 0) return controller.close();
        const piece = blanks.subarray(0, Math.min(left, blanks.byteLength));
        left -= piece.byteLength;
        controller.enqueue(piece);
      },
    });
    const headers = { "Content-Type": "application/json" };
    const response = await sidecar.call(path, { method: "POST", headers, body });
    return { status: response.status, code: (await response.json()).code };
  }

  test.each([
    ["/ocr", '{"pdfPath":"/outside"}', mebibyte, { status: 403, code: "path_outside_base" }],
    ["/embed", '{"texts":[]}', 32 * mebibyte, { status: 200, code: undefined }],
    ["/rerank", '{"query":"q","chunks":[]}', 32 * mebibyte, { status: 200, code: undefined }],
    ["/v1/rerank", '{"query":"q","documents":[]}', 32 * mebibyte, { status: 200, code: undefined }],
  ])("passes at %s when it has exactly the limit, and not with one byte more", async (path, json, limit, passed) => {
    expect(await send(path, json, limit)).toEqual(passed);
    expect(await send(path, json, limit + 1)).toEqual({ status: 413, code: "body_too_large" });
  });
});

describe("a body that still arrives when the service stops", () => {
  test.each([
    ["/ocr", "application/json", '{"pdfPath":'],
    ["/embed", "application/json", '{"text":'],
    ["/ocr-upload", "multipart/form-data; boundary=x", "--x\r\nContent-Disposition: form-data; name=file\r\n\r\n%PDF"],
  ])("at %s is told so", async (path, type, start) => {
    await using sidecar = await startSidecar();
    using connection = await openConnection(sidecar.url);
    connection.send(`POST ${path} HTTP/1.1\r\n${head}Content-Type: ${type}\r\nContent-Length: 5000\r\n\r\n${start}`);
    await until(async () => await isArriving(sidecar), "the body is being received");
    await sidecar.server.stop(0);
    await until(() => connection.closed);
    expect(connection.statuses()).toEqual([503]);
    expect(connection.received).toContain('"code":"shutting_down"');
    expect(connection.received).toContain("Retry-After: ");
  });

  /** Whether something of a body has come: of JSON it is counted, of a document it lies in the spool. */
  async function isArriving(sidecar: TestSidecar): Promise<boolean> {
    const { requests, spool } = await (await sidecar.call("/residency")).json();
    return requests.jsonBytes > 0 || spool.files > 0;
  }
});

test("a sender that is too slow is told so, and not listened to any longer", async () => {
  await using sidecar = await startSidecar({ BODY_TIMEOUT_SECONDS: "0.2" });
  using connection = await openConnection(sidecar.url);
  connection.send(
    `POST /embed HTTP/1.1\r\n${head}Content-Type: application/json\r\nContent-Length: 5000\r\n\r\n{"text":`,
  );
  await until(() => connection.statuses().length === 1);
  expect(connection.statuses()).toEqual([408]);
  expect(connection.received.toLowerCase()).toContain("\r\nconnection: close\r\n");
});
