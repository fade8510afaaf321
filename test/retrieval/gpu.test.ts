import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, mkdtempDisposable, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SidecarError } from "../../src/errors.ts";
import type { Answer } from "../../src/retrieval/batching/pending-request.ts";
import { cosine, judgeCanary } from "../../src/retrieval/gpu/canary.ts";
import { type GpuPlan, gpuPlans, type ModelShape } from "../../src/retrieval/gpu/gpu-memory.ts";
import {
  decideGpuKeep,
  decideGpuStart,
  type FreeVram,
  type GpuStartFacts,
} from "../../src/retrieval/gpu/gpu-policy.ts";
import { ModelRunner } from "../../src/retrieval/gpu/model-runner.ts";
import { cudaEnvironment, Retrieval, type RetrievalOptions } from "../../src/retrieval/retrieval.ts";
import { FakeChildren } from "../support/fake-child.ts";
import { writeTinyModel } from "../support/tiny-model.ts";
import { tinyOptions, tinyRetrieval } from "../support/tiny-retrieval.ts";
import { until } from "../support/until.ts";

// Processes start slowly on a busy machine; nothing here measures time.
setDefaultTimeout(60_000);

const never = new AbortController().signal;
const plan = (maxPaddedTokens: number, heldMb: number): GpuPlan => ({
  limits: {
    maxPaddedTokens,
    maxSquaredTokens: maxPaddedTokens * 512,
    maxPaddingTokens: 128,
    maxSmallTokens: maxPaddedTokens,
    lengthMultiple: 1,
  },
  heldMb,
  weightsMb: 2_166,
});
const free = (freeMb: number, spilled = false): FreeVram => ({ known: true, freeMb, spilled });
const unknown: FreeVram = { known: false, why: "nvidia-smi is not there" };

describe("a GPU child is started", () => {
  const room: GpuStartFacts = {
    device: "auto",
    providerPresent: true,
    gpu: { state: "off" },
    nowMs: 100_000,
    vram: free(6_200),
    thresholdMb: 3_000,
    plans: [plan(16_384, 5_000), plan(8_192, 4_000), plan(4_096, 3_200)],
  };
  test.each<[string, Partial<GpuStartFacts>, number | undefined, RegExp]>([
    [
      "with just enough room for the smallest batches",
      {},
      4_096,
      /6200 MB .* free, 6200 are needed for .* 4096 tokens/,
    ],
    ["not with one MB less", { vram: free(6_199) }, undefined, /6199 MB .* free, 6200 are needed/],
    ["with larger batches where there is more room", { vram: free(7_999) }, 8_192, /7000 are needed/],
    ["with the largest batches where there is most", { vram: free(8_000) }, 16_384, /8000 are needed/],
    ["not without the model's files", { plans: [] }, undefined, /files of its model are not there/],
    ["not when the CPU is configured", { device: "cpu" }, undefined, /RETRIEVAL_DEVICE is cpu/],
    ["not without a provider", { providerPresent: false }, undefined, /no CUDA provider/],
    [
      "without a provider when cuda is demanded, to say what is missing",
      { device: "cuda", providerPresent: false },
      4_096,
      /./,
    ],
    ["not when the VRAM is unknown", { vram: unknown }, undefined, /unknown: nvidia-smi/],
    ["not while a model of Ollama's does not fit", { vram: free(9_000, true) }, undefined, /does not fit/],
    ["not twice", { gpu: { state: "starting" } }, undefined, /it is starting/],
    ["not when there is one", { gpu: { state: "ready" } }, undefined, /it is ready/],
    [
      "not while it cools down",
      { gpu: { state: "latched", untilMs: 100_001, why: "it failed" } },
      undefined,
      /it failed/,
    ],
    ["again after that", { gpu: { state: "latched", untilMs: 100_000, why: "it failed" } }, 4_096, /./],
  ])("%s", (_, facts, tokens, reason) => {
    const decision = decideGpuStart({ ...room, ...facts });
    expect(decision.plan?.limits.maxPaddedTokens).toBe(tokens);
    expect(decision.reason).toMatch(reason);
  });
});

