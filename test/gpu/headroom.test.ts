import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createHeadroomReader, type HeadroomReaderOptions } from "../../src/gpu/headroom-reader.ts";
import { createNvidiaSmi, createNvidiaSmiProcesses, type NvidiaSmiReading } from "../../src/gpu/nvidia-smi.ts";
import { type OwnGpuProcess, ownVramMb } from "../../src/gpu/own-vram.ts";
import type { LoadedModel } from "../../src/ollama/chat.ts";
import { createOllamaClient } from "../../src/ollama/client.ts";
import { FakeOllama } from "../support/fake-ollama.ts";

const never = new AbortController().signal;
const loaded = (name: string, sizeMb: number, vramMb = sizeMb): LoadedModel => ({
  name,
  digest: "",
  sizeBytes: sizeMb * 1_048_576,
  vramBytes: vramMb * 1_048_576,
  expiresAt: undefined,
});
const card = (totalMb: number, freeMb: number): NvidiaSmiReading => ({
  known: true,
  cards: [{ index: 0, totalMb, usedMb: totalMb - freeMb, freeMb }],
});
const noProgram: NvidiaSmiReading = { known: false, why: "nvidia-smi is not installed" };

const own = (mostMb: number, pid?: number): OwnGpuProcess => ({ pid, leastMb: mostMb / 2, mostMb });

const readerOf = (options: Partial<HeadroomReaderOptions>) =>
  createHeadroomReader({
    loadedModels: async () => [],
    nvidiaSmi: async () => noProgram,
    ocrModel: "np-dms-ocr",
    totalVramMb: 16_384,
    gpuIndex: 0,
    ownGpu: () => [],
    usedByProcess: async () => new Map(),
    ...options,
  });

