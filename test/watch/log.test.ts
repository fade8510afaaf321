import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { LogRecord } from "@logtape/logtape";
import { jsonLine, readableLine } from "../../src/watch/log.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { until } from "../support/until.ts";

// A process of its own on a busy machine of two cores.
setDefaultTimeout(30_000);

/** Ends of lines and starts of terminal commands, as various readers see them. */
const hostile = "a\nb\r\u2028\u2029\u0085\u001b[31m\u009b31m\u007f\u202e\u2066\u200f\"'";

const record = (properties: Record<string, unknown>, message = "Request finished"): LogRecord => ({
  category: ["sidecar", "http"],
  level: "info",
  timestamp: 0,
  rawMessage: message,
  message: [message],
  properties,
});

describe("a log line", () => {
  test("of JSON is one line of plain characters whatever it holds, and gives the values back", () => {
    const line = jsonLine(record({ path: hostile, pages: { "np-dms-ocr": 2 } }));
    expect(line).toMatch(/^[^\p{Cc}\p{Bidi_Control}\u2028\u2029]+\n$/u);
    expect(JSON.parse(line)).toMatchObject({ level: "INFO", path: hostile, pages: { "np-dms-ocr": 2 } });
  });

  test("of text is one line of plain characters whatever it holds", () => {
    const line = readableLine(record({ status: 200, path: hostile, pages: { "np-dms-ocr": 2 } }));
    expect(line).toMatch(/^[^\p{Cc}\p{Bidi_Control}\u2028\u2029]+\n$/u);
    expect(line).toContain('status=200 path="a\\nb');
    expect(line).toContain('pages={"np-dms-ocr":2}');
  });

  test("of text says what stands in its message already only once, and quotes what could be misread", () => {
    const told = { ...record({ url: "http://x/", note: 'a"b', blank: "a b" }), rawMessage: "Listening on {url}" };
    const line = readableLine({ ...told, message: ["Listening on ", "http://x/", ""] });
    expect(line.match(/http:\/\/x\//g)).toHaveLength(1);
    expect(line).toContain('note="a\\"b" blank="a b"');
    expect(line).not.toContain("undefined");
  });

  test("shows an error with its stack and its cause", () => {
    const error = new Error("it broke", { cause: new TypeError("inside") });
    const parsed = JSON.parse(jsonLine(record({ error })));
    expect(parsed.error).toMatchObject({ name: "Error", message: "it broke", cause: { message: "inside" } });
    expect(parsed.error.stack).toContain(import.meta.file);
    const text = readableLine(record({ error }));
    expect(text.split("\n")[0]).toEndWith('error="Error: it broke"');
    expect(text).toContain(import.meta.file);
    expect(text).toContain("inside");
  });

  test("names an error inside a sentence instead of printing braces", () => {
    const error = new TypeError("it broke");
    const message = { ...record({ error }, "It failed: {error}"), message: ["It failed: ", error, ""] };
    expect(JSON.parse(jsonLine(message)).message).toContain("TypeError: it broke");
    expect(readableLine(message).split("\n")[0]).toContain("TypeError: it broke");
  });
});

test("a service without a terminal writes one JSON object a line, with the id of the request", async () => {
  await using service = await startServiceProcess({ LOG_LEVEL: "info" });
  const headers = { "X-Request-Id": "request-1" };
  await fetch(`${service.url}/a%0Ab%E2%80%A8%1B%5B31m?token=secret`, { headers });
  await fetch(`${service.url}/residency`, { headers: { ...headers, Authorization: "Bearer secret" } });
  await until(() => service.output().includes("/residency"));
  const lines = service.output().trim().split("\n");
  expect(lines.join()).not.toContain("secret");
  const requests = lines.map((line) => JSON.parse(line)).filter(({ path }) => path !== undefined);
  expect(requests).toEqual([
    expect.objectContaining({ requestId: "request-1", method: "GET", status: 404, code: "route_not_found" }),
    expect.objectContaining({ requestId: "request-1", method: "GET", status: 200, path: "/residency" }),
  ]);
});