describe("a GPU child that lives", () => {
  const calm = { vram: free(3_000), thresholdMb: 3_000, idleMs: 1_000, unusedMs: 999, unknownReadings: 0 };
  test.each([
    ["stays", {}, "keep"],
    ["is killed when free VRAM falls below the threshold", { vram: free(2_999) }, "kill"],
    ["is killed when a model of Ollama's does not fit", { vram: free(9_000, true) }, "kill"],
    ["stays through readings that come to nothing", { vram: unknown, unknownReadings: 4 }, "keep"],
    ["is killed when the VRAM stays unknown", { vram: unknown, unknownReadings: 5 }, "kill"],
    ["is released when nobody used it", { unusedMs: 1_000 }, "release"],
    ["is killed rather than released under pressure", { vram: free(1), unusedMs: 1_000 }, "kill"],
  ] as const)("%s", (_, facts, action) => {
    expect(decideGpuKeep({ ...calm, ...facts }).action).toBe(action);
  });
});

describe("what a GPU child holds at most", () => {
  const bgeM3: ModelShape = { weightsMb: 2_166, dimension: 1024, heads: 16, floatBytes: 4, maxTokens: 512 };
  const held = (shape: Partial<ModelShape>) => gpuPlans({ ...bgeM3, ...shape }).map(({ heldMb }) => heldMb);

  test.each<[string, Partial<ModelShape>, number[]]>([
    ["is more than the 5,822, 4,830 and 4,254 MB that were measured", {}, [6_304, 5_152, 4_576]],
    [
      "is more than the 3,742 and 2,974 MB that were measured where floats are half as long",
      { weightsMb: 1_083, floatBytes: 2 },
      [4_069, 3_493, 3_205],
    ],
    ["counts a text that is longer than a batch: 11,934 MB", { maxTokens: 8_192 }, [12_832, 12_832, 12_832]],
    ["is the runtime's own where the model is small", { weightsMb: 1, dimension: 32, heads: 1 }, [1_939, 1_887, 1_861]],
  ])("%s", (_, shape, expected) => {
    expect(held(shape)).toEqual(expected);
  });
});

test.each([
  [[1, 2], [2, 4], 1],
  [[1, 0], [0, 1], 0],
  [[1, 0], [-1, 0], -1],
  [[1], [1, 1], 0],
  [[0, 0], [0, 0], 0],
])("the cosine of %j and %j is %d", (left, right, expected) => {
  expect(cosine(left, right)).toBeCloseTo(expected, 12);
});

describe("the numbers of a card are those of the CPU", () => {
  const cpu = [0.5, -0.5, 0.5, 0.5];
  test.each<[string, number[], boolean, boolean, RegExp]>([
    ["when they are the same", cpu, true, true, /are those of the CPU/],
    ["when single floats explain what is between them", [0.50001, -0.5, 0.5, 0.5], true, true, /are those/],
    ["not when only TF32 does", [0.5005, -0.5, 0.5, 0.5], true, false, /not those .*off by 5\.0e-4/],
    ["when TF32 is wanted", [0.5005, -0.5, 0.5, 0.5], false, true, /are those/],
    ["not when all are longer by a thousandth", cpu.map((value) => value * 1.001), true, false, /off by 1\.0e-3/],
    ["not when they point elsewhere, whatever is wanted", [0.5, 0.5, 0.5, 0.5], false, false, /cosine 0\.5000/],
    ["not when there are more", [...cpu, 0], false, false, /cosine 0\.0000/],
    ["not when one is none", [Number.NaN, -0.5, 0.5, 0.5], false, false, /cosine 0\.0000/],
  ])("%s", (_, onGpu, exact, passes, reason) => {
    const verdict = judgeCanary(onGpu, cpu, exact);
    expect(verdict.passes).toBe(passes);
    expect(verdict.reason).toMatch(reason);
  });
});

