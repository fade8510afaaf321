import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { FakeOllama } from "../support/fake-ollama.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Each test starts programs.
setDefaultTimeout(30_000);

const cli = resolve(import.meta.dir, "../../src/cli.ts");
const typed = (name: string) =>
  buildPdf([{ kind: "text", lines: [name, ...Array(5).fill("This page has quite enough characters on it.")] }]);

const busyAnswers = 5;
const busy = { asked: 0 };
const busyService = Bun.serve({
  port: 0,
  hostname: "127.0.0.1",
  fetch: () => {
    busy.asked += 1;
    return busy.asked > busyAnswers
      ? Response.json({ results: [], device: "cpu" })
      : Response.json({ code: "retrieval_busy", detail: "Busy." }, { status: 503 });
  },
});

let folder: string;
let fake: FakeOllama;
let sidecar: TestSidecar;
/** Waits for 8 to 16 s in all, in which the other tests have their turn. */
let patientRun: ReturnType<typeof run>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "cli-process-"));
  fake = await FakeOllama.start();
  sidecar = await startSidecar({ OLLAMA_API_URL: fake.url, MAX_UPLOAD_MB: "1" });
  patientRun = run(["embed", "one"], { OCR_SIDECAR_URL: busyService.url.origin });
});
afterAll(async () => {
  await busyService.stop(true);
  await sidecar[Symbol.asyncDispose]();
  await fake.close();
  await rm(folder, { recursive: true, force: true });
});

function start(args: readonly string[], variables: Record<string, string> = {}) {
  const env = {
    PATH: process.env.PATH ?? "",
    OCR_SIDECAR_URL: sidecar.url,
    OCR_SIDECAR_API_KEY: testKey,
    ...variables,
  };
  return Bun.spawn(["bun", cli, ...args], { env, cwd: folder, stdin: "ignore", stdout: "pipe", stderr: "pipe" });
}

async function run(args: readonly string[], variables?: Record<string, string>) {
  const child = start(args, variables);
  const [out, err] = await Promise.all([
    Bun.readableStreamToText(child.stdout),
    Bun.readableStreamToText(child.stderr),
  ]);
  return { exitCode: await child.exited, out, err };
}

async function fill(name: string, files: Record<string, Uint8Array | string>) {
  await mkdir(join(folder, name), { recursive: true });
  for (const [file, content] of Object.entries(files)) await Bun.write(join(folder, name, file), content);
}

const filesIn = async (name: string) => (await readdir(join(folder, name), { recursive: true })).sort();

