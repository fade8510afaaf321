import { afterAll, afterEach, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { createSidecarClient } from "../../src/client.ts";
import { type Balancer, startBalancer } from "../support/balancer.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { freePort } from "../support/free-port.ts";
import { findOptionalProgram } from "../support/optional-program.ts";
import { paddedPdf } from "../support/padded-pdf.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { testKey } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

const program = findOptionalProgram("haproxy", "sidecars behind a balancer");
const mebibyte = 1024 * 1024;
const typed = [{ kind: "text", lines: Array(6).fill("A typed page with quite enough characters on it.") }] as const;

describe.skipIf(program === undefined)("behind HAProxy", () => {
  const fakes: FakeOllama[] = [];
  const sidecars: ServiceProcess[] = [];
  const closing = new AsyncDisposableStack();
  let balancer: Balancer;

  beforeAll(async () => {
    for (let count = 0; count < 2; count += 1) fakes.push(closing.use(await FakeOllama.start({ dripMs: 100 })));
    const started = fakes.map((fake) =>
      startServiceProcess({
        OLLAMA_API_URL: fake.url,
        OCR_SIDECAR_AUTH: "api-key",
        OCR_SIDECAR_API_KEY: testKey,
        PDF_WORKERS: "1",
      }),
    );
    for (const sidecar of await Promise.all(started)) sidecars.push(closing.use(sidecar));
    for (const { url } of sidecars) await until(async () => (await fetch(`${url}/ready`)).ok, "the sidecar is ready");
    balancer = closing.use(await startBalancer({ program: program ?? "", sidecars }));
  });
  afterEach(() => {
    for (const fake of fakes) fake.clearFaults();
  });
  afterAll(() => closing.disposeAsync());

  const pagesRead = () => fakes.map((fake) => fake.pages.length);
  const call = (path: string, init: RequestInit & { headers?: Record<string, string> } = {}) =>
    fetch(balancer.url + path, { ...init, headers: { "X-API-Key": testKey, ...init.headers } });
  const upload = (file: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}, signal?: AbortSignal) => {
    const body = new FormData();
    body.set("file", new Blob([file]));
    return call("/ocr-upload", { method: "POST", body, headers, ...(signal && { signal }) });
  };
  const named = (file: Uint8Array) => ({ "X-Document-Sha256": createHash("sha256").update(file).digest("hex") });
  const sidecarOf = (response: Response) => response.headers.get("X-Sidecar") ?? "none";

  describe("a document that comes again", () => {
    const documents = ["a", "b", "c", "d"].map((name) => scan(1, name));

    test("goes by its name to the sidecar that has read it, which answers from memory", async () => {
      const before = pagesRead();
      const first = await Promise.all(documents.map((file) => upload(file, named(file))));
      const texts = await Promise.all(first.map((response) => response.text()));
      const read = pagesRead();
      expect(read.every((count, index) => count > (before[index] ?? 0))).toBeTrue();
      for (const [index, file] of documents.entries()) {
        // Twice, because in turns every second one would go there by chance.
        for (const again of [await upload(file, named(file)), await upload(file, named(file))]) {
          expect(sidecarOf(again)).toBe(sidecarOf(first[index] ?? again));
          expect((await again.json()).text).toBe(JSON.parse(texts[index] ?? "").text);
        }
      }
      const client = createSidecarClient({ baseUrl: balancer.url, apiKey: testKey });
      for (const file of documents) await client.ocrUpload({ file });
      expect(pagesRead()).toEqual(read);
    });

    test("without a name goes where there is least to do, known or not", async () => {
      const file = scan(1, "without a name");
      const answers = [await upload(file), await upload(file)];
      expect(answers.map(({ status }) => status)).toEqual([200, 200]);
      expect(new Set(answers.map(sidecarOf)).size).toBe(2);
    });

    test("by its path goes to the same sidecar, whatever else is asked for", async () => {
      const ask = (name: string, fields = {}) =>
        call("/ocr", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ ...fields, pdfPath: `/mnt/uploads/${name}.pdf` }),
        });
      const prompt = "อ่านข้อความทั้งหมด".repeat(500);
      for (const name of ["one", "สอง", "three"]) {
        const first = await ask(name);
        expect(await first.json()).toMatchObject({ code: "path_outside_base" });
        for (const fields of [{ pages: "1" }, { systemPrompt: prompt }]) {
          expect(sidecarOf(await ask(name, fields))).toBe(sidecarOf(first));
        }
      }
    });

    test("does not join a crowd while others have nothing to do", async () => {
      const file = scan(1, "everybody's");
      const last = await upload(file, named(file));
      for (const fake of fakes) fake.fail("drip", { times: 20 });
      const left = new AbortController();
      const crowd = Array.from({ length: 14 }, (_, index) =>
        upload(scan(1, `crowd ${index}`), named(file), left.signal).catch(() => undefined),
      );
      let waiting: number[] = [];
      await until(async () => {
        waiting = await Promise.all(sidecars.map(documentsWaiting));
        return waiting.reduce((sum, count) => sum + count) === crowd.length;
      });
      const crowded = waiting[sidecars.findIndex((_, index) => `sidecar-${index + 1}` === sidecarOf(last))] ?? 0;
      expect(crowded).toBeGreaterThan(crowd.length / 2);
      expect(crowded).toBeLessThan(crowd.length);

      // Who hangs up is not worked for, behind the balancer either.
      left.abort();
      await Promise.all(crowd);
      await until(async () => (await Promise.all(sidecars.map(documentsWaiting))).every((count) => count === 0));
    });
  });

  test("what is silent for longer than the balancer waits for others is waited for", async () => {
    // The times of the shipped file, shortened; one sidecar each, so that neither waits for the other's page.
    const replaced = { "timeout client 60s": "timeout client 6s" };
    await using impatient = await startBalancer({ program: program ?? "", sidecars: sidecars.slice(0, 1), replaced });
    await using streaming = await startBalancer({
      program: program ?? "",
      sidecars: sidecars.slice(1),
      // Of a stream of events the sidecar, too, may be expected to say something.
      replaced: { ...replaced, "timeout server 3700s": "timeout server 6s" },
    });
    for (const fake of fakes) fake.fail("drip");
    const startedMs = performance.now();
    const client = createSidecarClient({ baseUrl: streaming.url, apiKey: testKey, retry: { maxAttempts: 1 } });
    const body = new FormData();
    body.set("file", new Blob([scan(1, "plain")]));
    const plain = fetch(`${impatient.url}/ocr-upload`, { method: "POST", headers: { "X-API-Key": testKey }, body });
    const answers = await Promise.all([
      client.ocrUpload({ file: scan(1, "stream") }),
      plain.then((response) => response.json()),
    ]);
    expect(performance.now() - startedMs).toBeGreaterThan(6500);
    expect(answers).toMatchObject([{ pageCount: 1 }, { pageCount: 1 }]);
  });

  test("50 MB pass through it and not into its memory", async () => {
    const file = paddedPdf(typed, 50 * mebibyte);
    await upload(buildPdf(typed));
    const before = await balancer.peakResidentBytes();
    const answers = await Promise.all([upload(file), upload(file)]);
    expect(await Promise.all(answers.map((response) => response.json()))).toMatchObject([
      { pageCount: 1 },
      { pageCount: 1 },
    ]);
    expect((await balancer.peakResidentBytes()) - before).toBeLessThan(8 * mebibyte);
  });

  test("a refusal reaches who is still sending", async () => {
    const file = paddedPdf(typed, 20 * mebibyte);
    const refused = await upload(file, { "X-API-Key": "wrong" });
    expect([refused.status, await refused.json()]).toMatchObject([401, { code: "unauthorized" }]);
  });

  test("whoever lives says why nobody can embed, and still reads", async () => {
    const answer = await call("/embed", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"text": "a"}',
    });
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: "model_unavailable" }]);
    expect(sidecarOf(answer)).toStartWith("sidecar-");
  });

  test("what is about one sidecar is not asked of any", async () => {
    for (const path of ["/metrics", "/activity", "/residency", "/console", "/console/app.js"]) {
      const answer = await call(path);
      expect([path, answer.status, await answer.json()]).toMatchObject([path, 404, { code: "not_found" }]);
    }
    expect((await call("/health")).status).toBe(200);
  });

  test("a request has one id on both sides", async () => {
    const made = (await call("/health")).headers.get("X-Request-Id") ?? "none";
    expect(made).toMatch(/^[0-9a-f-]{36}$/);
    await until(() => balancer.log().includes(made));
    expect((await call("/health", { headers: { "X-Request-Id": "mine-1" } })).headers.get("X-Request-Id")).toBe(
      "mine-1",
    );
  });

  test("where one cannot be reached another gets the request, and the caller sees nothing of it", async () => {
    const gone = { url: `http://127.0.0.1:${await freePort()}` };
    await using halved = await startBalancer({ program: program ?? "", sidecars: [gone, ...sidecars.slice(1)] });
    // Then requests go to whoever lives, without a look at who does.
    await until(() => halved.log().includes("'retrieval' has no server available"), "nobody can embed");
    const embed = () =>
      fetch(`${halved.url}/embed`, {
        method: "POST",
        headers: { "X-API-Key": testKey, "Content-Type": "application/json" },
        body: '{"text": "a"}',
      });
    // Connections that failed are counted, with a plus where another sidecar took over.
    await until(async () => {
      const answer = await embed();
      expect([await answer.json(), sidecarOf(answer)]).toMatchObject([{ code: "model_unavailable" }, "sidecar-2"]);
      return /any\/sidecar-2 .*\/\+1 \d/.test(halved.log());
    });
  });

  test("where nobody can be reached the answer has the form of all errors and says when to come back", async () => {
    const nobody = [{ url: `http://127.0.0.1:${await freePort()}` }];
    await using alone = await startBalancer({ program: program ?? "", sidecars: nobody });
    const client = createSidecarClient({ baseUrl: alone.url, retry: { maxAttempts: 1 } });
    const [answer, fault] = await Promise.all([
      fetch(`${alone.url}/ocr-upload`, { method: "POST", body: "x" }),
      client.embed({ text: "a" }).catch((error: unknown) => error),
    ]);
    expect([answer.status, await answer.json()]).toMatchObject([503, { code: "no_sidecar" }]);
    expect(fault).toMatchObject({ code: "no_sidecar", status: 503, retryable: true, retryAfterSeconds: 5 });
  });

  async function documentsWaiting({ url }: ServiceProcess): Promise<number> {
    const text = await (await fetch(`${url}/metrics`, { headers: { "X-API-Key": testKey } })).text();
    return Number(/^sidecar_queue_documents (\d+)$/m.exec(text)?.[1]);
  }
});