describe("with a card", () => {
  const open: Array<() => Promise<void>> = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((close) => close()));
  });

  async function withCard(overrides: Partial<RetrievalOptions> = {}) {
    const modelDir = await mkdtemp(join(tmpdir(), "tiny-models-"));
    await writeTinyModel(join(modelDir, "tiny/embed"), { outputs: "three-headed" });
    await writeTinyModel(join(modelDir, "tiny/rerank"), { outputs: "logits" });
    const children = new FakeChildren();
    const card = { vram: free(16_000), readings: 0 };
    const retrieval = await Retrieval.start({
      ...tinyOptions(modelDir),
      device: "auto",
      providerPresent: true,
      watchGpuEveryMs: 5,
      startChild: children.start,
      readFreeVram: () => {
        card.readings += 1;
        return Promise.resolve(card.vram);
      },
      ...overrides,
    });
    open.push(async () => {
      await retrieval.close(AbortSignal.abort());
      await rm(modelDir, { recursive: true, force: true });
    });
    return { retrieval, children, card, modelDir };
  }

  const device = async (retrieval: Retrieval) => (await retrieval.embedder.embed(["pump"], never)).device;
  const gpu = (retrieval: Retrieval) => retrieval.status().embedder.gpu;
  /** Asks for something, until the next request is one for the GPU. */
  const reachGpu = async (retrieval: Retrieval) => {
    await device(retrieval);
    await until(() => gpu(retrieval).state === "ready", "the GPU child is ready");
  };

  test("the first request runs on the CPU and starts a child, the next ones run there", async () => {
    const changes: string[] = [];
    const { retrieval, children, card } = await withCard({
      onGpu: (model, { action, reason }) => changes.push(`${model} ${action}: ${reason}`),
    });
    expect(await device(retrieval)).toBe("cpu");
    await until(() => gpu(retrieval).state === "ready", "the GPU child is ready");
    expect(await device(retrieval)).toBe("cuda");
    expect(gpu(retrieval).reason).toMatch(/^16000 MB of VRAM are free/);
    expect(children.on("cuda")).toHaveLength(1);
    expect(gpu(retrieval).process?.pid).toBe(children.on("cuda")[0]?.pid ?? 0);
    expect(gpu(retrieval).process?.mostMb).toBeGreaterThan(1_000);
    card.vram = free(100);
    await until(() => changes.length === 3, "it has left");
    expect(changes).toEqual([
      expect.stringMatching(/^embed starting: 16000 MB of VRAM are free/),
      "embed ready: its numbers are those of the CPU",
      expect.stringMatching(/^embed left: only 100 MB of VRAM are free/),
    ]);
  });

  test("requests that come together start one child", async () => {
    const { retrieval, children } = await withCard();
    await Promise.all(Array.from({ length: 5 }, () => device(retrieval)));
    await until(() => gpu(retrieval).state === "ready", "the GPU child is ready");
    expect(children.on("cuda")).toHaveLength(1);
    expect(children.started).toHaveLength(2);
  });

  test("a service that stops while the card is read starts no child, and its end is no failure", async () => {
    const reading = Promise.withResolvers<FreeVram>();
    const changes: string[] = [];
    let asked = 0;
    const { retrieval, children } = await withCard({
      readFreeVram: () => {
        asked += 1;
        return reading.promise;
      },
      onGpu: (_, { action }) => changes.push(action),
    });
    expect(await device(retrieval)).toBe("cpu");
    await until(() => asked === 1, "the card is read");
    let isClosed = false;
    const closed = retrieval.close(AbortSignal.abort()).then(() => {
      isClosed = true;
    });
    await Bun.sleep(5);
    expect(isClosed).toBe(false);
    reading.resolve(free(16_000));
    await closed;
    expect([changes, children.on("cuda"), retrieval.status().embedder.gpuFailures]).toEqual([[], [], 0]);
  });

  test("the card is read no more when its child has left", async () => {
    const { retrieval, card } = await withCard();
    await reachGpu(retrieval);
    card.vram = free(100);
    await until(() => gpu(retrieval).state === "latched", "it has left");
    const { readings } = card;
    await Bun.sleep(20);
    expect(card.readings).toBe(readings);
  });

  test("a child that is given up for a request that failed there is not looked after any more", async () => {
    const { retrieval, children, card } = await withCard({ watchGpuEveryMs: 30 });
    await reachGpu(retrieval);
    children.fault = "run";
    expect(await device(retrieval)).toBe("cpu");
    const { readings } = card;
    await Bun.sleep(50);
    expect(card.readings).toBe(readings);
    expect(gpu(retrieval)).toMatchObject({ state: "latched", process: undefined });
    expect(retrieval.status().embedder.gpuFailures).toBe(1);
  });

  test("both models go there, each with a child of its own", async () => {
    const changes: string[] = [];
    const { retrieval, children } = await withCard({
      onGpu: (model, { action }) => changes.push(`${model} ${action}`),
    });
    await retrieval.reranker.rerank("q", ["a", "b"], never);
    await until(() => retrieval.status().reranker.gpu.state === "ready", "the GPU child is ready");
    expect(await retrieval.reranker.rerank("q", ["a", "b"], never)).toMatchObject({ device: "cuda", scores: [97, 98] });
    expect(children.on("cuda").map(({ settings }) => settings?.kind)).toEqual(["rerank"]);
    expect(changes).toEqual(["rerank starting", "rerank ready"]);
    const { embedder, reranker, gpuProcesses } = retrieval.status();
    expect(embedder.gpu.process).toBeUndefined();
    expect(reranker.gpu.process?.mostMb).toBeGreaterThan(1_000);
    expect(gpuProcesses).toEqual([reranker.gpu.process ?? expect.anything()]);
  });

  test("the next batch lies there while one is computed, and what waits is shared between the two", async () => {
    const batches: number[] = [];
    const { retrieval, children } = await withCard({
      onBatch: (_, on, { sequences }) => on === "cuda" && batches.push(sequences),
    });
    await reachGpu(retrieval);
    batches.length = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    children.held = promise;
    const callers = Promise.all(Array.from({ length: 16 }, () => retrieval.embedder.embed(["p".repeat(498)], never)));
    const [child] = children.on("cuda");
    await until(() => child?.batchesAtATime === 2, "two batches are there");
    resolve();
    expect((await callers).map((answer) => answer.device)).toEqual(Array(16).fill("cuda"));
    expect(batches).toEqual([8, 8]);
  });

  test("a few tokens are not parted, and wait for what else comes while a batch is computed", async () => {
    const batches: number[] = [];
    const { retrieval, children } = await withCard({
      onBatch: (_, on, { sequences }) => on === "cuda" && batches.push(sequences),
    });
    await reachGpu(retrieval);
    batches.length = 0;
    const { promise, resolve } = Promise.withResolvers<void>();
    children.held = promise;
    const before = children.on("cuda")[0]?.batches ?? 0;
    const first = retrieval.embedder.embed(["pump"], never);
    await until(() => children.on("cuda")[0]?.batches === before + 1, "the first is computed");
    const tokenised = children.on("cuda")[0]?.tokenised ?? 0;
    const others = Array.from({ length: 4 }, () => retrieval.embedder.embed(["door"], never));
    await until(() => (children.on("cuda")[0]?.tokenised ?? 0) > tokenised, "the others are tokens");
    resolve();
    await Promise.all([first, ...others]);
    expect(batches).toEqual([1, 4]);
    expect(children.on("cuda")[0]?.batchesAtATime).toBe(1);
  });

  test("a batch is told with its model and the device that computed it", async () => {
    const batches: string[] = [];
    const { retrieval } = await withCard({ onBatch: (model, on) => batches.push(`${model} on ${on}`) });
    await retrieval.embedder.embed(["pump"], never);
    await retrieval.reranker.rerank("q", ["a"], never);
    expect(batches).toContain("embed on cpu");
    await until(() => {
      const { embedder, reranker } = retrieval.status();
      return embedder.gpu.state === "ready" && reranker.gpu.state === "ready";
    }, "both have compared their numbers");
    batches.length = 0;
    await retrieval.reranker.rerank("q", ["a"], never);
    expect(batches).toEqual(["rerank on cuda"]);
  });

  test.each(["load", "wrong numbers", "rounded numbers", "run", "crash"] as const)(
    "a child that fails its start (%s) serves nobody and is not tried again for a minute",
    async (fault) => {
      const { retrieval, children } = await withCard();
      children.fault = fault;
      expect(await device(retrieval)).toBe("cpu");
      await until(() => gpu(retrieval).state === "latched", "the failure is known");
      expect(gpu(retrieval).reason).not.toBe("");
      expect(await device(retrieval)).toBe("cpu");
      expect(children.on("cuda")).toHaveLength(1);
      expect(children.on("cuda").every(({ alive }) => !alive)).toBe(true);
    },
  );

  test.each([
    ["where TF32 is wanted", { tf32: true }],
    ["where the operator sets it", { childEnvironment: { NVIDIA_TF32_OVERRIDE: "1" } }],
  ] as const)("rounded numbers are served %s", async (_, options) => {
    const { retrieval, children } = await withCard(options);
    children.fault = "rounded numbers";
    await reachGpu(retrieval);
    expect(await device(retrieval)).toBe("cuda");
  });

  test("rounded numbers are served where the weights are half floats anyway", async () => {
    const { retrieval, children, modelDir } = await withCard({
      embed: { model: "tiny/embed", sparseHead: "heads/sparse_linear.pt", dtype: "fp16", maxTokens: 512 },
    });
    await writeTinyModel(join(modelDir, "tiny/embed"), { outputs: "three-headed", file: "onnx/model_fp16.onnx" });
    children.fault = "rounded numbers";
    await reachGpu(retrieval);
    expect(await device(retrieval)).toBe("cuda");
  });

  test.each([
    ["auto", ["cpu"]],
    ["cuda", ["cpu", "cuda"]],
  ] as const)(
    "both models are loaded before anybody asks for them, RETRIEVAL_DEVICE being %s",
    async (wanted, devices) => {
      const { retrieval, children } = await withCard({ preload: true, device: wanted });
      await until(() => children.started.filter(({ settings }) => settings !== undefined).length >= 2 * devices.length);
      const { embedder, reranker } = retrieval.status();
      expect([embedder.cpu.state, reranker.cpu.state]).toEqual(["ready", "ready"]);
      await Bun.sleep(10);
      for (const kind of ["embed", "rerank"] as const) {
        const loaded = children.started.flatMap(({ settings }) => (settings?.kind === kind ? settings.device : []));
        expect(loaded.toSorted()).toEqual([...devices]);
      }
    },
  );

  test("what waits and runs there is counted beside what does on the CPU, and finished before the end", async () => {
    const { retrieval, children } = await withCard();
    await reachGpu(retrieval);
    const { promise, resolve } = Promise.withResolvers<void>();
    children.held = promise;
    const before = children.on("cuda")[0]?.batches ?? 0;
    const answer = retrieval.embedder.embed(["pump", "door", "wall"], never);
    await until(() => children.on("cuda")[0]?.batches === before + 1, "it is computed");
    expect(retrieval.status().embedder).toMatchObject({ device: "cuda", requests: 1, texts: 0 });
    const waiting = retrieval.embedder.embed(["pump", "door"], never);
    await until(() => retrieval.status().embedder.texts === 2);
    expect(retrieval.status().embedder.requests).toBe(2);
    const closed = retrieval.close(never);
    resolve();
    expect((await answer).device).toBe("cuda");
    expect((await waiting).results).toHaveLength(2);
    await closed;
    expect(children.started.filter(({ alive }) => alive)).toEqual([]);
  });

  test.each(["run", "crash"] as const)("a request that fails there (%s) is computed on the CPU", async (fault) => {
    const { retrieval, children } = await withCard();
    await reachGpu(retrieval);
    children.fault = fault;
    const answers = await Promise.all(Array.from({ length: 5 }, () => retrieval.embedder.embed(["pump"], never)));
    expect(answers.map((answer) => answer.device)).toEqual(["cpu", "cpu", "cpu", "cpu", "cpu"]);
    await until(() => gpu(retrieval).state === "latched", "it is latched");
    expect(retrieval.status().embedder.gpuFailures).toBe(1);
    expect(children.on("cpu")).toHaveLength(1);
    expect(children.on("cuda").every(({ alive }) => !alive)).toBe(true);
  });

  test.each([
    ["free VRAM is short", free(100)],
    ["a model of Ollama's does not fit", free(16_000, true)],
    ["the VRAM is not known any more", unknown],
  ])("the child is killed when %s, and what it had to do is done by the CPU", async (_, vram) => {
    const { retrieval, children, card } = await withCard();
    await reachGpu(retrieval);
    children.fault = "hang";
    const request = retrieval.embedder.embed(["pump"], never);
    card.vram = vram;
    expect((await request).device).toBe("cpu");
    expect(gpu(retrieval).state).toBe("latched");
    expect(gpu(retrieval).process).toBeUndefined();
    card.vram = free(16_000);
    expect(await device(retrieval)).toBe("cpu");
    expect(children.on("cuda")).toHaveLength(1);
  });

  test("a child that is killed counts as what it holds until it has gone", async () => {
    const { retrieval, children, card } = await withCard();
    await reachGpu(retrieval);
    const { promise, resolve } = Promise.withResolvers<void>();
    children.gone = promise;
    card.vram = free(100);
    await until(() => gpu(retrieval).state === "latched", "the child is killed");
    expect(gpu(retrieval).process?.mostMb).toBeGreaterThan(1_000);
    resolve();
    await until(() => gpu(retrieval).process === undefined, "its memory is free");
  });

  test("a child that was given up does not come back for a minute", async () => {
    const clock = { ms: 1000 };
    const { retrieval, children } = await withCard({ now: () => clock.ms });
    await reachGpu(retrieval);
    children.fault = "run";
    await device(retrieval);
    children.fault = "none";
    clock.ms += 59_999;
    await device(retrieval);
    await Bun.sleep(5);
    expect([gpu(retrieval).state, children.on("cuda").length]).toEqual(["latched", 1]);
    clock.ms += 1;
    await device(retrieval);
    await until(() => gpu(retrieval).state === "ready", "another is ready");
  });

  test("a child that hangs costs its request the limit, and is given up", async () => {
    const { retrieval, children } = await withCard({ timeoutMs: 100 });
    await reachGpu(retrieval);
    children.fault = "hang";
    const fault = await retrieval.embedder.embed(["pump"], never).catch((error: unknown) => error);
    expect(fault).toMatchObject({ code: "retrieval_timeout" });
    await until(() => gpu(retrieval).state === "latched", "it is given up");
    expect(await device(retrieval)).toBe("cpu");
  });

  test("an unused child is released, and started again on demand", async () => {
    const clock = { ms: 0 };
    const { retrieval, children } = await withCard({ gpuIdleMs: 1000, now: () => clock.ms });
    await reachGpu(retrieval);
    clock.ms = 1000;
    await until(() => gpu(retrieval).state === "off", "it is released");
    expect(children.on("cuda").every(({ alive }) => !alive)).toBe(true);
    expect(retrieval.status().embedder.gpuFailures).toBe(0);
    expect(await device(retrieval)).toBe("cpu");
    await until(() => gpu(retrieval).state === "ready", "another is ready");
    expect(children.on("cuda")).toHaveLength(2);
  });

  test("a child lives through unknown readings that a known one interrupts", async () => {
    let readings = 0;
    const readFreeVram = () => {
      readings += 1;
      return Promise.resolve(readings % 5 === 0 ? free(16_000) : unknown);
    };
    const { retrieval, children } = await withCard({ readFreeVram });
    // The first reading decides on the start and must be known.
    readings = 4;
    await reachGpu(retrieval);
    await until(() => readings > 30, "there were many readings");
    expect(gpu(retrieval).state).toBe("ready");
    expect(children.on("cuda").map(({ alive }) => alive)).toEqual([true]);
  });

  test("a child is started only when the one before it has gone, for until then that holds its memory", async () => {
    const clock = { ms: 0 };
    const { retrieval, children } = await withCard({ gpuIdleMs: 1000, now: () => clock.ms });
    await reachGpu(retrieval);
    const { promise, resolve } = Promise.withResolvers<void>();
    children.gone = promise;
    clock.ms = 1000;
    await until(() => gpu(retrieval).state === "off", "it is released");
    await device(retrieval);
    await until(() => gpu(retrieval).state === "starting", "another is wanted");
    await Bun.sleep(20);
    expect(children.started).toHaveLength(2);
    resolve();
    await until(() => gpu(retrieval).state === "ready", "the other is ready");
    expect(children.started).toHaveLength(3);
  });

  test("a child that proves itself for longer than it may be idle is not released for that", async () => {
    const clock = { ms: 0 };
    const { retrieval, children, card } = await withCard({ gpuIdleMs: 1000, now: () => clock.ms });
    card.vram = free(100);
    await device(retrieval);
    const { promise, resolve } = Promise.withResolvers<void>();
    children.held = promise;
    card.vram = free(16_000);
    const request = device(retrieval);
    await until(() => children.on("cuda")[0]?.batches === 1, "it computes the fixed texts");
    clock.ms = 1000;
    resolve();
    await request;
    await until(() => gpu(retrieval).state === "ready", "it has proved itself");
    const before = card.readings;
    await until(() => card.readings > before + 5, "it was looked at");
    expect(gpu(retrieval).state).toBe("ready");
  });

  test("a request that takes longer than a child may be idle keeps its child", async () => {
    const clock = { ms: 0 };
    const { retrieval, children, card } = await withCard({ gpuIdleMs: 1000, now: () => clock.ms });
    await reachGpu(retrieval);
    const { promise, resolve } = Promise.withResolvers<void>();
    children.held = promise;
    const request = retrieval.embedder.embed(["pump"], never);
    clock.ms = 2000;
    const before = card.readings;
    await until(() => card.readings > before + 20, "it was looked at for longer than that");
    expect(gpu(retrieval).state).toBe("ready");
    resolve();
    expect((await request).device).toBe("cuda");
  });

  test("without room no child is started, and the reason is there", async () => {
    const { retrieval, children, card } = await withCard();
    card.vram = free(3_500);
    await device(retrieval);
    await until(() => card.readings > 0 && gpu(retrieval).reason.includes("free"), "it was considered");
    expect(children.on("cuda")).toHaveLength(0);
    expect(gpu(retrieval)).toMatchObject({ state: "off", reason: expect.stringContaining("3500 MB of VRAM are free") });
  });

  test("a caller that goes away while its request is there is not computed again", async () => {
    const { retrieval, children } = await withCard();
    await reachGpu(retrieval);
    children.fault = "hang";
    const caller = new AbortController();
    const request = retrieval.embedder.embed(["pump"], caller.signal).catch((error: unknown) => error);
    const before = children.on("cpu")[0]?.batches;
    caller.abort(new Error("gone"));
    expect(await request).toEqual(new Error("gone"));
    expect(children.on("cpu")[0]?.batches).toBe(before ?? 0);
  });
});