describe("the headroom that follows from the sources", () => {
  const llm = loaded("llm:latest", 9000);
  const ocr = loaded("np-dms-ocr:latest", 4000);
  const empty = {
    known: true,
    totalMb: 16_384,
    freeMb: 16_384,
    otherModelsMb: 0,
    ocrModelMb: 0,
    ocrModelLoaded: false,
    spilled: false,
  };
  const ps = (...models: LoadedModel[]) => ({ loadedModels: async () => models });
  const smi = (reading: NvidiaSmiReading) => ({ nvidiaSmi: async () => reading });

  test.each<[string, Partial<HeadroomReaderOptions>, object]>([
    ["an empty card", {}, empty],
    [
      "models counted apart",
      ps(llm, ocr),
      { ...empty, freeMb: 3384, otherModelsMb: 9000, ocrModelMb: 4000, ocrModelLoaded: true },
    ],
    [
      "our own children counted with Ollama's models",
      { ...ps(llm), ownGpu: () => [own(2500)] },
      { ...empty, freeMb: 4884, otherModelsMb: 9000 },
    ],
    [
      "other processes, which only nvidia-smi sees",
      { ...ps(llm), ...smi(card(16_000, 1200)) },
      { ...empty, totalMb: 16_000, freeMb: 1200, otherModelsMb: 9000 },
    ],
    [
      "a load that nvidia-smi does not show yet",
      { ...ps(llm), ...smi(card(16_000, 15_000)) },
      { ...empty, totalMb: 16_000, freeMb: 7000, otherModelsMb: 9000 },
    ],
    [
      "our own children not counted twice where nvidia-smi shows them",
      { ...ps(), ...smi(card(16_000, 12_000)), ownGpu: () => [own(3000)] },
      { ...empty, totalMb: 16_000, freeMb: 12_000 },
    ],
    [
      "more in use than the card has is no free memory, not less than none",
      ps(loaded("llm", 20_000)),
      { ...empty, freeMb: 0, otherModelsMb: 20_000 },
    ],
    [
      "a model that is partly on the CPU",
      ps(loaded("llm", 9000, 8000)),
      { ...empty, freeMb: 8384, otherModelsMb: 8000, spilled: true },
    ],
    ["a server without a card", ps(loaded("llm", 9000, 0)), { ...empty, spilled: false }],
    [
      "a model that is wholly on the CPU, beside one on the card",
      ps(loaded("llm", 9000, 0), loaded("small", 1000)),
      { ...empty, freeMb: 15_384, otherModelsMb: 1000, spilled: true },
    ],
    [
      "a model named without its tag, in other letters",
      { ...ps(ocr), ocrModel: "NP-DMS-OCR" },
      { ...empty, freeMb: 12_384, ocrModelMb: 4000, ocrModelLoaded: true },
    ],
    [
      "the OCR model wholly on the CPU, which is loaded all the same",
      ps(loaded("np-dms-ocr:latest", 4000, 0)),
      { ...empty, ocrModelLoaded: true },
    ],
    ["a card that nvidia-smi does not know", { ...smi(card(8000, 10)), gpuIndex: 1 }, empty],
    [
      "no Ollama configured: nvidia-smi alone",
      { loadedModels: undefined, ...smi(card(8000, 6000)) },
      { ...empty, totalMb: 8000, freeMb: 6000 },
    ],
    ["no Ollama and no nvidia-smi", { loadedModels: undefined }, { known: false, why: noProgram.why }],
    [
      "Ollama configured and silent, whatever nvidia-smi says",
      {
        ...smi(card(16_000, 15_000)),
        loadedModels: async () => {
          throw new Error("Ollama cannot be reached.");
        },
      },
      { known: false, why: "Ollama cannot be reached." },
    ],
  ])("%s", async (_case, options, headroom) => {
    expect<unknown>(await readerOf(options).read(never)).toEqual(headroom);
  });

  test("counts of our own children what the card says that they hold", async () => {
    const usedByProcess = async () => new Map([[41, 2972]]);
    const reader = readerOf({ ...ps(), ownGpu: () => [own(5280, 41), own(3866, 42)], usedByProcess });
    const { headroom, sources } = await reader.picture(never);
    expect(sources.ownGpuMb).toBe(2972 + 3866);
    expect(headroom).toMatchObject({ freeMb: 16_384 - 2972 - 3866 });
  });

  test("comes with what each source said", async () => {
    const { sources } = await readerOf({ ...ps(llm), ...smi(card(16_000, 6000)), ownGpu: () => [own(7)] }).picture(
      never,
    );
    expect(sources).toEqual({
      ollama: { state: "known", usedMb: 9000, models: [{ name: "llm:latest", sizeMb: 9000, vramMb: 9000 }] },
      nvidiaSmi: { state: "known", totalMb: 16_000, usedMb: 10_000, freeMb: 6000 },
      ownGpuMb: 7,
    });
    const blind = await readerOf({ loadedModels: undefined }).picture(never);
    expect(blind.sources).toEqual({
      ollama: { state: "not-configured" },
      nvidiaSmi: { state: "unknown", why: noProgram.why },
      ownGpuMb: 0,
    });
  });

  test("is that of a real /api/ps", async () => {
    await using fake = await FakeOllama.start({ preloaded: [{ name: "llm" }] });
    const client = createOllamaClient({ baseUrl: fake.url, fetch });
    const reader = readerOf({ loadedModels: client.loadedModels });
    expect(await reader.read(never)).toMatchObject({ known: true, freeMb: 7384, otherModelsMb: 9000 });
  });
});

describe("the last reading", () => {
  const unread = { state: "unknown", why: "it has not been read yet" } as const;

  test("is unknown before the first, by every source, and counts our own processes with the most they hold", () => {
    expect(readerOf({ ownGpu: () => [own(5280, 41)] }).last()).toEqual({
      headroom: { known: false, why: "the VRAM has not been read yet" },
      sources: { ollama: unread, nvidiaSmi: unread, ownGpuMb: 5280 },
    });
  });

  test("says of an Ollama that is not configured that it is not", () => {
    expect(readerOf({ loadedModels: undefined }).last().sources.ollama).toEqual({ state: "not-configured" });
  });

  test("is what was read, however long ago", async () => {
    let clock = 0;
    const reader = readerOf({ nvidiaSmi: async () => card(16_000, 12_000), now: () => clock });
    const picture = await reader.picture(never);
    clock = 3_600_000;
    expect(reader.last()).toEqual(picture);
    expect(picture.headroom).toMatchObject({ known: true, freeMb: 12_000 });
  });
});

