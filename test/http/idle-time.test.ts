import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { badDocuments } from "../support/bad-documents.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { openConnection } from "../support/raw-connection.ts";
import { testKey } from "../support/sidecar.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(60_000);
/** Bun counts idle time in steps of four seconds: what lasts longer than half a step, and begins there, meets the next. */
const halfStepMs = 2000;

const typed = buildPdf([{ kind: "text", lines: Array(6).fill("A typed page with quite enough characters on it.") }]);
const startImpatient = (variables: Record<string, string> = {}) =>
  startWithOllama({}, { IDLE_TIMEOUT_SECONDS: "1", ...variables });

/** The rest does not come. */
const startOfUpload =
  `POST /ocr-upload HTTP/1.1\r\nHost: sidecar\r\nX-API-Key: ${testKey}\r\n` +
  "Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 100\r\n\r\n--x";

describe.concurrent("the idle limit of a connection", () => {
  test.each(["/ready", "/metrics", "/residency"])("does not run while %s waits for Ollama", async (path) => {
    await using world = await startImpatient();
    using first = await openConnection(world.sidecar.url);
    first.send("GET /health HTTP/1.1\r\nHost: sidecar\r\n\r\n");
    await Bun.sleep(halfStepMs);
    world.fake.fail("hang", { path: "/api/version", times: 9 });
    world.fake.fail("hang", { path: "/api/ps", times: 9 });
    // A pooled connection that is cut is tried again, unseen.
    const response = await world.sidecar.call(path, { keepalive: false });
    expect([200, 503]).toContain(response.status);
    await response.text();
  });

  test("does not run while a document waits for a process that opens it", async () => {
    await using world = await startImpatient({ PDF_PAGE_TIMEOUT_SECONDS: "5" });
    const endless = badDocuments.get("a content stream that inflates to 3 GB of blanks")?.() ?? typed;
    const slow = world.sidecar.upload(new Uint8Array(endless), {}, { keepalive: false });
    await Bun.sleep(200);
    const response = await world.sidecar.upload(typed, {}, { keepalive: false });
    expect(response.status).toBe(200);
    expect((await slow).status).toBe(422);
  });

  test("is never shorter than asked for, although Bun looks every four seconds only", async () => {
    await using world = await startImpatient();
    using first = await openConnection(world.sidecar.url);
    first.send(startOfUpload);
    await Bun.sleep(2 * halfStepMs - 400);
    using second = await openConnection(world.sidecar.url);
    second.send(startOfUpload);
    await Bun.sleep(800);
    expect(second.closed).toBe(false);
    await until(() => second.closed, "the silent connection is closed", 20_000);
  });

  test("runs again when the answer has been sent", async () => {
    await using world = await startImpatient();
    using connection = await openConnection(world.sidecar.url);
    connection.send(`GET /residency HTTP/1.1\r\nHost: sidecar\r\nX-API-Key: ${testKey}\r\n\r\n`);
    await until(() => connection.statuses().length === 1);
    expect(connection.closed).toBe(false);
    await until(() => connection.closed, "the connection is closed", 20_000);
  });
});