describe("a request that fails on the GPU", () => {
  const answered: Answer<string> = { results: ["r"], tokens: [1], truncated: [false], waitedMs: 1, computedMs: 2 };
  async function submit(fault: Error, signal: AbortSignal, isStillReady = true) {
    const failures: string[] = [];
    const places: unknown[] = [];
    const place = {};
    const failing = { submit: () => Promise.reject(fault) };
    let looked = 0;
    const runner = new ModelRunner<string>(
      "model",
      {
        submit: async (_group, _signal, given) => {
          places.push(given);
          return answered;
        },
      },
      {
        get ready() {
          looked += 1;
          return looked === 1 || isStillReady ? failing : undefined;
        },
        consider: async () => undefined,
        fail: (why) => void failures.push(why),
      },
    );
    const answer = await runner.submit({ texts: ["a"] }, signal, place).catch((error: unknown) => error);
    if (places.length > 0) expect(places).toEqual([place]);
    return { answer, failures };
  }
  const onCpu = { ...answered, device: "cpu" };

  test("is computed on the CPU in its place, and the GPU is given up", async () => {
    expect(await submit(new Error("broken"), never)).toEqual({ answer: onCpu, failures: ["broken"] });
    const lost = new SidecarError("internal_error", "died");
    expect(await submit(lost, never)).toEqual({ answer: onCpu, failures: ["died"] });
  });

  test("of a child that has left meanwhile gives no other up", async () => {
    expect(await submit(new Error("broken"), never, false)).toEqual({ answer: onCpu, failures: [] });
  });

  test.each(["retrieval_busy", "retrieval_timeout", "shutting_down"] as const)(
    "because of what would be no different on the CPU is refused: %s",
    async (code) => {
      const fault = new SidecarError(code, "no");
      expect(await submit(fault, never)).toEqual({ answer: fault, failures: [] });
    },
  );

  test("of a caller who has gone is not computed again", async () => {
    const fault = new Error("gone");
    expect(await submit(fault, AbortSignal.abort(fault))).toEqual({ answer: fault, failures: [] });
  });
});