test("a card that nvidia-smi does not know is an unknown with its number", async () => {
  const { sources } = await readerOf({ nvidiaSmi: async () => card(8000, 10), gpuIndex: 3 }).picture(never);
  expect(sources.nvidiaSmi).toEqual({
    state: "unknown",
    why: "nvidia-smi reports no card 3: correct GPU_INDEX",
  });
});

describe("reading at most once a second", () => {
  test("whoever accepts an older reading gets it, and whoever wants a new one does not", async () => {
    let calls = 0;
    let clock = 0;
    const loadedModels = async () => {
      calls += 1;
      return [];
    };
    const reader = readerOf({ loadedModels, now: () => clock });
    await reader.picture(never);
    clock = 4999;
    await reader.picture(never, 5000);
    expect(calls).toBe(1);
    await reader.picture(never, 0);
    expect(calls).toBe(2);
  });

  test("one reading serves everybody who asks meanwhile and within its age", async () => {
    let calls = 0;
    let clock = 0;
    const answer = Promise.withResolvers<LoadedModel[]>();
    const loadedModels = () => {
      calls += 1;
      return answer.promise;
    };
    const reader = readerOf({ loadedModels, now: () => clock });
    const readings = Array.from({ length: 50 }, () => reader.read(never));
    answer.resolve([]);
    await Promise.all(readings);
    clock = 999;
    await reader.read(never);
    expect(calls).toBe(1);
    clock = 1000;
    await reader.read(never);
    expect(calls).toBe(2);
  });

  test("a caller that leaves gets its reason at once and spoils nothing for the others", async () => {
    const answer = Promise.withResolvers<LoadedModel[]>();
    const reader = readerOf({ loadedModels: () => answer.promise });
    const caller = new AbortController();
    const reason = new Error("gone");
    const leaving = reader.read(caller.signal).catch((error: unknown) => error);
    const staying = reader.read(never);
    caller.abort(reason);
    expect(await leaving).toBe(reason);
    answer.resolve([]);
    expect(await staying).toMatchObject({ known: true });
    expect(await reader.read(AbortSignal.abort(reason)).catch((error: unknown) => error)).toBe(reason);
  });

  test("a source that is late is unknown, and the next reading asks again", async () => {
    let clock = 0;
    let isSilent = true;
    const silence = new Promise<never>(() => undefined);
    const reader = readerOf({
      loadedModels: () => (isSilent ? silence : Promise.resolve([])),
      nvidiaSmi: () => (isSilent ? silence : Promise.resolve(card(16_000, 16_000))),
      timeoutMs: 20,
      now: () => clock,
    });
    const { headroom, sources } = await reader.picture(never);
    expect(headroom).toEqual({ known: false, why: "Ollama's /api/ps did not answer within 0.02 s" });
    expect(sources.nvidiaSmi).toEqual({ state: "unknown", why: "nvidia-smi did not answer within 0.02 s" });
    isSilent = false;
    clock = 1000;
    expect(await reader.read(never)).toMatchObject({ known: true });
  });
});

test.each<[string, OwnGpuProcess[], [number, number][], number]>([
  ["what the card says", [own(5280, 41)], [[41, 2972]], 2972],
  ["the most where the card does not say", [own(5280, 41)], [], 5280],
  ["the most while there is no process id", [own(5280)], [[41, 2972]], 5280],
  ["the most where the figure is too small for its weights: that is another's", [own(5280, 41)], [[41, 300]], 5280],
  ["what the card says where that is exactly what its weights take", [own(5280, 41)], [[41, 2640]], 2640],
  ["more than the most, where the card says so", [own(5280, 41)], [[41, 6000]], 6000],
  ["nothing without a process", [], [[41, 2972]], 0],
])("a process of ours counts as %s", (_, processes, used, expected) => {
  expect(ownVramMb(processes, new Map(used))).toBe(expected);
});

