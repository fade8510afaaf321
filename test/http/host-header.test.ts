import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { isHost } from "../../src/http/access/host-header.ts";
import { openConnection } from "../support/raw-connection.ts";
import { startSidecar, type TestSidecar } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const good = [
  "localhost",
  "LOCALHOST:8765",
  "localhost.",
  "localhost:",
  "ocr_sidecar:1",
  "a-b.example",
  "127.0.0.1:65535",
  "[::1]",
  "[::1]:8765",
  "[::ffff:127.0.0.1]:80",
];

/** None of these may be taken for the name that stands in it. */
const bad = [
  "",
  "localhost, evil.example",
  "localhost,",
  ", localhost",
  "local host",
  "localhost\tx",
  "user@localhost",
  "@localhost",
  "localhost/x",
  "localhost\\x",
  "localhost?x",
  "localhost#x",
  "http://localhost",
  "local%68ost",
  "localhost:abc",
  "localhost:99999",
  "localhost:80:80",
  ":80",
  "[::1",
  "[::1]x",
  "[]",
  "[localhost]",
  "::1",
  "l\u00f6calhost",
];

describe("a Host", () => {
  test.each(good)("may be %j", (host) => expect(isHost(host)).toBe(true));
  test.each(bad)("may not be %j", (host) => expect(isHost(host)).toBe(false));
});

describe.each(["api-key", "network"])("the service in %s mode", (mode) => {
  let sidecar: TestSidecar;
  beforeAll(async () => {
    sidecar = await startSidecar({ OCR_SIDECAR_AUTH: mode });
  });
  afterAll(() => sidecar[Symbol.asyncDispose]());

  const ask = async (start: string, hosts: readonly string[]) => {
    using connection = await openConnection(sidecar.url);
    const headers = hosts.map((host) => `Host: ${host}\r\n`).join("");
    connection.send(Buffer.from(`${start}\r\n${headers}\r\n`, "latin1"));
    await until(() => connection.statuses().length === 1);
    return { status: connection.statuses()[0], received: connection.received };
  };

  test.each(["/health", "/residency"])("answers two Hosts with 400 at %s, whatever they say", async (path) => {
    for (const hosts of [
      ["localhost", "evil.example"],
      ["evil.example", "localhost"],
      ["localhost", "localhost"],
      ["localhost", ""],
      ["", "localhost"],
    ]) {
      const { status, received } = await ask(`GET ${path} HTTP/1.1`, hosts);
      expect({ hosts, status }).toEqual({ hosts, status: 400 });
      expect(received).toContain('"code":"invalid_request"');
    }
  });

  test("answers what is no Host with 400", async () => {
    for (const host of bad) {
      expect({ host, ...(await ask("GET /health HTTP/1.1", [host])) }).toMatchObject({ host, status: 400 });
    }
  });

  test("needs one in HTTP/1.1, and none in HTTP/1.0", async () => {
    expect((await ask("GET /health HTTP/1.1", [])).status).toBe(400);
    expect((await ask("GET /health HTTP/1.0", [])).status).toBe(200);
    expect((await ask("GET /health HTTP/1.0", ["localhost", "evil.example"])).status).toBe(400);
  });

  test.each(good)("answers at %s", async (host) => {
    expect((await ask("GET /health HTTP/1.1", [host])).status).toBe(200);
  });
});