describe("models whose files come later", () => {
  test("are found when they are looked for again, both, and are told as missing meanwhile", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "later-models-"));
    const children = new FakeChildren();
    const clock = { ms: 1_000_000 };
    const retrieval = await Retrieval.start({
      ...tinyOptions(folder.path),
      startChild: children.start,
      preload: true,
      now: () => clock.ms,
    });
    const states = () => {
      const { embedder, reranker } = retrieval.status();
      return [embedder.cpu.state, reranker.cpu.state];
    };
    await until(() => states().every((state) => state === "missing"));
    await writeTinyModel(join(folder.path, "tiny/embed"), { outputs: "three-headed" });
    await writeTinyModel(join(folder.path, "tiny/rerank"), { outputs: "logits" });
    retrieval.lookAgain();
    clock.ms += 2_000;
    retrieval.lookAgain();
    expect(states()).toEqual(["missing", "missing"]);
    await until(() => states().every((state) => state === "ready"));
    await retrieval.close(AbortSignal.abort());
    expect(states()).toEqual(["gone", "gone"]);
  });

  test("are not loaded because somebody looks, where nobody has wanted them", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "later-models-"));
    const retrieval = await Retrieval.start({ ...tinyOptions(folder.path), startChild: new FakeChildren().start });
    retrieval.lookAgain();
    expect(retrieval.status().embedder.cpu.state).toBe("idle");
    await retrieval.close(AbortSignal.abort());
  });
});