describe("nvidia-smi", () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "nvidia-smi-"));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const program = async (name: string, script: string) => {
    const path = join(folder, name);
    await writeFile(path, `#!/bin/sh\n${script}\n`);
    await chmod(path, 0o755);
    return path;
  };

  test("is asked for each card's memory in MB", async () => {
    const script = `[ "$*" = "--query-gpu=index,memory.total,memory.used,memory.free --format=csv,noheader,nounits" ] || exit 9
      printf '0, 16311, 9216, 6712\\n1, 8192, 0, 8192\\n'`;
    const read = createNvidiaSmi({ program: await program("two-cards", script) });
    expect(await read()).toEqual({
      known: true,
      cards: [
        { index: 0, totalMb: 16_311, usedMb: 9216, freeMb: 6712 },
        { index: 1, totalMb: 8192, usedMb: 0, freeMb: 8192 },
      ],
    });
  });

  test.each([
    ["not-available", "echo '0, [N/A], [N/A], [N/A]'"],
    ["one-bad-line", "printf '0, 16311, 9216, 6712\\n1, 8192, ERR!, 8192\\n'"],
    ["with-units", "echo '0, 16311 MiB, 9216 MiB, 6712 MiB'"],
    ["no-memory", "echo '0, 0, 0, 0'"],
    ["empty", "true"],
    ["failing", "echo '0, 16311, 9216, 6712'; exit 9"],
  ])("is unknown when it answers like %s", async (name, script) => {
    const read = createNvidiaSmi({ program: await program(name, script) });
    expect(await read()).toMatchObject({ known: false });
  });

  test.each([
    ["of-processes", "printf '41, 2972\\n42, 100\\n41, 28\\n43, [N/A]\\n'", { 41: 3000, 42: 100 }],
    ["of-units", "printf '41, 2972 MiB\\n42, 100\\n'", { 42: 100 }],
    ["of-no-process", "true", {}],
    ["of-a-fault", "echo '41, 2972'; exit 9", {}],
  ])("is asked what each process holds, and answers like %s", async (name, answer, expected) => {
    const script = `[ "$*" = "--query-compute-apps=pid,used_memory --format=csv,noheader,nounits" ] || exit 9\n${answer}`;
    const read = createNvidiaSmiProcesses({ program: await program(name, script) });
    expect(await read()).toEqual(new Map(Object.entries(expected).map(([pid, mb]) => [Number(pid), mb])));
  });

  test("is unknown when it says far more than any machine has cards", async () => {
    const read = createNvidiaSmi({
      program: await program("endless", "yes '0, 16311, 9216, 6712' | head -n 100000"),
      timeoutMs: 5000,
    });
    expect(await read()).toMatchObject({ known: false });
  });

  test("that says far more of processes than there are is not believed", async () => {
    const read = createNvidiaSmiProcesses({
      program: await program("endless-processes", "yes '41, 2972' | head -n 100000"),
      timeoutMs: 5000,
    });
    expect(await read()).toEqual(new Map());
  });

  test("is killed when it hangs", async () => {
    const pidFile = join(folder, "pid");
    const read = createNvidiaSmi({
      program: await program("hanging", `echo $$ > ${pidFile}\nexec sleep 60`),
      timeoutMs: 300,
    });
    expect(await read()).toMatchObject({ known: false, why: expect.stringContaining("within 0.3 s") });
    const pid = Number(await Bun.file(pidFile).text());
    expect(() => process.kill(pid, 0)).toThrow();
  });

  test.each([
    ["of the cards", createNvidiaSmi],
    ["of the processes", createNvidiaSmiProcesses],
  ])("is not started again while a reading %s has not come back, and is after that", async (what, create) => {
    const starts = join(folder, `starts ${what}`);
    const read = create({ program: await program(`slow ${what}`, `echo >> "${starts}"\nexec sleep 0.3`) });
    await Promise.all([read(), read(), read()]);
    expect(await Bun.file(starts).text()).toBe("\n");
    await read();
    expect(await Bun.file(starts).text()).toBe("\n\n");
  });

  test("that is not there is not looked for again at once", async () => {
    let clock = 0;
    const path = join(folder, "installed-later");
    const read = createNvidiaSmi({ program: path, missingForMs: 60_000, now: () => clock });
    expect(await read()).toMatchObject({ known: false, why: expect.stringContaining("not installed") });
    await program("installed-later", "echo '0, 16311, 9216, 6712'");
    clock = 59_999;
    expect(await read()).toMatchObject({ known: false });
    clock = 60_000;
    expect(await read()).toMatchObject({ known: true });
  });
});
