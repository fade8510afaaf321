import { type FaultKind, faultKinds } from "../../test/support/fake-ollama/faults.ts";
import { mutateBytes } from "./documents.ts";
import { type FuzzRequest, makeRequest } from "./endpoints.ts";
import { createRandom, type Random, seedOfCase } from "./random.ts";

/** Everything about one case: what is sent, how, and what goes wrong meanwhile. */
export interface FuzzCase {
  index: number;
  request: FuzzRequest;
  /** Bytes that go over a socket as they are, instead of the request. */
  raw?: Uint8Array<ArrayBuffer>;
  /** Milliseconds after which the client hangs up. */
  hangUpAfterMs?: number;
  /** Milliseconds that the client waits before it reads each piece of the answer. */
  readPauseMs?: number;
  /** What Ollama does wrong at the next page. */
  fault?: FaultKind;
}

export interface CaseOptions {
  seed: number;
  key: string;
  base: string;
}

/** The case of this number; the same arguments give the same case. */
export function makeCase(index: number, { seed, key, base }: CaseOptions): FuzzCase {
  const random = createRandom(seedOfCase(seed, index));
  const request = withHeaders(random, makeRequest(random, base), key);
  const fuzzCase: FuzzCase = { index, request };
  if (random.percent(12)) fuzzCase.fault = random.pick(faultKinds);
  if (random.percent(5)) fuzzCase.hangUpAfterMs = random.int(150);
  else if (random.percent(4)) fuzzCase.readPauseMs = random.int(100);
  else if (random.percent(8)) fuzzCase.raw = mutateBytes(random, wireBytes(request));
  return fuzzCase;
}

function withHeaders(random: Random, request: FuzzRequest, key: string): FuzzRequest {
  const headers: Record<string, string> = { ...request.headers };
  if (!random.percent(3)) headers["X-API-Key"] = random.percent(2) ? "wrong" : key;
  if (random.percent(15)) headers.Accept = "text/event-stream";
  if (random.percent(3)) headers["X-Request-Timeout"] = random.pick(["0.01", "2", "0", "soon", "1e9"]);
  if (random.percent(2)) headers["X-Request-Id"] = random.pick(["mine", "x".repeat(200), "a b"]);
  if (random.percent(1)) headers["Content-Encoding"] = random.pick(["gzip", "identity", "br"]);
  if (random.percent(2))
    headers["Content-Type"] = random.pick(["text/plain", "multipart/form-data", "application/json"]);
  if (random.percent(4)) Object.assign(headers, browserHeaders(random));
  const method = random.percent(2)
    ? random.pick(["PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "POST"])
    : request.method;
  const changed = { ...request, method, headers };
  if (method === "GET" || method === "HEAD") delete changed.body;
  return changed;
}

/** What a browser says of the page that made it ask. */
function browserHeaders(random: Random): Record<string, string> {
  const all = {
    "Sec-Fetch-Site": random.pick(["cross-site", "same-site", "same-origin", "none", "", "cross-site, none"]),
    Origin: random.pick([
      "https://evil.example",
      "null",
      "http://127.0.0.1",
      "http://[::1]:1",
      "x".repeat(5000),
      "://",
    ]),
    Host: random.pick(["evil.example", "localhost", "[::1]", "127.0.0.1:1", "a..b", "ocr-sidecar:8765"]),
  };
  return Object.fromEntries(Object.entries(all).filter(() => random.percent(60)));
}

function wireBytes({ method, path, headers, body = "" }: FuzzRequest): Uint8Array {
  const bytes = Buffer.from(body);
  const lines = Object.entries({ Host: "sidecar", ...headers, "Content-Length": String(bytes.length) });
  const head = `${method} ${path} HTTP/1.1\r\n${lines.map(([name, value]) => `${name}: ${value}\r\n`).join("")}\r\n`;
  return Buffer.concat([Buffer.from(head), bytes]);
}