describe("ocr", () => {
  test("reads what can be read, sums up what cannot, and tries only that again", async () => {
    await fill("mixed", { "a.pdf": typed("First"), "b.pdf": "%PDF-1.7 nothing of use", "c/d.pdf": typed("Second") });
    const first = await run(["ocr", "mixed", "--out", "mixed-texts"]);
    expect(first.exitCode).toBe(1);
    expect(first.out).toContain("2 of 3 documents read: 2 pages");
    expect(first.out).toMatch(/1 failed:\n {2}mixed\/b\.pdf: The document is damaged.*\(request \S+\)/);
    expect(first.err).toContain("read     mixed/a.pdf (1 page");
    expect(await filesIn("mixed-texts")).toEqual([
      "mixed",
      "mixed/a.pdf.json",
      "mixed/a.pdf.md",
      "mixed/c",
      "mixed/c/d.pdf.json",
      "mixed/c/d.pdf.md",
    ]);
    await fill("mixed", { "b.pdf": typed("Repaired") });
    const second = await run(["ocr", "mixed", "--out", "mixed-texts"]);
    expect(second).toMatchObject({ exitCode: 0 });
    expect(second.out).toContain("1 of 3 documents read");
    expect(second.out).toContain("2 were finished earlier.");
  });

  test("documents are read again when they, or the parameters, have changed, or when forced to", async () => {
    await fill("again", { "a.pdf": typed("Old") });
    const read = async (...options: string[]) => {
      const { out } = await run(["ocr", "again", "--out", "again-texts", ...options]);
      return out.startsWith("1 of 1");
    };
    expect(await read()).toBe(true);
    expect(await read()).toBe(false);
    expect(await read("--force")).toBe(true);
    expect(await read("--param", "temperature=0")).toBe(true);
    expect(await read("--param", "temperature=0.0")).toBe(false);
    await fill("again", { "a.pdf": typed("New") });
    expect(await read("--param", "temperature=0")).toBe(true);
    expect(await Bun.file(join(folder, "again-texts/again/a.pdf.md")).text()).toStartWith("New");
  });

  test("hands prompt, tags and parameters to the model", async () => {
    await fill("scans", {
      "a.pdf": buildPdf([{ kind: "scan", lines: ["A scan"] }]),
      "prompt.txt": "You read letters.",
    });
    const options = ["--system-prompt", "scans/prompt.txt", "--tags", "project_code", "--param", "seed=7"];
    expect(await run(["ocr", "scans", "--out", "scan-texts", ...options])).toMatchObject({ exitCode: 0 });
    const page = fake.pages.at(-1);
    expect(page?.system).toBe("You read letters.");
    expect(page?.prompt).toContain("<project_code>");
    expect(page?.options).toEqual({ seed: 7 });
  });

  test("a document that is too large fails alone", async () => {
    await fill("large", { "a.pdf": new Uint8Array(8 * 1024 * 1024).fill(65), "b.pdf": typed("Small") });
    const { exitCode, out } = await run(["ocr", "large", "--out", "large-texts", "--parallel", "1"]);
    expect(exitCode).toBe(1);
    expect(out).toContain("1 of 2 documents read");
    expect(out).toMatch(/large\/a\.pdf: The \w+ is larger than \d MiB\./);
  });

  test("a key that is not accepted ends the run at once", async () => {
    await fill("many", Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`${at}.pdf`, typed(String(at))])));
    const { exitCode, out } = await run(["ocr", "many", "--out", "no-texts", "--parallel", "1"], {
      OCR_SIDECAR_API_KEY: "wrong",
    });
    expect(exitCode).toBe(1);
    expect(out).toContain("0 of 20 documents read");
    expect(out).toContain("19 were not tried, because the service cannot be used: The API key is not accepted");
  });

  test("a wrong address is told before anything is tried", async () => {
    const { exitCode, err } = await run(["ocr", "many", "--out", "no-texts", "--url", "http://127.0.0.1:1"]);
    expect(exitCode).toBe(1);
    expect(err).toMatch(/^No answer from http:\/\/127\.0\.0\.1:1: \S+\. \(connection_failed\)\n$/);
  });

  test("an interrupt stops the service's work, too, and leaves nothing half-written", async () => {
    await using slow = await FakeOllama.start({ pageDelayMs: 60_000 });
    await using service = await startSidecar({ OLLAMA_API_URL: slow.url });
    await fill("slow", { "a.pdf": buildPdf([{ kind: "scan", lines: ["Slow"] }]) });
    const child = start(["ocr", "slow", "--out", "slow-texts"], { OCR_SIDECAR_URL: service.url });
    await until(() => slow.pages[0]?.outcome === "running", "the page is being read", 20_000);
    child.kill("SIGINT");
    expect(await child.exited).toBe(130);
    expect(await Bun.readableStreamToText(child.stderr)).toContain("the same command goes on from here");
    await until(() => slow.pages[0]?.outcome === "aborted");
    expect(await Bun.file(join(folder, "slow-texts/slow/a.pdf.json")).exists()).toBe(false);
  });

  test("without an address a service is started for the command and ends with it", async () => {
    await fill("alone", { "a.pdf": typed("Alone") });
    const variables = { OCR_SIDECAR_URL: "", OCR_SIDECAR_API_KEY: "", PDF_WORKERS: "1" };
    const { exitCode, out } = await run(["ocr", "alone", "--out", "alone-texts"], variables);
    expect(exitCode).toBe(0);
    expect(out).toContain("1 of 1 document read");
    expect(await Bun.file(join(folder, "alone-texts/alone/a.pdf.md")).text()).toStartWith("Alone");
  });
});

test("help is printed, and a wrong command line has an exit code of its own", async () => {
  expect(await run(["help"])).toMatchObject({ exitCode: 0, out: expect.stringContaining("Usage: bun run sidecar") });
  expect(await run(["ocr", "missing.pdf", "--out", "x"])).toMatchObject({
    exitCode: 2,
    err: expect.stringContaining("missing.pdf cannot be opened"),
  });
  expect((await run(["ready", "--url", "ftp://h"])).exitCode).toBe(2);
});

