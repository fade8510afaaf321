import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { faultKinds } from "../support/fake-ollama/faults.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service-process.ts";

setDefaultTimeout(120_000);

const mark = (name: string) => `${name}-${crypto.randomUUID()}`;
const key = mark("key");
const user = mark("user");
/** With characters that are written otherwise in a URL. */
const password = `${mark("pass")}@/:`;
const wrongKey = mark("wrong");
const prompt = mark("prompt");
const documentText = mark("document");
const answerText = mark("answer");

const credentials = [
  key,
  user,
  password,
  encodeURIComponent(password),
  Buffer.from(`${user}:${password}`).toString("base64"),
];

const addressOf = (url: string) => url.replace("//", `//${user}:${encodeURIComponent(password)}@`);

function expectNone(secrets: readonly string[], where: string, text: string): void {
  for (const secret of secrets) {
    const at = text.indexOf(secret);
    if (at >= 0) throw new Error(`a secret stands in ${where}: …${text.slice(Math.max(0, at - 200), at + 60)}…`);
  }
}

/** Everything a caller sees of an answer. */
async function seen(response: Response): Promise<string> {
  return `${response.status} ${JSON.stringify([...response.headers])} ${await response.text()}`;
}

describe.each([
  ["trace", "json"],
  ["trace", "text"],
  ["info", "json"],
  ["info", "text"],
] as const)("at level %s, as %s", (level, format) => {
  let fake: FakeOllama;
  let service: ServiceProcess;
  const answers: string[] = [];

  beforeAll(async () => {
    fake = await FakeOllama.start({
      basicAuth: { user, password },
      dripMs: 200,
      pieceCount: 20,
      answer: () => `# ${answerText}\n\nA page as the model reads it.`,
    });
    service = await startServiceProcess({
      OCR_SIDECAR_AUTH: "api-key",
      OCR_SIDECAR_API_KEY: key,
      OLLAMA_API_URL: addressOf(fake.url),
      LOG_LEVEL: level,
      LOG_FORMAT: format,
      OCR_TIMEOUT: "0.5",
      BODY_TIMEOUT_SECONDS: "0.5",
      MAX_UPLOAD_MB: "1",
      OCR_PAGE_CACHE_MB: "0",
    });
    await driveEverything();
    await service[Symbol.asyncDispose]();
  });
  afterAll(() => fake.stop());

  async function call(path: string, init: RequestInit = {}, given: string | undefined = key): Promise<void> {
    const headers = new Headers(init.headers);
    if (given !== undefined) headers.set("X-API-Key", given);
    answers.push(await seen(await fetch(service.url + path, { ...init, headers })));
  }

  async function upload(file: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}): Promise<void> {
    const form = new FormData();
    form.set("file", new Blob([file]));
    form.set("systemPrompt", prompt);
    await call("/ocr-upload", { method: "POST", body: form, headers });
  }

  async function driveEverything(): Promise<void> {
    for (const path of [
      "/health",
      "/ready",
      "/ready?for=all",
      "/residency",
      "/activity",
      "/metrics",
      "/openapi.json",
      "/docs",
      "/nowhere",
    ]) {
      for (const given of [key, wrongKey, undefined]) await call(path, {}, given);
      await call(path, { method: "POST" });
    }
    await call(`/residency?key=${prompt}`, { headers: { Authorization: `Bearer ${key}` } }, undefined);
    await upload(buildPdf([{ kind: "text", lines: Array(6).fill(documentText) }]));
    await upload(scan(1, "sound"));
    await upload(scan(1, "stream"), { Accept: "text/event-stream" });
    await upload(new Uint8Array(Buffer.from(`no document, but ${documentText}`)));
    await upload(new Uint8Array(Buffer.from(`%PDF-1.7 ${documentText}`)));
    await upload(new Uint8Array(2 * 1024 * 1024));
    const json = { "Content-Type": "application/json" };
    for (const body of [
      JSON.stringify({ pdfPath: "/etc/passwd", systemPrompt: prompt }),
      JSON.stringify({ pdfPath: `${service.base}/none.pdf`, systemPrompt: prompt, engine: "unknown" }),
      JSON.stringify({ pdfPath: 5, systemPrompt: prompt.repeat(1000) }),
      `{"systemPrompt": "${prompt}"`,
    ]) {
      await call("/ocr", { method: "POST", headers: json, body });
    }
    for (const kind of faultKinds) {
      fake.fail(kind, { times: 2 });
      await upload(scan(1, kind));
      fake.clearFaults();
    }
    for (const path of ["/api/ps", "/api/tags", "/api/version"]) {
      for (const kind of ["html", "crash", "reset", "garbage"] as const) {
        fake.fail(kind, { path });
        await call("/residency");
        await upload(scan(1, `${path} ${kind}`));
        fake.clearFaults();
      }
    }
    await fetch(`${service.url}/residency`, { headers: { "X-API-Key": key }, signal: AbortSignal.timeout(1) }).catch(
      () => undefined,
    );
    await fake.stop();
    await upload(scan(1, "unreachable"));
    await call("/residency");
    await call("/ready");
  }

  test("something was driven, and the model was asked with its credentials", () => {
    expect(answers.length).toBeGreaterThan(70);
    expect(fake.pages.length).toBeGreaterThan(faultKinds.length);
    expect(new Set(answers.map((answer) => answer.slice(0, 3)))).toEqual(
      new Set(["200", "400", "401", "403", "404", "405", "413", "415", "422", "502", "503", "504"]),
    );
  });

  test("no answer and no header holds a key or the credentials of Ollama", () => {
    for (const answer of answers) expectNone([...credentials, wrongKey], "an answer", answer);
  });

  test("the log holds none of them", () => {
    expect(service.output()).not.toBeEmpty();
    expectNone([...credentials, wrongKey], "the log", service.output());
  });

  test("the log holds no prompt and no text of a document or of the model above debug", () => {
    const lines = service.output().split("\n");
    const shown = lines.filter((line) => !/"level":"(TRACE|DEBUG)"|^\S+ (trace|debug) /.test(line));
    expect(shown.length).toBeGreaterThan(20);
    expectNone([prompt, documentText, answerText], "the log", shown.join("\n"));
  });
});

