import { expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { availableParallelism, tmpdir, totalmem } from "node:os";
import { join } from "node:path";
import { fileThreads, readFileThreads, readRetrievalEnv } from "../../src/service/env.ts";
import { readMachine } from "../../src/service/machine.ts";
import { aloneOptions } from "../../src/service/retrieval-alone.ts";

/** The machine that these files of a control group tell of. */
async function machineOf(files: Record<string, string>) {
  const root = await mkdtemp(join(tmpdir(), "cgroup-"));
  for (const [name, text] of Object.entries(files)) await Bun.write(join(root, name), text);
  const machine = await readMachine(root);
  await rm(root, { recursive: true });
  return machine;
}

test("the bounds of processes follow from the container, and without one from the machine", async () => {
  const fileThreads = readFileThreads();
  const files = { "cpu.max": "150000 100000\n", "memory.current": "10\n", "memory.max": "2000\n", "memory.stat": "" };
  expect(await machineOf(files)).toEqual({ cpus: 1.5, memoryBytes: 2000, fileThreads });
  const unlimited = { ...files, "cpu.max": "max 100000\n", "memory.max": "max\n" };
  const whole = { cpus: availableParallelism(), memoryBytes: totalmem(), fileThreads };
  expect(await machineOf(unlimited)).toEqual(whole);
  expect(await machineOf({})).toEqual(whole);
});

test.each<[Record<string, string>, number, number]>([
  [{}, 8, 8],
  [{}, 1, 2],
  [{ UV_THREADPOOL_SIZE: "3" }, 8, 3],
  [{ UV_THREADPOOL_SIZE: "64", GOMAXPROCS: "3" }, 8, 64],
  [{ UV_THREADPOOL_SIZE: "", GOMAXPROCS: " 3" }, 8, 3],
  [{ UV_THREADPOOL_SIZE: "many", GOMAXPROCS: "0" }, 8, 2],
  [{ UV_THREADPOOL_SIZE: "2000" }, 8, 1024],
])("with %j and %i cores there are %i threads for files", (variables, cores, threads) => {
  expect(fileThreads(variables, cores)).toBe(threads);
});

test("models that are measured alone are made from the environment, wait for nobody, and have the card to themselves", async () => {
  const read = readRetrievalEnv();
  if (!read.ok) throw new Error(read.problems.join(", "));
  const env = {
    ...read.env,
    EMBED_MODEL: "tiny/embed",
    EMBED_SPARSE_HEAD: "tiny/head",
    EMBED_DTYPE: "fp16" as const,
    EMBED_MAX_TOKENS: 11,
    RERANK_MODEL: "tiny/rerank",
    RERANK_DTYPE: "int8" as const,
    RETRIEVAL_TF32: true,
    RETRIEVAL_THREADS: 12,
  };
  const { readFreeVram, childEnvironment, ...options } = aloneOptions(env, "/models", "cuda", "fetch them");
  expect(options).toEqual({
    modelDir: "/models",
    embed: { model: "tiny/embed", sparseHead: "tiny/head", dtype: "fp16", maxTokens: 11 },
    rerank: { model: "tiny/rerank", dtype: "int8" },
    device: "cuda",
    gpuIndex: 0,
    tf32: true,
    preload: true,
    download: false,
    fetchCommand: "fetch them",
    timeoutMs: 600_000,
    gpuIdleMs: 600_000,
    threads: 12,
    headroomThresholdMb: 0,
    maxChildMemoryBytes: 0.9 * totalmem(),
  });
  expect(await readFreeVram(new AbortController().signal)).toEqual({
    known: true,
    freeMb: Number.MAX_SAFE_INTEGER,
    spilled: false,
  });
  expect(childEnvironment.PATH).toBe(process.env.PATH ?? "");
});
