import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { type BrowserFacts, objectionTo } from "../../src/http/access/browser-rules.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { openConnection } from "../support/raw-connection.ts";
import { startSidecar, type TestSidecar } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const hosts = new Set(["ocr-sidecar", "box"]);
const says = (facts: Partial<BrowserFacts>): BrowserFacts => ({
  host: "127.0.0.1:8765",
  origin: undefined,
  fetchSite: undefined,
  contentType: undefined,
  ...facts,
});

describe("in network mode", () => {
  test.each<[string, Partial<BrowserFacts>]>([
    ["a backend that says nothing of itself", {}],
    ["the alias of the service", { host: "ocr-sidecar:8765" }],
    ["a name in capitals, with a dot at its end", { host: "OCR-Sidecar.:8765" }],
    ["localhost", { host: "localhost:8765" }],
    ["an IPv6 address", { host: "[::1]:8765" }],
    ["no Host at all", { host: undefined }],
    ["a page of the service itself", { origin: "http://127.0.0.1:8765", fetchSite: "same-origin" }],
    ["a page of the service behind a proxy of a known name", { host: "10.0.0.5:8765", origin: "https://box" }],
    ["a page on the default port", { host: "box", origin: "http://box:80" }],
    ["a page on the default port of an address", { host: "10.0.0.5:80", origin: "http://10.0.0.5" }],
    ["a page on the default port of https", { host: "10.0.0.5:443", origin: "https://10.0.0.5" }],
    ["an address that a person typed", { fetchSite: "none" }],
  ])("passes %s", (_what, facts) => {
    expect(objectionTo(says(facts), { mode: "network", hosts })).toBeUndefined();
  });

  test.each<[string, Partial<BrowserFacts>, string]>([
    ["a page of another site", { fetchSite: "cross-site" }, "other sites"],
    ["a page of another port of the same machine", { fetchSite: "same-site" }, "other sites"],
    ["a form of another site in an old browser", { origin: "https://evil.example" }, "other sites"],
    ["another port of the same address", { origin: "http://127.0.0.1:3000" }, "other sites"],
    ["http on the port of https", { host: "10.0.0.5:443", origin: "http://10.0.0.5" }, "other sites"],
    ["a page without an origin of its own", { origin: "null" }, "other sites"],
    ["what is no origin", { origin: "evil" }, "other sites"],
    ["a name that was bound to this address", { host: "evil.example:8765" }, "OCR_ALLOWED_HOSTS"],
    ["a page of such a name", { host: "evil.example", origin: "http://evil.example" }, "OCR_ALLOWED_HOSTS"],
    ["a name that only ends like a known one", { host: "not-ocr-sidecar" }, "OCR_ALLOWED_HOSTS"],
  ])("refuses %s", (_what, facts, why) => {
    expect(objectionTo(says(facts), { mode: "network", hosts })).toContain(why);
  });
});

describe("in key mode", () => {
  test.each<[string, Partial<BrowserFacts>, boolean]>([
    ["any name", { host: "anything.example" }, true],
    [
      "a form of its own page",
      { origin: "http://127.0.0.1:8765", contentType: "multipart/form-data; boundary=x" },
      true,
    ],
    [
      "a form of another site",
      { origin: "https://evil.example", contentType: "multipart/form-data; boundary=x" },
      false,
    ],
    ["text of another site", { origin: "https://evil.example", contentType: "text/plain" }, false],
    [
      "JSON of another site, which its browser has asked for",
      { origin: "https://a.example", contentType: "application/json" },
      true,
    ],
  ])("%s is judged by its origin alone", (_what, facts, passes) => {
    expect(objectionTo(says(facts), { mode: "api-key", hosts }) === undefined).toBe(passes);
  });
});

describe("the service in network mode", () => {
  let sidecar: TestSidecar;
  beforeAll(async () => {
    sidecar = await startSidecar({ OCR_SIDECAR_AUTH: "network", OCR_ALLOWED_HOSTS: "ocr-sidecar,desk" });
  });
  afterAll(() => sidecar[Symbol.asyncDispose]());

  const pdf = buildPdf([{ kind: "text", lines: Array(9).fill("A typed page that is read from its text layer.") }]);
  const statusAt = async (host: string, path: string) => {
    using connection = await openConnection(sidecar.url);
    connection.send(`GET ${path} HTTP/1.1\r\nHost: ${host}\r\nConnection: close\r\n\r\n`);
    await until(() => connection.statuses().length === 1);
    return connection.statuses()[0];
  };

  test("reads no form that a page of another site has posted", async () => {
    const response = await sidecar.upload(pdf, {}, { headers: { "Sec-Fetch-Site": "cross-site" } });
    expect(response.status).toBe(403);
    expect(await response.json()).toMatchObject({ code: "origin_not_allowed" });
    expect((await sidecar.upload(pdf, {}, { headers: { "Sec-Fetch-Site": "same-origin" } })).status).toBe(200);
  });

  test("answers under the names that it is given, and to no other but where nothing is secret", async () => {
    const statuses = await Promise.all([
      statusAt("desk", "/residency"),
      statusAt("evil.example", "/residency"),
      statusAt("evil.example", "/health"),
    ]);
    expect(statuses).toEqual([200, 403, 200]);
  });
});