test("what a server says that repeats credentials and prompt is neither answered nor logged", async () => {
  const parrot = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      if (request.url.endsWith("/api/tags")) {
        return Response.json({ models: [{ name: "np-dms-ocr:latest", digest: "0".repeat(64), size: 1 }] });
      }
      const sent = (await request.text()).slice(0, 500);
      const said = sent.includes(prompt)
        ? `cannot do ${prompt}, ${request.headers.get("authorization")}`
        : `not you, ${request.headers.get("authorization")} alias ${user}:${password} at ${request.url}`;
      return Response.json({ error: said }, { status: 500 });
    },
  });
  const service = await startServiceProcess({
    OCR_SIDECAR_AUTH: "network",
    OLLAMA_API_URL: addressOf(parrot.url.origin),
    LOG_LEVEL: "info",
  });
  const form = new FormData();
  form.set("file", new Blob([scan(1)]));
  form.set("systemPrompt", prompt);
  const texts = [
    await seen(await fetch(`${service.url}/ocr-upload`, { method: "POST", body: form })),
    await seen(await fetch(`${service.url}/ready`)),
    await seen(await fetch(`${service.url}/residency`)),
    await seen(await fetch(`${service.url}/health`)),
  ];
  await service[Symbol.asyncDispose]();
  await parrot.stop(true);
  expect(texts[0]).toContain("Ollama failed while it read the page");
  for (const text of [...texts, service.output()]) expectNone([...credentials, prompt], "what was said", text);
});

describe("a start that fails", () => {
  const address = addressOf("http://127.0.0.1:1");
  test.each([
    ["an address that is none", { OLLAMA_API_URL: `http://${user}:${encodeURIComponent(password)}@:port` }],
    ["an address of another kind", { OLLAMA_API_URL: address.replace("http", "ftp") }],
    ["an address without a scheme", { OLLAMA_API_URL: `${user}:${password}@127.0.0.1` }],
    ["another variable that is wrong", { OLLAMA_API_URL: address, OCR_TIMEOUT: "soon" }],
    ["a key file that is not there", { OLLAMA_API_URL: address, OCR_SIDECAR_API_KEY_FILE: "/nowhere/key" }],
    ["a prompt file that is not there", { OLLAMA_API_URL: address, OCR_TASK_PROMPT_FILE: "/nowhere/prompt" }],
    ["an address of another machine", { OLLAMA_API_URL: address, OCR_HOST: "203.0.113.1" }],
  ])("for %s shows no secret", (_, variables) => {
    const child = Bun.spawnSync([process.execPath, "src/main.ts"], {
      cwd: join(import.meta.dir, "../.."),
      env: { PATH: "/usr/bin:/bin", OCR_SIDECAR_API_KEY: key, OCR_PORT: "0", LOG_LEVEL: "trace", ...variables },
    });
    expect(child.exitCode).not.toBe(0);
    const output = `${child.stdout}${child.stderr}`;
    expect(output).not.toBeEmpty();
    expectNone(credentials, "the output", output);
  });
});
