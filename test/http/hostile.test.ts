import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { childrenOf } from "../support/child-processes.ts";
import { untilNothingIsLeft } from "../support/left-behind.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { openConnection, type RawConnection } from "../support/raw-connection.ts";
import { scan } from "../support/scan.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { testKey } from "../support/sidecar.ts";
import { type SidecarWithOllama, startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";

setDefaultTimeout(30_000);

const typed = buildPdf([{ kind: "text", lines: Array(6).fill("A typed page with quite enough characters on it.") }]);
const head = `Host: localhost\r\nX-API-Key: ${testKey}\r\n`;
const json = `${head}Content-Type: application/json\r\n`;
const form = `${head}Content-Type: multipart/form-data; boundary=x\r\n`;

/** A request with a JSON body; `start` is its request line, with or without more. */
const withoutHost = (start: string, body: string) =>
  `${start}\r\n${json.replace("Host: localhost\r\n", "")}Content-Length: ${body.length}\r\n\r\n${body}`;

let world: SidecarWithOllama;
const connections: RawConnection[] = [];
beforeAll(async () => {
  const variables = {
    BODY_TIMEOUT_SECONDS: "0.5",
    IDLE_TIMEOUT_SECONDS: "1",
    MAX_UPLOAD_MB: "1",
    OCR_PAGE_CACHE_MB: "0",
  };
  world = await startWithOllama({ pageDelayMs: 20 }, variables);
});
afterEach(async () => {
  for (const connection of connections.splice(0)) connection.hangUp();
  await untilNothingIsLeft(() => world.sidecar.call("/residency"));
  expect((await world.sidecar.upload(typed)).status).toBe(200);
});
afterAll(() => world[Symbol.asyncDispose]());

async function open(bytes: string | Uint8Array): Promise<RawConnection> {
  const connection = await openConnection(world.sidecar.url);
  connections.push(connection);
  connection.send(bytes);
  return connection;
}

const part = (disposition: string, body: string | Uint8Array) =>
  Buffer.concat([
    Buffer.from(`--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n`, "latin1"),
    typeof body === "string" ? Buffer.from(body) : body,
    Buffer.from("\r\n"),
  ]);
const filePart = part('name="file"; filename="../../etc/passwd"', typed);
const end = Buffer.from("--x--\r\n");

async function postForm(...parts: Uint8Array[]) {
  const headers = { "Content-Type": "multipart/form-data; boundary=x" };
  const response = await world.sidecar.call("/ocr-upload", { method: "POST", headers, body: Buffer.concat(parts) });
  return { status: response.status, ...(await response.json()) };
}

async function postJson(body: string, headers: Record<string, string> = {}) {
  const all = { "Content-Type": "application/json", ...headers };
  const response = await world.sidecar.call("/ocr", { method: "POST", headers: all, body });
  return { status: response.status, ...(await response.json()) };
}

describe("a request line or header", () => {
  test.each([
    ["an absolute target", `GET http://elsewhere.example/health HTTP/1.1\r\n${head}\r\n`, 200],
    ["no Host, as HTTP/1.0 allows", "GET /health HTTP/1.0\r\n\r\n", 200],
    ["no Host, with a body", withoutHost("POST /ocr HTTP/1.0", '{"pdfPath":"/etc/passwd"}'), 403],
    ["no Host, with a body for retrieval", withoutHost("POST /embed HTTP/1.0", '{"texts":[]}'), 200],
    ["an empty Host, with a body", withoutHost("POST /ocr HTTP/1.1\r\nHost:", '{"pdfPath":"/etc/passwd"}'), 400],
    ["a Host without its end, with a body", withoutHost("POST /ocr HTTP/1.1\r\nHost: [", '{"pdfPath":"/x"}'), 400],
    ["a Host of an impossible port", withoutHost("POST /ocr HTTP/1.1\r\nHost: a:99999", '{"pdfPath":"/x"}'), 400],
    ["a Host that is none, with a body", withoutHost("POST /ocr HTTP/1.1\r\nHost: a b/[", '{"pdfPath":"/x"}'), 400],
    ["no Host in HTTP/1.1", "GET /health HTTP/1.1\r\n\r\n", 400],
    ["an encoded slash", `POST /ocr%2fupload HTTP/1.1\r\n${head}Content-Length: 0\r\n\r\n`, 404],
    ["an encoded letter, which is the letter", `GET /%68ealth HTTP/1.1\r\n${head}\r\n`, 200],
    ["percent signs without a meaning", `GET /%zz%ff%c0%af HTTP/1.1\r\n${head}\r\n`, 404],
    ["dots", `GET /docs/../residency HTTP/1.1\r\nHost: localhost\r\n\r\n`, 401],
    ["an encoded NUL and line break", `GET /a%00b%0d%0ac HTTP/1.1\r\n${head}\r\n`, 404],
    ["a NUL", `GET /a\0b HTTP/1.1\r\n${head}\r\n`, 505],
    ["a URL of 10,000 bytes", `GET /${"a".repeat(10_000)} HTTP/1.1\r\n${head}\r\n`, 404],
    ["a URL of 100,000 bytes", `GET /${"a".repeat(100_000)} HTTP/1.1\r\n${head}\r\n`, 431],
    ["a header of 100,000 bytes", `GET /health HTTP/1.1\r\n${head}X-A: ${"a".repeat(100_000)}\r\n\r\n`, 431],
    ["5,000 headers", `GET /health HTTP/1.1\r\n${head}${"X-A: b\r\n".repeat(5000)}\r\n`, 431],
    ["HEAD", `HEAD /health HTTP/1.1\r\n${head}\r\n`, 200],
    ["HEAD where only POST is", `HEAD /ocr HTTP/1.1\r\n${head}\r\n`, 405],
    ["OPTIONS", `OPTIONS /ocr HTTP/1.1\r\n${head}\r\n`, 405],
    ["OPTIONS of everything", `OPTIONS * HTTP/1.1\r\n${head}\r\n`, 400],
    ["TRACE", `TRACE /ocr HTTP/1.1\r\n${head}\r\n`, 405],
    ["another protocol", "\x16\x03\x01\x02\0\x01\0\x01\xfc\r\n\r\n", 400],
    ["two lengths", `POST /ocr HTTP/1.1\r\n${json}Content-Length: 2\r\nContent-Length: 3\r\n\r\n{} `, 400],
    [
      "a length and chunks",
      `POST /ocr HTTP/1.1\r\n${json}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      400,
    ],
    ["a negative length", `POST /ocr HTTP/1.1\r\n${json}Content-Length: -1\r\n\r\n`, 400],
    ["a length beyond all bounds", `POST /ocr HTTP/1.1\r\n${json}Content-Length: 99999999999999999999\r\n\r\n`, 400],
    ["a length of 9 GB", `POST /ocr-upload HTTP/1.1\r\n${form}Content-Length: 9999999999\r\n\r\n`, 413],
    ["a length above the limit", `POST /ocr-upload HTTP/1.1\r\n${form}Content-Length: 5000000\r\n\r\n`, 413],
    ["chunks that are none", `POST /ocr HTTP/1.1\r\n${json}Transfer-Encoding: chunked\r\n\r\nzz\r\n{}`, 400],
    [
      "a transfer encoding nobody knows",
      `POST /ocr HTTP/1.1\r\n${json}Transfer-Encoding: xchunked\r\n\r\n2\r\n{}\r\n0\r\n\r\n`,
      400,
    ],
  ])("with %s is answered", async (_, bytes, status) => {
    const connection = await open(bytes);
    await until(() => connection.statuses().length > 0);
    expect(connection.statuses()[0]).toBe(status);
  });

  test("in a pipeline behind others that are answered at once is answered in its turn", async () => {
    const connection = await open(
      ["/health", "/nothing", "/health"].map((path) => `GET ${path} HTTP/1.1\r\n${head}\r\n`).join(""),
    );
    await until(() => connection.statuses().length === 3);
    expect(connection.statuses()).toEqual([200, 404, 200]);
    expect(connection.closed).toBe(false);
  });

  test("in a pipeline behind one that is still worked on ends both, and the connection", async () => {
    const { fake } = world;
    const before = fake.pages.length;
    fake.fail("hang", { times: 1 });
    const body = Buffer.concat([part('name="file"', scan(1, crypto.randomUUID())), end]);
    const connection = await open(`POST /ocr-upload HTTP/1.1\r\n${form}Content-Length: ${body.length}\r\n\r\n`);
    connection.send(body);
    await until(() => fake.pages.length > before);
    connection.send(`GET /health HTTP/1.1\r\n${head}\r\n`);
    await until(() => connection.closed);
    expect(connection.received).toBe("");
    await until(() => fake.pages.slice(before).every(({ outcome }) => outcome !== "running"));
    fake.clearFaults();
  });
});

describe("a body", () => {
  test.each(["/ocr", "/ocr-upload"])(
    "that comes byte by byte at %s is 408 in time, and the connection is closed",
    async (path) => {
      const type = path === "/ocr" ? json : form;
      const connection = await open(`POST ${path} HTTP/1.1\r\n${type}Content-Length: 100000\r\n\r\n--x\r\n`);
      const drip = setInterval(() => connection.send(" "), 20);
      await until(() => connection.closed);
      clearInterval(drip);
      expect(connection.statuses()).toEqual([408]);
      expect(connection.received).toContain('"code":"body_timeout"');
    },
  );

  test.each(["/ocr", "/ocr-upload"])("that never comes at %s is 408", async (path) => {
    const connection = await open(`POST ${path} HTTP/1.1\r\n${path === "/ocr" ? json : form}Content-Length: 9\r\n\r\n`);
    await until(() => connection.closed);
    expect(connection.statuses()).toEqual([408]);
  });

  test("without an end is cut at the limit", async () => {
    const connection = await open(`POST /ocr-upload HTTP/1.1\r\n${form}Transfer-Encoding: chunked\r\n\r\n`);
    const piece = Buffer.concat([Buffer.from("10000\r\n"), Buffer.alloc(0x10000, "x"), Buffer.from("\r\n")]);
    const start = part('name="file"', "");
    connection.send(Buffer.concat([Buffer.from(`${start.length.toString(16)}\r\n`), start, Buffer.from("\r\n")]));
    for (let sent = 0; sent < 64 && connection.statuses().length === 0; sent += 1) {
      connection.send(piece);
      await Bun.sleep(1);
    }
    await until(() => connection.statuses().length > 0 || connection.closed);
    expect(connection.statuses()).toEqual([413]);
  });

  test("whose last line break comes late is a whole one", async () => {
    const body = Buffer.concat([filePart, end]);
    const connection = await open(`POST /ocr-upload HTTP/1.1\r\n${form}Content-Length: ${body.length}\r\n\r\n`);
    connection.send(body.subarray(0, -2));
    await Bun.sleep(50);
    connection.send(body.subarray(-2));
    await until(() => connection.statuses().length > 0);
    expect(connection.statuses()).toEqual([200]);
  });

  test.each(["gzip", "br", "x-unknown"])("that is encoded as %s is refused as such", async (encoding) => {
    expect(await postJson("{}", { "Content-Encoding": encoding })).toMatchObject({
      status: 415,
      code: "unsupported_media_type",
    });
  });
});

describe("a JSON body", () => {
  const deep = (open: string, close: string) => open.repeat(100_000) + close.repeat(100_000);
  test.each([
    [
      "100,000 arrays in each other",
      `{"pdfPath": "/x", "keep_alive": null, "other": ${deep("[", "]")}}`,
      403,
      "path_outside_base",
    ],
    ["deep tags", `{"pdfPath": "/x", "dmsTags": ${deep("[", "]")}}`, 400, "invalid_request"],
    [
      "deep parameters",
      `{"pdfPath": "/x", "runtimeParams": ${deep('{"a":', "}").replace(":}", ":1}")}}`,
      400,
      "invalid_request",
    ],
    ["a million brackets", "[".repeat(1_000_000), 400, "invalid_json"],
    ["1e999", '{"pdfPath": "/x", "runtimeParams": {"temperature": 1e999}}', 400, "invalid_request"],
    ["-1e999 pages", '{"pdfPath": "/x", "maxPages": -1e999}', 400, "invalid_request"],
    ["NaN", '{"pdfPath": "/x", "maxPages": NaN}', 400, "invalid_json"],
    ["a lone surrogate as path", '{"pdfPath": "BASE/\\ud800"}', 404, "file_not_found"],
    ["a lone surrogate as tag", '{"pdfPath": "/x", "dmsTags": ["\\udc00"]}', 400, "invalid_request"],
    ["a lone surrogate as engine", '{"pdfPath": "/x", "engine": "\\ud800"}', 400, "invalid_request"],
    ["a prototype", '{"__proto__": {"pdfPath": "/x"}}', 400, "invalid_request"],
    [
      "a prototype among the parameters",
      '{"pdfPath": "/x", "runtimeParams": {"__proto__": {}}}',
      400,
      "invalid_request",
    ],
    ["a list", "[]", 400, "invalid_request"],
    ["null", "null", 400, "invalid_request"],
    ["bytes that are no UTF-8", "\xff\xfe", 400, "invalid_json"],
    ["keys that come twice", '{"pdfPath": "/etc/passwd", "pdfPath": 5}', 400, "invalid_request"],
  ])("with %s is answered", async (_, body, status, code) => {
    expect(await postJson(body.replace("BASE", world.sidecar.base))).toMatchObject({ status, code });
  });

  test("with thousands of faults is answered with a few", async () => {
    const keys = Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`unknown${index}`, 1]));
    const answer = await postJson(JSON.stringify({ pdfPath: "/x", runtimeParams: keys }));
    expect(answer).toMatchObject({ status: 400, code: "invalid_request" });
    expect(JSON.stringify(answer).length).toBeLessThan(20_000);
  });

  test("with a lone surrogate in the prompt reaches the model as text", async () => {
    await Bun.write(`${world.sidecar.base}/scan.pdf`, scan(1, "surrogate"));
    const body = { pdfPath: `${world.sidecar.base}/scan.pdf`, systemPrompt: "before \ud800 after" };
    expect((await world.sidecar.post("/ocr", body)).status).toBe(200);
  });
});

describe("a form", () => {
  const field = (name: string, value: string | Uint8Array = "x") => part(`name="${name}"`, value);
  test.each([
    ["10,000 fields", () => Array.from({ length: 10_000 }, (_, index) => field(`field${index}`)), 400],
    ["a field twice", () => [filePart, field("engine", "auto"), field("engine", "auto")], 400],
    ["a field that is no UTF-8", () => [filePart, field("engine", Buffer.from([0xff, 0x80]))], 400],
    ["an encoded lone surrogate", () => [filePart, field("systemPrompt", Buffer.from([0xed, 0xa0, 0x80]))], 400],
    ["a name that is no UTF-8", () => [filePart, field("\xff\xfe")], 400],
    ["a field of a prototype's name", () => [filePart, field("__proto__", '{"engine": "x"}')], 200],
    ["a part without a header", () => [filePart, Buffer.from("--x\r\n\r\n\r\nbody\r\n")], 200],
    ["a header of 20,000 bytes", () => [filePart, field("a".repeat(20_000))], 400],
    ["no file", () => [field("engine", "auto")], 400],
    ["a NUL in a field", () => [filePart, field("engine", "auto\0")], 400],
    ["an infinite number", () => [filePart, field("temperature", "1e999")], 400],
  ])("with %s is answered", async (_, parts, status) => {
    expect(await postForm(...parts(), end)).toMatchObject({ status });
  });

  test("with more than 1 MiB of text is too large, whatever its file", async () => {
    const answer = await postForm(
      field("dmsTags", "[".repeat(700_000)),
      field("systemPrompt", "x".repeat(700_000)),
      end,
    );
    expect(answer).toMatchObject({ status: 413, code: "body_too_large" });
  });

  test("with something behind its end is a form", async () => {
    expect(await postForm(filePart, end, Buffer.alloc(200_000, "junk"))).toMatchObject({ status: 200 });
  });

  test.each(["", "text/plain", "multipart/form-data", "multipart/form-data; boundary=", "multipart/mixed; boundary=x"])(
    "declared as %p is refused",
    async (type) => {
      const headers: Record<string, string> = type === "" ? {} : { "Content-Type": type };
      const body = Buffer.concat([filePart, end]);
      const response = await world.sidecar.call("/ocr-upload", { method: "POST", headers, body });
      expect(response.status).toBe(400);
    },
  );
});

describe("a connection that stalls", () => {
  const seconds = 1000;
  test("is closed before, in and after a request, within some 11 s", async () => {
    const silent = await open("");
    const inHeader = await open("GET /health HTTP/1.1\r\nHost: localhos");
    const dripping = await open("GET /health HTTP/1.1\r\nX-A: ");
    const drip = setInterval(() => dripping.send("a"), 200);
    const afterHealth = await open(`GET /health HTTP/1.1\r\n${head}\r\n`);
    const body = Buffer.concat([filePart, end]);
    const afterUpload = await open(`POST /ocr-upload HTTP/1.1\r\n${form}Content-Length: ${body.length}\r\n\r\n`);
    afterUpload.send(body);
    await until(() => afterUpload.statuses().length === 1);
    const all = { silent, inHeader, dripping, afterHealth, afterUpload };
    await until(() => Object.values(all).every(({ closed }) => closed), "all are closed", 20 * seconds).finally(() =>
      clearInterval(drip),
    );
    expect(afterUpload.statuses()).toEqual([200]);
  });
});

describe("a client that hangs up", () => {
  const pdfProcess = async () => {
    let pid = 0;
    await until(async () => {
      const { components } = await (await world.sidecar.call("/ready")).json();
      const programs = await childrenOf(process.pid);
      pid = programs.find(({ command }) => command.includes("pdf/engine/program.ts"))?.pid ?? 0;
      return pid !== 0 && components.pdfWorkers.reason === undefined;
    }, "the PDF process is up");
    return pid;
  };
  const isOpening = async () => {
    const { pdfWorkers } = await (await world.sidecar.call("/residency")).json();
    return pdfWorkers.busy === 1;
  };
  const upload = (accept: string) => {
    const body = Buffer.concat([part('name="file"', scan(3, crypto.randomUUID())), end]);
    const headers = `${form}${accept}Content-Length: ${body.length}\r\n\r\n`;
    return { body, request: Buffer.concat([Buffer.from(`POST /ocr-upload HTTP/1.1\r\n${headers}`), body]) };
  };

  test.each([
    ["in the request line", 5],
    ["in the header", 60],
    ["before the body", -1],
    ["in the body", -500],
    ["before the last byte", -2],
  ])("%s leaves nothing behind", async (_, cut) => {
    const { request, body } = upload("");
    const at = cut === -1 ? request.length - body.length : cut;
    const connection = await open(request.subarray(0, at));
    await Bun.sleep(30);
    connection.hangUp();
  });

  test.each(["", "Accept: text/event-stream\r\n"])(
    "while the document is opened, with %p, leaves nothing behind",
    async (accept) => {
      const before = world.fake.pages.length;
      // Whatever is opened takes as long as it must.
      process.kill(await pdfProcess(), "SIGSTOP");
      const connection = await open(upload(accept).request);
      await until(isOpening, "the document is being opened");
      connection.hangUp();
      await untilNothingIsLeft(() => world.sidecar.call("/residency"));
      expect(world.fake.pages).toHaveLength(before);
    },
  );

  test.each(["", "Accept: text/event-stream\r\n"])("while a page is read, with %p, stops the page", async (accept) => {
    const { fake } = world;
    const before = fake.pages.length;
    fake.fail("hang", { times: 1 });
    const connection = await open(upload(accept).request);
    await until(() => fake.pages.length > before);
    connection.hangUp();
    await until(() => fake.pages.slice(before).every(({ outcome }) => outcome !== "running"));
    fake.clearFaults();
  });

  test("is no error of the service, wherever it waited", async () => {
    await using service = await startServiceProcess({ OLLAMA_API_URL: world.fake.url });
    // A service that is not ready says so aloud when it is asked.
    await until(async () => {
      const { pdfWorkers } = await (await fetch(`${service.url}/residency`)).json();
      return pdfWorkers.ready > 0;
    }, "documents can be opened");
    const requests = [
      `POST /ocr HTTP/1.1\r\n${json}Content-Length: 5000\r\n\r\n{"pdfPath":`,
      `GET /residency HTTP/1.1\r\n${head}\r\n`,
      `GET /ready HTTP/1.1\r\n${head}\r\n`,
      upload("").request,
    ];
    for (const request of requests) {
      // Long enough to keep the request waiting, should it ask.
      for (const path of ["/api/ps", "/api/tags", "/api/version"]) world.fake.fail("hang", { path });
      const connection = await openConnection(service.url);
      connection.send(request);
      await Bun.sleep(50);
      connection.hangUp();
      await Bun.sleep(50);
      world.fake.clearFaults();
    }
    await untilNothingIsLeft(() => fetch(`${service.url}/residency`));
    // That it is not ready while Ollama is silent or documents cannot be opened yet is said whoever has asked.
    const said = service.output().split("\n");
    expect(said.filter((line) => line !== "" && !line.includes('"path":"/ready"'))).toEqual([]);
  });

  test("in the middle of the JSON body leaves nothing behind", async () => {
    const connection = await open(`POST /ocr HTTP/1.1\r\n${json}Content-Length: 5000\r\n\r\n{"pdfPath":`);
    await Bun.sleep(30);
    connection.hangUp();
  });
});
