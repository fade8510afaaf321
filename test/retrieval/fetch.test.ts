import { afterEach, beforeEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runModels } from "../../src/cli/models-command.ts";
import { listRepository } from "../../src/retrieval/models/hub.ts";
import { type FetchRequest, fetchModel, fetchRecogniser } from "../../src/retrieval/models/model-fetch.ts";
import { findModelFiles } from "../../src/retrieval/models/model-files.ts";
import { readLock, recordModel } from "../../src/retrieval/models/model-lock.ts";
import { Retrieval } from "../../src/retrieval/retrieval.ts";
import { findLineRecogniser } from "../../src/service/find-line-recogniser.ts";
import { FakeChildren } from "../support/fake-child.ts";
import { type FakeHubFile, fakeCommit, fakeHub } from "../support/fake-hub.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { sparseLinearFile } from "../support/stored-zip.ts";
import { writeTinyModel } from "../support/tiny-model.ts";
import { tinyOptions } from "../support/tiny-retrieval.ts";
import { until } from "../support/until.ts";

// Processes start slowly on a busy machine; nothing here measures time.
setDefaultTimeout(60_000);

const never = new AbortController().signal;
let modelDir: string;
beforeEach(async () => {
  modelDir = await mkdtemp(join(tmpdir(), "models-"));
});
afterEach(() => rm(modelDir, { recursive: true, force: true }));

const bytes = (text: string) => Buffer.from(text);
const small = (): Record<string, FakeHubFile> => ({
  "config.json": { content: bytes("{}") },
  "tokenizer.json": { content: bytes("tokeniser".repeat(1_000)), large: true },
  "tokenizer_config.json": { content: bytes("{ }") },
  "onnx/model.onnx": { content: bytes("graph"), large: true },
  "onnx/model.onnx_data": { content: bytes("weights".repeat(50_000)), large: true },
  "onnx/model_quantized.onnx": { content: bytes("int8"), large: true },
  "onnx/Constant_7_attr__value": { content: bytes("constant") },
  "pytorch_model.bin": { content: bytes("not wanted"), large: true },
  "README.md": { content: bytes("not wanted") },
});

const head = { "sparse_linear.pt": { content: sparseLinearFile(new Float32Array(32), 0, "half"), large: true } };

const request = (hub: string, overrides: Partial<FetchRequest> = {}): FetchRequest => ({
  modelDir,
  model: "org/model",
  dtype: "fp32",
  sparseHead: undefined,
  hub,
  ...overrides,
});

const quietly = { signal: never, onProgress: () => undefined };

test("retrieval that is closed hangs up on the hub in the middle of a file", async () => {
  const name = "org/model";
  const siblings = ["config.json", "tokenizer.json", "tokenizer_config.json", "onnx/model.onnx"].map((rfilename) => ({
    rfilename,
    size: 1000,
    blobId: "0".repeat(40),
  }));
  let isSending = false;
  let isHungUp = false;
  using hub = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    idleTimeout: 0,
    fetch(asked) {
      if (new URL(asked.url).pathname.startsWith("/api/")) return Response.json({ sha: fakeCommit, siblings });
      asked.signal.addEventListener("abort", () => {
        isHungUp = true;
      });
      const begin = (controller: ReadableStreamDefaultController<Uint8Array>) => {
        controller.enqueue(bytes("{"));
        isSending = true;
      };
      return new Response(new ReadableStream({ start: begin }));
    },
  });
  const options = tinyOptions(modelDir);
  const retrieval = await Retrieval.start({
    ...options,
    ...{ embed: { ...options.embed, model: name }, rerank: { ...options.rerank, model: name } },
    ...{ download: true, preload: true, hub: hub.url.origin },
  });
  await until(() => isSending, "a file comes");
  await retrieval.close(AbortSignal.abort());
  await until(() => isHungUp, "the hub is left", 5000);
});