test("on a machine without CUDA the demand for it is a readable failure, and the CPU answers", async () => {
  const service = await tinyRetrieval({ device: "cuda", readFreeVram: () => Promise.resolve(free(16_000)) });
  try {
    expect((await service.retrieval.embedder.embed(["x"], never)).device).toBe("cpu");
    const { gpu } = service.retrieval.status().embedder;
    if (gpu.state === "ready") return;
    await until(() => service.retrieval.status().embedder.gpu.state === "latched", "it failed");
    const { reason } = service.retrieval.status().embedder.gpu;
    expect(reason).toMatch(/Failed to load .*libonnxruntime_providers_\w+\.so/);
    expect(reason).not.toContain("/");
    expect(reason).not.toContain("\u001b");
    expect((await service.retrieval.embedder.embed(["x"], never)).device).toBe("cpu");
  } finally {
    await service.close();
  }
});

describe("the environment of an inference process", () => {
  const given = { PATH: "/bin" };
  test.each([
    [
      "counts cards as nvidia-smi and is exact",
      given,
      false,
      { CUDA_DEVICE_ORDER: "PCI_BUS_ID", NVIDIA_TF32_OVERRIDE: "0" },
    ],
    ["is fast where that is asked for", given, true, { CUDA_DEVICE_ORDER: "PCI_BUS_ID" }],
    [
      "leaves to the operator what that sets",
      { ...given, CUDA_DEVICE_ORDER: "FASTEST_FIRST", NVIDIA_TF32_OVERRIDE: "1" },
      false,
      { CUDA_DEVICE_ORDER: "FASTEST_FIRST", NVIDIA_TF32_OVERRIDE: "1" },
    ],
  ])("%s", (_, childEnvironment, tf32, expected) => {
    expect(cudaEnvironment({ childEnvironment, tf32 })).toEqual({ PATH: "/bin", ...expected });
  });
});