describe("ready and doctor", () => {
  test("ready shows the components and tells by its exit code", async () => {
    await until(async () => (await sidecar.call("/ready")).ok, "the service is ready");
    const ready = await run(["ready"]);
    expect(ready.exitCode).toBe(0);
    expect(ready.out).toMatch(/^ready {4}ollama: \d/m);
    expect(ready.out).toEndWith("Ready for ocr.\n");
    expect((await run(["ready", "--for", "all"])).exitCode).toBe(1);
  });

  test("doctor finds a sound service sound", async () => {
    const { exitCode, out } = await run(["doctor"]);
    expect(out).not.toContain("PROBLEM");
    expect(exitCode).toBe(0);
    for (const subject of ["reachable", "clock", "access", "Ollama", "OCR model", "upload base", "VRAM by Ollama"]) {
      expect(out).toMatch(new RegExp(`^ok      ${subject}: `, "m"));
    }
  });

  test("doctor reports the retrieval models, too, and asks for them", async () => {
    const asked: string[] = [];
    const proxy = Bun.serve({
      port: 0,
      hostname: "127.0.0.1",
      fetch: ({ url, headers }) => {
        const { pathname, search } = new URL(url);
        asked.push(pathname + search);
        return fetch(sidecar.url + pathname + search, { headers });
      },
    });
    const { out } = await run(["doctor", "--url", proxy.url.origin]);
    await proxy.stop(true);
    expect(asked.sort()).toEqual(["/health", "/ready?for=all", "/residency"]);
    for (const subject of ["embedding model", "reranking model"]) {
      expect(out).toMatch(new RegExp(`^note    ${subject}: is loading`, "m"));
    }
  });

  test("doctor says what to do about a wrong key, and about a stranger at the address", async () => {
    const wrongKey = await run(["doctor"], { OCR_SIDECAR_API_KEY: "wrong" });
    expect(wrongKey.exitCode).toBe(1);
    expect(wrongKey.out).toContain("PROBLEM access: the key is not accepted; set OCR_SIDECAR_API_KEY");
    const stranger = await run(["doctor", "--url", fake.url]);
    expect(stranger.exitCode).toBe(1);
    expect(stranger.out).toContain(`something else answers at ${fake.url}`);
    fake.takeViolations();
  });
});

describe("embed and rerank", () => {
  const bodies: unknown[] = [];
  const keys: (string | null)[] = [];
  const stub = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    routes: {
      "/embed": async (request) => {
        keys.push(request.headers.get("X-API-Key"));
        const { texts }: { texts: string[] } = await request.json();
        bodies.push(texts.length);
        const results = texts.map((text) => ({ dense: [text.length], sparse: { indices: [], values: [] } }));
        return Response.json({ results, device: "cpu" });
      },
      "/rerank": async (request) => {
        bodies.push(await request.json());
        return Response.json({ scores: [-1.25, 3], rankedIndices: [1, 0], ranked_indices: [1, 0], device: "cpu" });
      },
    },
  });
  const at = { OCR_SIDECAR_URL: stub.url.origin };
  afterAll(() => stub.stop(true));

  test("embed prints one line of JSON for each text, in batches that services take", async () => {
    const texts = Array.from({ length: 70 }, (_, at) => "x".repeat(at + 1));
    const { exitCode, out } = await run(["embed", ...texts], at);
    expect(exitCode).toBe(0);
    const lines = out.trim().split("\n");
    expect(lines.map((line) => JSON.parse(line).dense[0])).toEqual(texts.map(({ length }) => length));
    expect(bodies.splice(0)).toEqual([32, 32, 6]);
  });

  test("embed takes the lines of standard input", async () => {
    const env = { PATH: process.env.PATH ?? "", ...at };
    const child = Bun.spawn(["bun", cli, "embed"], { env, stdin: new Blob(["one\r\n\n two\n"]), stdout: "pipe" });
    expect((await Bun.readableStreamToText(child.stdout)).trim().split("\n")).toHaveLength(2);
    bodies.splice(0);
  });

  test.each(["a,b", "a\r\nb\r\n", "\n,a\n", "# of 2026, from the vault\n a \nb"])(
    "of the keys in a file, %j, the first is sent",
    async (content) => {
      await fill("keys", { key: content });
      keys.splice(0);
      const { exitCode } = await run(["embed", "one"], {
        ...at,
        OCR_SIDECAR_API_KEY: "",
        OCR_SIDECAR_API_KEY_FILE: join(folder, "keys/key"),
      });
      expect({ exitCode, keys: keys.splice(0) }).toEqual({ exitCode: 0, keys: ["a"] });
      bodies.splice(0);
    },
  );

  test("rerank prints the chunks, best first", async () => {
    const { exitCode, out } = await run(["rerank", "--query", "q", "bad", "good"], at);
    expect({ exitCode, out }).toEqual({ exitCode: 0, out: "   3.000  good\n  -1.250  bad\n" });
    expect(bodies.splice(0)).toEqual([{ query: "q", chunks: ["bad", "good"] }]);
    const json = await run(["rerank", "--query", "q", "bad", "good", "--top", "2", "--json"], at);
    expect(JSON.parse(json.out)).toMatchObject({ rankedIndices: [1, 0], device: "cpu" });
    expect(bodies.splice(0)).toEqual([{ query: "q", chunks: ["bad", "good"], topK: 2 }]);
  });
});

test("a busy service is asked more often than by a backend: again after five busy answers", async () => {
  expect(await patientRun).toMatchObject({ exitCode: 0, err: "" });
  expect(busy.asked).toBe(busyAnswers + 1);
});
