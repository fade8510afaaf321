import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { FakeOllama } from "../support/fake-ollama.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { type ServiceProcess, startServiceProcess } from "../support/service-process.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const opened: AsyncDisposable[] = [];
afterEach(async () => {
  for (const resource of opened.splice(0).reverse()) await resource[Symbol.asyncDispose]();
});

async function start(pageDelayMs: number, graceSeconds: number) {
  const fake = await FakeOllama.start({ pageDelayMs });
  opened.push(fake);
  const variables = {
    OLLAMA_API_URL: fake.url,
    SHUTDOWN_GRACE_SECONDS: String(graceSeconds),
    OCR_ACTIVE_PROFILE: "deep-analysis",
  };
  const service = await startServiceProcess(variables);
  opened.push(service);
  return { fake, service };
}

function upload(service: ServiceProcess, pages: number, { signal } = new AbortController()) {
  const form = new FormData();
  form.set("file", new Blob([scan(pages)]));
  return fetch(`${service.url}/ocr-upload`, { method: "POST", body: form, signal });
}

describe("SIGTERM", () => {
  test("refuses new work, lets the running document finish, unloads the model and ends with 0", async () => {
    const { fake, service } = await start(300, 30);
    const running = upload(service, 3);
    await until(() => fake.pages.length === 1);
    process.kill(service.pid, "SIGTERM");
    await until(() => fake.pages.length === 2);
    const refused = await upload(service, 1);
    expect({ status: refused.status, code: (await refused.json()).code }).toEqual({
      status: 503,
      code: "shutting_down",
    });
    expect(refused.headers.get("Retry-After")).not.toBeNull();
    expect((await fetch(`${service.url}/ready`)).status).toBe(503);
    expect((await fetch(`${service.url}/health`)).status).toBe(200);
    const finished = await running;
    expect((await finished.json()).pageCount).toBe(3);
    expect(await service.exited).toBe(0);
    expect(fake.isLoaded("np-dms-ocr:latest")).toBe(false);
  });

  test("sends a large answer to its end", async () => {
    const { service } = await start(0, 30);
    const lines = Array.from(
      { length: 60 },
      (_, line) => `${line}: the contractor shall submit the drawings for approval.`,
    );
    const form = new FormData();
    form.set("file", new Blob([buildPdf(Array.from({ length: 400 }, () => ({ kind: "text", lines }) as const))]));
    form.set("includePages", "true");
    const answer = fetch(`${service.url}/ocr-upload`, { method: "POST", body: form });
    await until(async () => (await (await fetch(`${service.url}/residency`)).text()).includes('"inFlight":1'));
    process.kill(service.pid, "SIGTERM");
    const body = await (await answer).json();
    expect(body.pages).toHaveLength(400);
    expect(await service.exited).toBe(0);
  });

  test("unloads the model that waits for a caller who gave up to come again", async () => {
    const { fake, service } = await start(300, 30);
    const caller = new AbortController();
    const left = upload(service, 1, caller).catch((error: unknown) => error);
    await until(() => fake.pages.length === 1);
    caller.abort();
    await left;
    const queue = async () => (await (await fetch(`${service.url}/residency`)).json()).queue;
    await until(async () => {
      const { documents, runningPages } = await queue();
      return documents + runningPages === 0;
    });
    expect(fake.isLoaded("np-dms-ocr:latest")).toBe(true);
    process.kill(service.pid, "SIGTERM");
    expect(await service.exited).toBe(0);
    expect(fake.isLoaded("np-dms-ocr:latest")).toBe(false);
  });

  test("aborts what does not finish within the grace time, says so, and still ends with 0", async () => {
    const { fake, service } = await start(60_000, 0.3);
    const running = upload(service, 1);
    await until(() => fake.pages.length === 1);
    process.kill(service.pid, "SIGTERM");
    const response = await running;
    expect({ status: response.status, code: (await response.json()).code }).toEqual({
      status: 503,
      code: "shutting_down",
    });
    expect(await service.exited).toBe(0);
    expect(fake.pages[0]?.outcome).toBe("aborted");
    await until(() => !fake.isLoaded("np-dms-ocr:latest"));
  });
});
