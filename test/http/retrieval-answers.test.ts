import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createApp } from "../../src/http/app.ts";
import { Retrieval } from "../../src/retrieval/retrieval.ts";
import { FakeChildren } from "../support/fake-child.ts";
import { testKey } from "../support/sidecar.ts";
import { writeTinyModel } from "../support/tiny-model.ts";
import { tinyOptions } from "../support/tiny-retrieval.ts";
import { until } from "../support/until.ts";
import { wireService } from "../support/wired-service.ts";

// Real processes on a busy machine of two cores.
setDefaultTimeout(30_000);

const opened: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of opened.splice(0).reverse()) await close();
});

/** The service with models that compute nothing, on a card that has room for them. */
async function withCard() {
  const modelDir = await mkdtemp(join(tmpdir(), "tiny-models-"));
  opened.push(() => rm(modelDir, { recursive: true, force: true }));
  await writeTinyModel(join(modelDir, "tiny/embed"), { outputs: "three-headed" });
  const children = new FakeChildren();
  const retrieval = await Retrieval.start({
    ...tinyOptions(modelDir),
    device: "auto",
    providerPresent: true,
    startChild: children.start,
    readFreeVram: () => Promise.resolve({ known: true, freeMb: 16_000, spilled: false }),
  });
  opened.push(() => retrieval.close(AbortSignal.abort()));
  const service = await wireService();
  opened.push(async () => await service[Symbol.asyncDispose]());
  const { embedder, reranker } = retrieval;
  const services = { ...service.services, retrieval: { ...service.services.retrieval, embedder, reranker } };
  const app = createApp(services);
  const embed = async () =>
    await app.request(
      "/embed",
      {
        method: "POST",
        headers: { "Content-Type": "application/json", "X-API-Key": testKey },
        body: JSON.stringify({ text: "pump" }),
      },
      {},
    );
  return { children, embed, retrieval, services };
}

test("the header tells the device that ran, whatever the policy would choose by now", async () => {
  const { embed, retrieval, services } = await withCard();
  expect((await embed()).headers.get("X-Residency-Device")).toBe("cpu");
  await until(() => retrieval.status().embedder.device === "cuda", "the GPU child is ready");
  const response = await embed();
  expect(services.lastResidency().retrieval.device).toBe("cpu");
  expect(response.headers.get("X-Residency-Device")).toBe("cuda");
  expect(await response.json()).toMatchObject({ device: "cuda" });
});

test("a request is counted as work that a stop waits for until it is answered", async () => {
  const { children, embed, services } = await withCard();
  const { promise, resolve } = Promise.withResolvers<void>();
  children.held = promise;
  const response = embed();
  await until(() => children.started[0]?.batches === 1, "it is computed");
  expect(services.inFlight.count).toBe(1);
  resolve();
  expect((await response).status).toBe(200);
  await until(() => services.inFlight.count === 0);
});
