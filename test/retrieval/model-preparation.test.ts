import { afterEach, beforeEach, describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import PQueue from "p-queue";
import { fetchModel, fetchRecogniser } from "../../src/retrieval/models/model-fetch.ts";
import { findModelFiles } from "../../src/retrieval/models/model-files.ts";
import { recordModel } from "../../src/retrieval/models/model-lock.ts";
import { ModelPreparation, type PreparationOptions } from "../../src/retrieval/models/model-preparation.ts";
import { type FakeHubFile, fakeCommit, fakeHub } from "../support/fake-hub.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { until } from "../support/until.ts";

const { signal } = new AbortController();
let modelDir: string;
beforeEach(async () => {
  modelDir = await mkdtemp(join(tmpdir(), "model-preparation-"));
});
afterEach(() => rm(modelDir, { recursive: true, force: true }));

const config = JSON.stringify({ hidden_size: 8, num_attention_heads: 2, max_position_embeddings: 514 });
const repository = (): Record<string, FakeHubFile> => ({
  "config.json": { content: Buffer.from(config) },
  "tokenizer.json": { content: Buffer.from("{}") },
  "tokenizer_config.json": { content: Buffer.from("{}") },
  "onnx/model.onnx": { content: Buffer.from("graph"), large: true },
});
const write = (model: string, files: Readonly<Record<string, string>>) =>
  Promise.all(Object.entries(files).map(([name, content]) => Bun.write(join(modelDir, model, name), content)));
const whole = { "config.json": config, "tokenizer.json": "{}", "tokenizer_config.json": "{}" };

const preparation = (options: Partial<PreparationOptions> = {}) =>
  new ModelPreparation({
    ...{ kind: "embed", modelDir, model: "org/model", sparseHead: undefined, dtype: "fp32", maxTokens: 64 },
    ...{ gpuIndex: 0, threads: 1, download: false, fetchCommand: "sidecar models" },
    // Nothing listens there.
    hub: "http://127.0.0.1:1",
    downloads: new PQueue({ concurrency: 1 }),
    ...options,
  });
const quietly = { signal, onProgress: () => undefined };

describe("a model that is prepared", () => {
  test.each<[string, Partial<PreparationOptions>, string]>([
    [
      "with the command that fetches it",
      {},
      'org/model/config.json is not there; "sidecar models" fetches it (its size is shown before it starts)',
    ],
    [
      "with the place for its files where it is a folder, which no hub has",
      { model: "own", download: true },
      "own/config.json is not there; put the model's files below MODEL_DIR",
    ],
    [
      "without advice where its name is none",
      { model: "../own", download: true },
      "is neither a repository nor a folder",
    ],
  ])("and is not there is told %s", async (_, options, reason) => {
    const prepared = await preparation(options).prepare("cpu", () => undefined);
    expect(prepared).toEqual({ ok: false, reason: expect.stringContaining(reason) });
    if (!prepared.ok) expect(prepared.reason.includes("fetches it")).toBe(options.model === undefined);
  });

  test("beside a record that is damaged is not fetched, and the record is told", async () => {
    await Bun.write(join(modelDir, "models.lock.json"), "{");
    expect(await preparation({ download: true }).prepare("cpu", () => undefined)).toEqual({
      ok: false,
      reason: "models.lock.json is damaged; remove it and fetch the models again",
    });
  });

  test("takes of a card what follows from its files, its type and the tokens that it may read", async () => {
    await write("org/model", { ...whole, "onnx/model.onnx": "w".repeat(1_048_576), "onnx/model_fp16.onnx": "half" });
    const weights = { dimension: 8, heads: 2, floatBytes: 4, weightsMb: 1 };
    expect(await preparation().shape()).toEqual({ ...weights, maxTokens: 64, floatBytes: 4 });
    expect(await preparation({ maxTokens: 9000 }).shape()).toMatchObject({ maxTokens: 512 });
    expect(await preparation({ dtype: "fp16" }).shape()).toMatchObject({ floatBytes: 2 });
    expect(await preparation({ model: "org/other" }).shape()).toBeUndefined();
  });

  test("waits for other downloads, and no longer than it is wanted", async () => {
    using hub = fakeHub({ "org/model": repository() });
    const downloads = new PQueue({ concurrency: 1 });
    const other = Promise.withResolvers<void>();
    void downloads.add(() => other.promise);
    const waiting = preparation({ download: true, hub: hub.url, downloads });
    const left = preparation({ download: true, hub: hub.url, downloads });
    const shares: number[] = [];
    const prepared = waiting.prepare("cpu", (share) => shares.push(share));
    const given = refusalOf(left.prepare("cpu", () => undefined));
    await until(() => downloads.size === 2);
    left.close();
    await given;
    expect(hub.fetched).toEqual([]);
    other.resolve();
    expect(await prepared).toMatchObject({ ok: true });
    expect([shares[0], shares.at(-1)]).toEqual([0, 1]);
  });
});

describe("the files of a model", () => {
  test.each<[string, Record<string, string>, string]>([
    ["a file of the tokeniser is missing", { "onnx/model.onnx": "w" }, "org/model/tokenizer.json is not there"],
    [
      "its weights are empty",
      { "tokenizer.json": "{}", "onnx/model.onnx": "" },
      "org/model/onnx/model.onnx is not there",
    ],
  ])("are not there where %s", async (_, files, reason) => {
    await write("org/model", { "config.json": config, "tokenizer_config.json": "{}", ...files });
    expect(await findModelFiles(modelDir, "org/model", "fp32", undefined)).toMatchObject({ absent: true, reason });
  });

  test("are those of the branch that was asked for, and no file is missed that is no weight", async () => {
    await write("org/model", { ...whole, "onnx/model.onnx": "w" });
    const files = { "sparse_linear.pt": { bytes: 1, sha256: "0".repeat(64) } };
    await recordModel(modelDir, "org/model", { revision: fakeCommit, requested: "main", files });
    expect(await findModelFiles(modelDir, "org/model@main", "fp32", undefined)).toMatchObject({ ok: true });
    expect(await findModelFiles(modelDir, "org/model@next", "fp32", undefined)).toMatchObject({ ok: false });
  });
});

describe("what is fetched", () => {
  const request = (hub: string) =>
    ({ modelDir, model: "org/model", dtype: "fp32", sparseHead: undefined, hub }) as const;

  test("is told from the first byte of each file on, and from where an earlier attempt stopped", async () => {
    using hub = fakeHub({ "org/model": repository() });
    await Bun.write(join(modelDir, "org/model/onnx/model.onnx.part"), "gra");
    const told: string[] = [];
    await fetchModel(request(hub.url), {
      signal,
      onProgress: ({ file, doneBytes }) => told.push(`${file} ${doneBytes}`),
    });
    const before = config.length + 4;
    expect(told.filter((line) => line.includes("onnx"))).toEqual([
      `org/model/onnx/model.onnx ${before}`,
      `org/model/onnx/model.onnx ${before + 5}`,
    ]);
    expect(told[0]).toBe("org/model/config.json 0");
  });

  test("is no sparse head of a folder of one's own", async () => {
    using hub = fakeHub({ "org/model": repository() });
    expect(await fetchModel({ ...request(hub.url), sparseHead: "own:sparse_linear.pt" }, quietly)).toHaveLength(4);
  });

  test.each([
    ["refused where it has no room", 9e15, "GB are needed in MODEL_DIR"],
    ["taken where it has room", 200_000_000, "arrived damaged"],
  ])("is %s", async (_, size, sentence) => {
    using hub = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: (asked) => {
        const siblings = Object.keys(repository()).map((rfilename) => ({ rfilename, size, blobId: "0".repeat(40) }));
        return asked.url.includes("/api/") ? Response.json({ sha: fakeCommit, siblings }) : new Response("short");
      },
    });
    expect(String(await refusalOf(fetchModel(request(hub.url.origin), quietly)))).toContain(sentence);
  });

  test("is of a line recogniser its very folder", async () => {
    const rec = { content: Buffer.from("net") };
    using hub = fakeHub({
      "org/rec": { "thai/rec.onnx": rec, "thai/dict.txt": rec, "thai-old/rec.onnx": rec, "thai/deep/rec.onnx": rec },
    });
    const fetched = await fetchRecogniser({ modelDir, hub: hub.url, recogniser: "org/rec:thai" }, quietly);
    expect(fetched.map(({ name }) => name)).toEqual(["thai/rec.onnx", "thai/dict.txt"]);
  });
});