describe("fetching a model", () => {
  test("brings the files that are needed and no others, and records commit and digests", async () => {
    using hub = fakeHub({ "org/model": small(), "org/head": head });
    const progress: number[] = [];
    const fetched = await fetchModel(request(hub.url, { sparseHead: "org/head:sparse_linear.pt" }), {
      signal: never,
      onProgress: ({ doneBytes, totalBytes }) => progress.push(doneBytes / totalBytes),
    });
    expect(hub.fetched.toSorted()).toEqual([
      "config.json",
      "onnx/Constant_7_attr__value",
      "onnx/model.onnx",
      "onnx/model.onnx_data",
      "sparse_linear.pt",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
    expect(fetched.every(({ kept, commit }) => !kept && commit === fakeCommit)).toBe(true);
    expect(Math.max(...progress)).toBe(1);
    const { models } = await readLock(modelDir);
    expect(models["org/model"]).toMatchObject({ revision: fakeCommit, requested: "main" });
    const digest = new Bun.CryptoHasher("sha256").update("{}").digest("hex");
    expect(models["org/model"]?.files["config.json"]).toEqual({ bytes: 2, sha256: digest });
    expect(Object.keys(models["org/head"]?.files ?? {})).toEqual(["sparse_linear.pt"]);
    const found = await findModelFiles(modelDir, "org/model", "fp32", "org/head:sparse_linear.pt");
    expect(found).toMatchObject({ ok: true, files: { modelFile: "onnx/model.onnx", bytes: 5 + 350_000 + 8 } });
    expect(found.ok && found.files.recorded.length).toBe(7);
  });

  test.each(["config.json", "onnx/model.onnx", "onnx/model.onnx_data"])(
    "fetches nothing of a repository whose %s is empty, and says what to do",
    async (name) => {
      using hub = fakeHub({ "org/model": { ...small(), [name]: { content: bytes("") } } });
      expect(await refusalOf(fetchModel(request(hub.url), quietly))).toMatchObject({
        message: `org/model has an empty ${name} in revision main; name another revision (org/model@REVISION) or repository`,
      });
      expect(hub.fetched).toEqual([]);
    },
  );

  test("keeps what is there and right", async () => {
    using hub = fakeHub({ "org/model": small() });
    await fetchModel(request(hub.url), quietly);
    hub.fetched.length = 0;
    const again = await fetchModel(request(hub.url), quietly);
    expect(again.every(({ kept }) => kept)).toBe(true);
    expect(hub.fetched).toEqual([]);
    await Bun.write(join(modelDir, "org/model/onnx/model.onnx"), "grapH");
    await fetchModel(request(hub.url), quietly);
    expect(hub.fetched).toEqual(["onnx/model.onnx"]);
  });

  test("records a sparse head beside the model of the same repository and commit", async () => {
    using hub = fakeHub({ "org/model": { ...small(), ...head } });
    await fetchModel(request(hub.url, { sparseHead: "org/model:sparse_linear.pt" }), quietly);
    const { models } = await readLock(modelDir);
    expect(Object.keys(models["org/model"]?.files ?? {}).toSorted()).toEqual([
      "config.json",
      "onnx/Constant_7_attr__value",
      "onnx/model.onnx",
      "onnx/model.onnx_data",
      "sparse_linear.pt",
      "tokenizer.json",
      "tokenizer_config.json",
    ]);
  });

  test("forgets what was recorded of another commit", async () => {
    const record = (revision: string, file: string) =>
      recordModel(modelDir, "org/model", {
        revision,
        requested: "main",
        files: { [file]: { bytes: 1, sha256: "0".repeat(64) } },
      });
    await record("a", "config.json");
    await record("a", "sparse_linear.pt");
    expect(Object.keys((await readLock(modelDir)).models["org/model"]?.files ?? {})).toHaveLength(2);
    await record("b", "tokenizer.json");
    expect(Object.keys((await readLock(modelDir)).models["org/model"]?.files ?? {})).toEqual(["tokenizer.json"]);
  });

  test("goes on where an earlier attempt stopped", async () => {
    using hub = fakeHub({ "org/model": small() });
    await mkdir(join(modelDir, "org/model/onnx"), { recursive: true });
    await Bun.write(join(modelDir, "org/model/onnx/model.onnx_data.part"), "weights".repeat(100));
    await fetchModel(request(hub.url), quietly);
    expect(hub.fetched).toContain("onnx/model.onnx_data bytes=700-");
    expect(await Bun.file(join(modelDir, "org/model/onnx/model.onnx_data")).text()).toBe("weights".repeat(50_000));
  });

  test("fetches nothing of a file that an earlier attempt has brought to its end", async () => {
    using hub = fakeHub({ "org/model": small() });
    await mkdir(join(modelDir, "org/model/onnx"), { recursive: true });
    await Bun.write(join(modelDir, "org/model/onnx/model.onnx_data.part"), "weights".repeat(50_000));
    await fetchModel(request(hub.url), quietly);
    expect(hub.fetched.filter((name) => name.startsWith("onnx/model.onnx_data"))).toEqual([]);
    expect(await Bun.file(join(modelDir, "org/model/onnx/model.onnx_data")).text()).toBe("weights".repeat(50_000));
  });

  test("begins anew where more is there than the file has", async () => {
    using hub = fakeHub({ "org/model": small() });
    await mkdir(join(modelDir, "org/model/onnx"), { recursive: true });
    await Bun.write(join(modelDir, "org/model/onnx/model.onnx_data.part"), "weights".repeat(60_000));
    await fetchModel(request(hub.url), quietly);
    expect(await Bun.file(join(modelDir, "org/model/onnx/model.onnx_data")).text()).toBe("weights".repeat(50_000));
  });

  test("begins anew where the hub sends the whole file although a part of it is there", async () => {
    const content = bytes("weights".repeat(50_000));
    using hub = fakeHub({
      "org/model": { ...small(), "onnx/model.onnx_data": { content, large: true, alwaysWhole: true } },
    });
    await mkdir(join(modelDir, "org/model/onnx"), { recursive: true });
    await Bun.write(join(modelDir, "org/model/onnx/model.onnx_data.part"), "weights".repeat(100));
    await fetchModel(request(hub.url), quietly);
    expect(await Bun.file(join(modelDir, "org/model/onnx/model.onnx_data")).bytes()).toEqual(content);
  });

  test.each([
    ["other bytes", "wEights".repeat(50_000), /arrived damaged \(its digest/],
    ["too few bytes", "weights", /arrived damaged \(it has 7 bytes, not 350000\)/],
    ["too many bytes", "weights".repeat(60_000), /longer than the hub says/],
  ])("refuses a file of %s, and leaves nothing that could be taken for it", async (_, sent, message) => {
    const files = small();
    files["onnx/model.onnx_data"] = { content: bytes("weights".repeat(50_000)), large: true, sent: bytes(sent) };
    using hub = fakeHub({ "org/model": files });
    await expect(fetchModel(request(hub.url), quietly)).rejects.toThrow(message);
    expect(await Bun.file(join(modelDir, "org/model/onnx/model.onnx_data")).exists()).toBe(false);
    // What is damaged is not gone on with, but what is too long is begun anew in any case.
    if (!message.source.startsWith("longer"))
      expect(await Bun.file(join(modelDir, "org/model/onnx/model.onnx_data.part")).exists()).toBe(false);
    expect((await readLock(modelDir)).models).toEqual({});
  });

  test("checks small files against the SHA-1 that Git gives them", async () => {
    const files = { ...small(), "config.json": { content: bytes("{}"), sent: bytes("[]") } };
    using hub = fakeHub({ "org/model": files });
    await expect(fetchModel(request(hub.url), quietly)).rejects.toThrow(/config\.json arrived damaged/);
  });

  test.each<[string, Partial<FetchRequest>, RegExp]>([
    ["a repository that is not there", { model: "org/other" }, /answers 404 for org\/other in revision main/],
    ["a revision that is not there", { model: "org/model@abc" }, /answers 404 for org\/model in revision abc/],
    ["a type of weights that is not there", { dtype: "fp16" }, /no fp16 model/],
    ["a folder", { model: "folder" }, /is a folder, not a repository/],
    ["a head that is not there", { sparseHead: "org/model:sparse_linear.pt" }, /has no file sparse_linear\.pt/],
    ["a hub that is not there", { hub: "http://127.0.0.1:1" }, /127\.0\.0\.1:1 cannot be reached/],
  ])("says what is wrong with %s", async (_, overrides, message) => {
    using hub = fakeHub({ "org/model": small() });
    await expect(fetchModel(request(hub.url, overrides), quietly)).rejects.toThrow(message);
  });

  test("takes no file of a hub whose name would lead out of the folder", async () => {
    const siblings = ["a.json", "../b.json", "/c.json", "d/../../e.json", "f..json", "g.txt"].map((rfilename) => ({
      ...{ rfilename, size: 1, ...(rfilename === "g.txt" ? {} : { blobId: "b" }) },
    }));
    using hub = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => Response.json({ sha: fakeCommit, siblings }),
    });
    const model = { name: "org/model", revision: undefined, fetchable: true };
    const { files } = await listRepository(hub.url.origin, model, never);
    expect(files.map(({ name }) => name)).toEqual(["a.json", "f..json"]);
  });

  test("leaves a hub that does not answer as soon as it is told to", async () => {
    const stop = new AbortController();
    using hub = Bun.serve({
      hostname: "127.0.0.1",
      port: 0,
      fetch: () => {
        stop.abort(new Error("stop"));
        return new Promise<Response>(() => undefined);
      },
    });
    expect(await refusalOf(fetchModel(request(hub.url.origin), { ...quietly, signal: stop.signal }))).toHaveProperty(
      "message",
      "stop",
    );
    await hub.stop(true);
  });

  test("looks at no further file when it is told to stop while it looks at one that is there", async () => {
    using hub = fakeHub({ "org/model": small() });
    await fetchModel(request(hub.url), quietly);
    const stop = new AbortController();
    const told: string[] = [];
    const onProgress = ({ file }: { file: string }) => {
      told.push(file);
      stop.abort(new Error("stop"));
    };
    const stopped = fetchModel(request(hub.url), { signal: stop.signal, onProgress });
    expect(await refusalOf(stopped)).toHaveProperty("message", "stop");
    expect(told).toEqual(["org/model/config.json"]);
  });

  test("stops when it is told to", async () => {
    using hub = fakeHub({ "org/model": small() });
    const stop = AbortSignal.abort(new Error("stop"));
    await expect(fetchModel(request(hub.url), { ...quietly, signal: stop })).rejects.toThrow("stop");
  });
});

describe("the files of a model", () => {
  test("are another revision's when the record says so", async () => {
    using hub = fakeHub({ "org/model": small() });
    await fetchModel(request(hub.url), quietly);
    expect(await findModelFiles(modelDir, `org/model@${fakeCommit}`, "fp32", undefined)).toMatchObject({ ok: true });
    const other = await findModelFiles(modelDir, "org/model@abcdef", "fp32", undefined);
    expect(other).toMatchObject({ ok: false, absent: true, reason: expect.stringContaining("not in abcdef") });
  });

  test("are missing when recorded weights are gone", async () => {
    using hub = fakeHub({ "org/model": small() });
    await fetchModel(request(hub.url), quietly);
    await rm(join(modelDir, "org/model/onnx/model.onnx_data"));
    expect(await findModelFiles(modelDir, "org/model", "fp32", undefined)).toMatchObject({
      ok: false,
      absent: true,
      reason: "org/model/onnx/model.onnx_data is not there",
    });
  });

  test.each([
    ["fp32", ["onnx/model.onnx", "model.onnx", "onnx/model_quantized.onnx"], "onnx/model.onnx"],
    ["fp32", ["model.onnx", "model_quantized.onnx"], "model.onnx"],
    ["fp16", ["onnx/model.onnx", "onnx/model_fp16.onnx"], "onnx/model_fp16.onnx"],
    ["int8", ["onnx/model.onnx", "model_quantized.onnx"], "model_quantized.onnx"],
    ["int8", ["onnx/model_int8.onnx", "onnx/model_quantized.onnx"], "onnx/model_quantized.onnx"],
  ] as const)("of type %s are, among %j, %s", async (dtype, present, expected) => {
    for (const name of [...present, "config.json", "tokenizer.json", "tokenizer_config.json"]) {
      await Bun.write(join(modelDir, "org/model", name), "x");
    }
    const found = await findModelFiles(modelDir, "org/model", dtype, undefined);
    expect(found).toMatchObject({ ok: true, files: { modelFile: expected, recorded: [] } });
  });

  test("are checked against the record once, and again when they have changed", async () => {
    using hub = fakeHub({ "org/model": small() });
    await fetchModel(request(hub.url), quietly);
    const children = new FakeChildren();
    const embed = { model: "org/model", sparseHead: "none/x.pt", dtype: "fp32", maxTokens: 64 } as const;
    const retrieval = await Retrieval.start({ ...tinyOptions(modelDir), embed, startChild: children.start });
    try {
      const checked: Array<number | undefined> = [];
      for (const change of [false, false, true]) {
        if (change) await utimes(join(modelDir, "org/model/config.json"), 1, 1);
        children.started.at(-1)?.kill();
        await until(() => retrieval.status().embedder.cpu.state !== "ready", "the old process is gone");
        await retrieval.embedder.embed(["x"], never);
        checked.push(children.started.at(-1)?.settings?.verify.length);
      }
      expect(checked).toEqual([6, 0, 1]);
    } finally {
      await retrieval.close(AbortSignal.abort());
    }
  });

  test.each(["../model", "/etc", "a b"])("are not looked for in %j", async (model) => {
    expect(await findModelFiles(modelDir, model, "fp32", undefined)).toMatchObject({ ok: false, absent: false });
  });
});

describe("a service that may download", () => {
  test("fetches a missing model in the background and then answers", async () => {
    const source = await mkdtemp(join(tmpdir(), "hub-"));
    await writeTinyModel(source, { outputs: "three-headed", external: true });
    const files: Record<string, FakeHubFile> = {};
    for await (const name of new Bun.Glob("**/*").scan(source)) {
      files[name] = { content: await Bun.file(join(source, name)).bytes(), large: name.includes("onnx") };
    }
    using hub = fakeHub({ "org/model": files, "org/head": head });
    const embed = {
      model: "org/model",
      sparseHead: "org/head:sparse_linear.pt",
      dtype: "fp32",
      maxTokens: 64,
    } as const;
    const retrieval = await Retrieval.start({ ...tinyOptions(modelDir), embed, download: true, hub: hub.url });
    try {
      const { results } = await retrieval.embedder.embed(["x"], never);
      expect(results[0]?.dense).toHaveLength(32);
      expect(Object.keys((await readLock(modelDir)).models).toSorted()).toEqual(["org/head", "org/model"]);
    } finally {
      await retrieval.close(AbortSignal.abort());
      await rm(source, { recursive: true });
    }
  });

  test("fetches a sparse head that is missing beside its model, and without leave says how it is fetched", async () => {
    const folder = join(modelDir, "org/model");
    await writeTinyModel(folder, { outputs: "hidden-state", external: true });
    const files: Record<string, FakeHubFile> = {};
    for await (const name of new Bun.Glob("**/*").scan(folder)) {
      files[name] = { content: await Bun.file(join(folder, name)).bytes(), large: name.includes("onnx") };
    }
    using hub = fakeHub({ "org/model": files, "org/head": head });
    const sparseHead = "org/head:sparse_linear.pt";
    const embed = { model: "org/model", sparseHead, dtype: "fp32", maxTokens: 64 } as const;
    const embedOnce = async (options: { download: boolean; sparseHead: string }) => {
      const given = { ...tinyOptions(modelDir), embed: { ...embed, ...options }, hub: hub.url, ...options };
      const retrieval = await Retrieval.start(given);
      try {
        return await retrieval.embedder.embed(["x"], never).catch((error: unknown) => String(error));
      } finally {
        await retrieval.close(AbortSignal.abort());
      }
    };
    expect(await embedOnce({ download: false, sparseHead })).toContain(
      'it has no sparse output, and org/head/sparse_linear.pt of EMBED_SPARSE_HEAD is not there; "bun run sidecar models" fetches it.',
    );
    expect(await embedOnce({ download: true, sparseHead: "heads/mine.pt" })).toContain(
      "and heads/mine.pt of EMBED_SPARSE_HEAD is not there.",
    );
    expect(hub.fetched).toEqual([]);
    expect(await embedOnce({ download: true, sparseHead })).toMatchObject({ results: [{ dense: expect.anything() }] });
    expect(hub.fetched).toEqual(["sparse_linear.pt"]);
  });

  test("names the fault when it cannot", async () => {
    const embed = { model: "org/model", sparseHead: "none/x.pt", dtype: "fp32", maxTokens: 64 } as const;
    const options = { ...tinyOptions(modelDir), embed, download: true, hub: "http://127.0.0.1:1", preload: true };
    const retrieval = await Retrieval.start(options);
    try {
      await until(() => retrieval.status().embedder.cpu.state === "failed", "it failed");
      const fault = await retrieval.embedder.embed(["x"], never).catch((error: unknown) => error);
      expect(fault).toMatchObject({ code: "model_unavailable", message: expect.stringContaining("cannot be reached") });
    } finally {
      await retrieval.close(AbortSignal.abort());
    }
  });
});

const recogniserFiles = {
  "languages/thai/rec.onnx": { content: bytes("graph"), large: true },
  "languages/thai/dict.txt": { content: bytes("ก\nข\n") },
  "languages/thai/config.json": { content: bytes("{}") },
  "languages/greek/rec.onnx": { content: bytes("other"), large: true },
};

describe("fetching a line recogniser", () => {
  const options = { signal: never, onProgress: () => undefined };

  test("brings network and dictionary of its folder, and no others, and records them", async () => {
    using hub = fakeHub({ "org/lines": recogniserFiles });
    const asked = { modelDir, hub: hub.url, recogniser: "org/lines:languages/thai" };
    await fetchRecogniser(asked, options);
    expect(hub.fetched.toSorted()).toEqual(["languages/thai/dict.txt", "languages/thai/rec.onnx"]);
    const found = await findLineRecogniser(modelDir, "org/lines:languages/thai");
    expect(found).toMatchObject({ ok: true, files: { model: join(modelDir, "org/lines/languages/thai/rec.onnx") } });
    expect((await fetchRecogniser(asked, options)).map(({ kept }) => kept)).toEqual([true, true]);
    await Bun.write(join(modelDir, "org/lines/languages/thai/dict.txt"), "ข\nก\n");
    const changed = await findLineRecogniser(modelDir, "org/lines:languages/thai");
    expect(changed).toEqual({ ok: false, reason: "dict.txt is damaged: its SHA-256 is not the recorded one" });
    const elsewhere = await findLineRecogniser(modelDir, "org/lines@other:languages/thai");
    expect(elsewhere).toEqual({ ok: false, reason: `it is there in revision ${fakeCommit}, not in other` });
  });

  test("keeps nothing that arrives otherwise than the hub says", async () => {
    const sent = { content: bytes("graph"), large: true, sent: bytes("grapH") };
    using hub = fakeHub({ "org/lines": { ...recogniserFiles, "languages/thai/rec.onnx": sent } });
    const fetching = fetchRecogniser({ modelDir, hub: hub.url, recogniser: "org/lines:languages/thai" }, options);
    await expect(fetching).rejects.toThrow("arrived damaged");
    expect((await findLineRecogniser(modelDir, "org/lines:languages/thai")).ok).toBe(false);
  });

  test.each([
    ["org/lines:languages/klingon", "org/lines has no .onnx or .txt in languages/klingon"],
    ["folder", "is not a folder of a repository"],
    ["org/lines:../languages", "is not a folder of a repository"],
  ])("refuses %s", async (recogniser, message) => {
    using hub = fakeHub({ "org/lines": recogniserFiles });
    await expect(fetchRecogniser({ modelDir, hub: hub.url, recogniser }, options)).rejects.toThrow(message);
  });

  test("finds one in a folder of one's own, as it is", async () => {
    await Bun.write(join(modelDir, "mine/rec.onnx"), "graph");
    await Bun.write(join(modelDir, "mine/dict.txt"), "ก\n");
    expect(await findLineRecogniser(modelDir, "mine")).toMatchObject({ ok: true });
    for (const named of ["../mine", "/etc", "mine/.."])
      expect(await findLineRecogniser(modelDir, named)).toMatchObject({
        ok: false,
        reason: expect.stringContaining("is neither a folder"),
      });
  });
});

describe("the models command", () => {
  const run = async (args: readonly string[], variables: Record<string, string>) => {
    const script = new URL("../../src/cli.ts", import.meta.url).pathname;
    const env = { PATH: process.env.PATH ?? "", ...variables };
    const command = Bun.spawn([process.execPath, script, "models", ...args], { env, stdout: "pipe", stderr: "pipe" });
    const [out, err, code] = await Promise.all([
      new Response(command.stdout).text(),
      new Response(command.stderr).text(),
      command.exited,
    ]);
    return { out, err, code };
  };
  const variables = {
    EMBED_MODEL: "org/model",
    EMBED_SPARSE_HEAD: "org/head:sparse_linear.pt",
    RERANK_MODEL: "org/ranker",
  };

  test("fetches both models with progress, says what it did, and checks them without network", async () => {
    using hub = fakeHub({ "org/model": small(), "org/head": head, "org/ranker": small() });
    const first = await run(["--dir", modelDir, "--hub", hub.url], variables);
    expect(first.code).toBe(0);
    expect(first.err).toContain("100 % of 0.4 MB");
    expect(first.out).toMatch(
      /fetched org\/head\/sparse_linear\.pt {2}\d+ bytes {2}sha256 [0-9a-f]{64} {2}commit 0123/,
    );
    expect(first.out).toContain("complete");
    const check = await run(["--check"], { ...variables, MODEL_DIR: modelDir });
    expect(check.code).toBe(0);
    expect(check.out.match(/checked/g)).toHaveLength(13);
  });

  test("fetches the line recogniser, too, where one is named, and checks it", async () => {
    using hub = fakeHub({
      "org/model": small(),
      "org/head": head,
      "org/ranker": small(),
      "org/lines": recogniserFiles,
    });
    const named = { ...variables, OCR_EMBEDDED_MODEL: "org/lines:languages/thai" };
    const first = await run(["--dir", modelDir, "--hub", hub.url], named);
    expect(first.out).toMatch(/fetched org\/lines\/languages\/thai\/rec\.onnx {2}5 bytes {2}sha256 [0-9a-f]{64}/);
    expect(first.code).toBe(0);
    const check = await run(["--check", "--dir", modelDir], named);
    expect(check.out).toContain("its files are there");
    expect(check.code).toBe(0);
    await Bun.write(join(modelDir, "org/lines/languages/thai/rec.onnx"), "grapH");
    const damaged = await run(["--check", "--dir", modelDir], named);
    expect(damaged.err).toContain("rec.onnx is damaged");
    expect(damaged.code).toBe(1);
  });

  test("stops a check when it is told to", async () => {
    using hub = fakeHub({ "org/model": small() });
    await fetchModel(request(hub.url), quietly);
    const models = [{ model: "org/model", dtype: "fp32", sparseHead: undefined }] as const;
    const told: string[] = [];
    const terminal = {
      print: async (line: string) => void told.push(line),
      report: (line: string) => void told.push(line),
      showStatus: () => undefined,
      clearStatus: () => undefined,
      hasStatusLine: false,
    };
    const command = { name: "models", check: true, dir: undefined, hub: undefined } as const;
    const stop = AbortSignal.abort(new Error("stop"));
    expect(await refusalOf(runModels(command, modelDir, models, terminal, stop))).toHaveProperty("message", "stop");
    expect(told).toEqual(["org/model (fp32)"]);
  });

  test("fails when a file was damaged on its way", async () => {
    using hub = fakeHub({ "org/model": small(), "org/head": head, "org/ranker": small() });
    await run(["--dir", modelDir, "--hub", hub.url], variables);
    await Bun.write(join(modelDir, "org/ranker/onnx/model.onnx"), "grapH");
    const check = await run(["--check", "--dir", modelDir], variables);
    expect(check.code).toBe(1);
    expect(check.err).toContain("onnx/model.onnx is damaged");
  });
});
