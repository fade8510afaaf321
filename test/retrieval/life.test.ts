import { afterEach, describe, expect, setDefaultTimeout, test } from "bun:test";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { SidecarError } from "../../src/errors.ts";
import { childStarter, type InferenceChild } from "../../src/retrieval/child/inference-child.ts";
import { FakeChildren } from "../support/fake-child.ts";
import { writeTinyModel } from "../support/tiny-model.ts";
import {
  childEnvironment,
  type TinyRetrieval,
  type TinyRetrievalOptions,
  tinyRetrieval,
} from "../support/tiny-retrieval.ts";
import { until } from "../support/until.ts";

// Processes start slowly on a busy machine; nothing here measures time.
setDefaultTimeout(60_000);

const never = new AbortController().signal;
const services: TinyRetrieval[] = [];
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
});

async function start(options: TinyRetrievalOptions = {}): Promise<TinyRetrieval> {
  const service = await tinyRetrieval(options);
  services.push(service);
  return service;
}

/** Starts real processes, and counts the batches that they are given. */
function counted() {
  const batches = { given: 0 };
  const start = childStarter({ environment: childEnvironment, maxMemoryBytes: 4 * 2 ** 30 });
  const startChild = (): InferenceChild => {
    const child = start();
    const run: InferenceChild["run"] = (ids, lengths) => {
      batches.given += 1;
      return child.run(ids, lengths);
    };
    return { ...child, run };
  };
  return { batches, startChild };
}

/** A model that computes for some hundred milliseconds on four full texts. */
const slowModel = { outputs: "three-headed", shape: { hidden: 128, layers: 8, feedForward: 512 } } as const;
const longTexts = Array.from({ length: 4 }, () => "pump ".repeat(600));

const faultOf = (promise: Promise<unknown>): Promise<SidecarError> =>
  promise.then(
    () => {
      throw new Error("it was answered");
    },
    (error: unknown) => {
      if (error instanceof SidecarError) return error;
      throw error;
    },
  );

const pidOf = ({ retrieval }: TinyRetrieval): number => {
  const { pid } = retrieval.status().embedder;
  if (pid === undefined) throw new Error("there is no process");
  return pid;
};

const isAlive = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe("a process that is killed while it computes", () => {
  test("costs only the requests in flight, is counted, and the next request works", async () => {
    const { batches, startChild } = counted();
    const service = await start({ startChild });
    const { embedder } = service.retrieval;
    await embedder.embed(["x"], never);
    const pid = pidOf(service);
    process.kill(pid, "SIGSTOP");
    const inFlight = faultOf(embedder.embed(["pump"], never));
    await until(() => batches.given === 2, "it is computed");
    const waiting = embedder.embed(["door"], never);
    process.kill(pid, "SIGKILL");
    const fault = await inFlight;
    expect(fault.code).toBe("internal_error");
    expect(fault.retryable).toBe(true);
    expect(fault.message).toContain("send it again");
    expect((await waiting).results).toHaveLength(1);
    expect((await embedder.embed(["floor"], never)).results).toHaveLength(1);
    expect(service.retrieval.status().embedder).toMatchObject({ crashes: 1, requests: 0, texts: 0 });
    expect(pidOf(service)).not.toBe(pid);
  });

  test("leaves no request without an answer, whenever it happens", async () => {
    const service = await start();
    const { embedder } = service.retrieval;
    const stop = new AbortController();
    let answered = 0;
    const codes = new Set<string>();
    const callers = Array.from({ length: 8 }, async (_, caller) => {
      for (let count = 1; !stop.signal.aborted; count += 1) {
        const texts = Array.from({ length: 1 + ((count * caller) % 20) }, (_, index) => "pump ".repeat(1 + index * 3));
        const signal = count % 5 === 0 ? AbortSignal.timeout(2) : never;
        const outcome = await embedder.embed(texts, signal).catch((error: unknown) => error);
        if (outcome instanceof SidecarError) codes.add(outcome.code);
        answered += 1;
        await Bun.sleep(1);
      }
    });
    for (let kills = 0; kills < 3; kills += 1) {
      const before = answered;
      await until(() => answered > before + 50, "there is traffic");
      process.kill(pidOf(service), "SIGKILL");
      await until(() => service.retrieval.status().embedder.crashes > kills, "the next process is ready");
    }
    await until(() => service.retrieval.status().embedder.cpu.state === "ready", "the last one is ready");
    stop.abort();
    await Promise.all(callers);
    expect([...codes]).toEqual(["internal_error"]);
    expect(service.retrieval.status().embedder).toMatchObject({ crashes: 3, requests: 0, texts: 0 });
  });

  test("again and again before it is loaded, is a fault of the model that is named", async () => {
    let started = 0;
    const startChild = () => {
      started += 1;
      const child = childStarter({ environment: childEnvironment, maxMemoryBytes: 4 * 2 ** 30 })();
      child.kill();
      return child;
    };
    const service = await start({ startChild });
    const fault = await faultOf(service.retrieval.embedder.embed(["x"], never));
    expect(fault.code).toBe("model_unavailable");
    expect(fault.message).toContain("was killed by SIGKILL");
    expect(started).toBe(3);
  });

  test("does not touch the other model", async () => {
    const service = await start();
    await service.retrieval.embedder.embed(["x"], never);
    process.kill(pidOf(service), "SIGKILL");
    expect((await service.retrieval.reranker.rerank("x", ["pump"], never)).scores).toHaveLength(1);
    expect(service.retrieval.status().reranker.crashes).toBe(0);
  });
});

describe("a request whose inference takes too long", () => {
  test("is answered 504, and the process that computes for nobody is replaced", async () => {
    // Longer than one batch takes: the limit is passed in the middle of a later one, which would end by itself.
    const limited = await start({ timeoutMs: 2_000, embedModel: slowModel, preload: true });
    await until(() => limited.retrieval.status().embedder.cpu.state === "ready", "the model is ready");
    const pid = pidOf(limited);
    const fault = await faultOf(
      limited.retrieval.embedder.embed(Array.from({ length: 20 }, () => longTexts).flat(), never),
    );
    expect(fault.code).toBe("retrieval_timeout");
    await until(() => !isAlive(pid), "the process is gone");
    await until(() => limited.retrieval.status().embedder.cpu.state === "ready", "another is ready");
    expect((await limited.retrieval.embedder.embed(["pump"], never)).results).toHaveLength(1);
    expect(limited.retrieval.status().embedder).toMatchObject({ replacements: 1, crashes: 0 });
  });
});

describe("a request whose process hangs", () => {
  test("is told that it took too long, and the next one is answered by another", async () => {
    const service = await start({ timeoutMs: 500, preload: true });
    await until(() => service.retrieval.status().embedder.cpu.state === "ready", "the model is ready");
    process.kill(pidOf(service), "SIGSTOP");
    const fault = await faultOf(service.retrieval.embedder.embed(["x"], never));
    expect(fault).toMatchObject({ code: "retrieval_timeout", retryable: true });
    await until(() => service.retrieval.status().embedder.replacements === 1, "the hung process is replaced");
    await until(() => service.retrieval.status().embedder.cpu.state === "ready", "another process is ready");
    expect((await service.retrieval.embedder.embed(["x"], never)).results).toHaveLength(1);
  });
});

describe("a request that gets no turn in time", () => {
  test("is told that the model is loading while it is", async () => {
    const service = await start({ timeoutMs: 20 });
    const fault = await faultOf(service.retrieval.embedder.embed(["x"], never));
    expect(fault.code).toBe("model_loading");
    expect(fault.retryAfterSeconds).toBeGreaterThan(0);
  });
});

describe("abandoned requests", () => {
  test("leave an empty queue, a thousand at once", async () => {
    const service = await start();
    await service.retrieval.embedder.embed(["x"], never);
    process.kill(pidOf(service), "SIGSTOP");
    const caller = new AbortController();
    const requests = Array.from({ length: 1_000 }, (_, index) =>
      service.retrieval.embedder.embed([`pump ${index}`], caller.signal),
    );
    expect(service.retrieval.status().embedder.requests).toBe(1_000);
    caller.abort(new Error("the caller is gone"));
    const outcomes = await Promise.allSettled(requests);
    expect(outcomes.every(({ status }) => status === "rejected")).toBe(true);
    expect(service.retrieval.status().embedder).toMatchObject({ requests: 0, texts: 0 });
    process.kill(pidOf(service), "SIGCONT");
    expect((await service.retrieval.embedder.embed(["door"], never)).results).toHaveLength(1);
  });

  test("are not computed", async () => {
    let sequences = 0;
    const service = await start({ onBatch: (_, __, record) => (sequences += record.sequences) });
    await service.retrieval.embedder.embed(["x"], never);
    const caller = new AbortController();
    const abandoned = Array.from({ length: 50 }, () => service.retrieval.embedder.embed(["pump"], caller.signal));
    caller.abort();
    await Promise.allSettled(abandoned);
    await service.retrieval.embedder.embed(["door"], never);
    expect(sequences).toBe(2);
  });
});

describe("requests that wait together", () => {
  test("run together", async () => {
    const batches: number[] = [];
    const service = await start({ onBatch: (_, __, { sequences }) => batches.push(sequences) });
    const { embedder } = service.retrieval;
    await embedder.embed(["x"], never);
    await Promise.all(Array.from({ length: 16 }, () => embedder.embed(["concrete pipe"], never)));
    expect(batches).toEqual([1, 16]);
  });

  test("take turns: a small one does not wait for all of a large one", async () => {
    const service = await start({ embedModel: slowModel });
    const { embedder } = service.retrieval;
    await embedder.embed(["x"], never);
    const finished: string[] = [];
    const large = embedder.embed(
      Array.from({ length: 40 }, () => longTexts[0] ?? ""),
      never,
    );
    const noted = large.then(() => finished.push("large"));
    await new Promise((resolve) => setTimeout(resolve, 30));
    await embedder.embed(["pump"], never).then(() => finished.push("small"));
    await noted;
    expect(finished).toEqual(["small", "large"]);
  });
});

describe("a model that cannot be used", () => {
  test("is named with the command that fetches it, and is found once its files are there", async () => {
    const service = await start({
      embed: {
        model: "Xenova/bge-m3@3fa3a927",
        sparseHead: "BAAI/bge-m3:sparse_linear.pt",
        dtype: "fp32",
        maxTokens: 512,
      },
    });
    const fault = await faultOf(service.retrieval.embedder.embed(["x"], never));
    expect(fault.code).toBe("model_unavailable");
    expect(fault.message).toContain("Xenova/bge-m3/config.json is not there");
    expect(fault.message).toContain('"bun run sidecar models" fetches it (about 2.3 GB)');
    expect(fault.message).not.toContain(service.modelDir);
    expect(service.retrieval.status().embedder.cpu.state).toBe("missing");
    await writeTinyModel(join(service.modelDir, "Xenova/bge-m3"), { outputs: "three-headed" });
    await until(async () => {
      const outcome = await service.retrieval.embedder.embed(["x"], never).catch(() => undefined);
      return outcome?.results.length === 1;
    }, "it is found");
  });

  const damage: ReadonlyArray<[string, TinyRetrievalOptions, (folder: string) => Promise<unknown>, RegExp]> = [
    [
      "a model file that is cut short",
      {},
      (folder) => Bun.write(join(folder, "onnx/model.onnx"), "ONNX?"),
      /cannot be used: .*model\.onnx/,
    ],
    [
      "weights that are gone",
      { embedModel: { outputs: "three-headed", external: true } },
      (folder) => rm(join(folder, "onnx/model.onnx_data")),
      /model\.onnx_data/,
    ],
    ["a tokeniser that is none", {}, (folder) => Bun.write(join(folder, "tokenizer.json"), "{"), /cannot be used/],
    [
      "a configuration without a dimension",
      {},
      (folder) => Bun.write(join(folder, "config.json"), '{"model_type":"xlm-roberta"}'),
      /hidden_size/,
    ],
    [
      "another dimension than configured",
      {},
      (folder) =>
        Bun.write(
          join(folder, "config.json"),
          '{"model_type":"xlm-roberta","hidden_size":64,"max_position_embeddings":514}',
        ),
      /dense_vecs has 32 numbers, not 64/,
    ],
    ["no sparse head", { embedModel: { outputs: "hidden-state" } }, () => Promise.resolve(), /EMBED_SPARSE_HEAD/],
    [
      "a damaged sparse head",
      { embedModel: { outputs: "hidden-state" } },
      (folder) => Bun.write(join(folder, "../../heads/sparse_linear.pt"), "zip"),
      /sparse head cannot be read: it is not a zip file/,
    ],
    [
      "outputs of another kind",
      { embedModel: { outputs: "logits" } },
      () => Promise.resolve(),
      /its outputs are logits/,
    ],
    [
      "a file that is not as recorded",
      {},
      (folder) =>
        Bun.write(
          join(folder, "../../models.lock.json"),
          JSON.stringify({
            version: 1,
            models: {
              "tiny/embed": {
                revision: "r",
                requested: "main",
                files: { "config.json": { bytes: 1, sha256: "0".repeat(64) } },
              },
            },
          }),
        ),
      /config\.json is damaged: its SHA-256/,
    ],
  ];
  test.each(damage)("because of %s, is answered 503 with the reason", async (_, options, spoil, reason) => {
    const service = await start(options);
    await spoil(join(service.modelDir, "tiny/embed"));
    const fault = await faultOf(service.retrieval.embedder.embed(["x"], never));
    expect(fault.code).toBe("model_unavailable");
    expect(fault.message).toMatch(reason);
    expect(fault.message).not.toContain(service.modelDir);
    expect((await service.retrieval.reranker.rerank("x", ["pump"], never)).scores).toHaveLength(1);
  });

  test("because the record of all models is damaged, is answered 503 with the reason", async () => {
    const service = await start();
    await Bun.write(join(service.modelDir, "models.lock.json"), "{}");
    const fault = await faultOf(service.retrieval.embedder.embed(["x"], never));
    expect(fault.code).toBe("model_unavailable");
    expect(fault.message).toContain("models.lock.json is damaged");
  });
});

describe("the end of the service", () => {
  test("lets running requests finish, refuses new ones and ends the processes", async () => {
    const service = await start();
    const { embedder } = service.retrieval;
    await embedder.embed(["x"], never);
    const pid = pidOf(service);
    const running = embedder.embed(["pump"], never);
    const closed = service.retrieval.close(never);
    expect((await faultOf(embedder.embed(["door"], never))).code).toBe("shutting_down");
    expect((await running).results).toHaveLength(1);
    await closed;
    await until(() => !isAlive(pid), "the process is gone");
  });

  test("aborts what still runs when its time is over", async () => {
    const service = await start();
    await service.retrieval.embedder.embed(["x"], never);
    process.kill(pidOf(service), "SIGSTOP");
    const running = faultOf(service.retrieval.embedder.embed(["pump"], never));
    await service.retrieval.close(AbortSignal.timeout(50));
    expect(["shutting_down", "internal_error"]).toContain((await running).code);
  });

  test.each(["in time", "too late"] as const)(
    "does not hang on a batch that waits for another model's (which ends %s)",
    async (ends) => {
      const children = new FakeChildren();
      const { retrieval } = await start({ startChild: children.start });
      await retrieval.reranker.rerank("q", ["pump"], never);
      const { promise, resolve } = Promise.withResolvers<void>();
      children.held = promise;
      const computing = retrieval.embedder.embed(["pump"], never);
      await until(() => children.started[1]?.batches === 1, "one batch is computed");
      const waiting = retrieval.reranker.rerank("q", ["pump"], never);
      const outcomes = Promise.allSettled([computing, waiting]);
      await until(() => children.started[0]?.tokenised === 2, "the other model's batch waits");
      const closed = retrieval.close(ends === "in time" ? never : AbortSignal.abort());
      if (ends === "in time") resolve();
      await closed;
      const [first, second] = await outcomes;
      expect(first.status).toBe(ends === "in time" ? "fulfilled" : "rejected");
      if (ends === "in time") expect(second).toMatchObject({ status: "fulfilled", value: { scores: [112] } });
      else expect(second).toMatchObject({ status: "rejected", reason: { code: "shutting_down" } });
      expect(children.started.some(({ alive }) => alive)).toBe(false);
    },
  );

  test("ends the processes even when the service is killed", async () => {
    const { modelDir } = await start();
    const support = new URL("../support/tiny-retrieval.ts", import.meta.url).pathname;
    const room = new URL("../../src/retrieval/retrieval.ts", import.meta.url).pathname;
    const program = `
      const { Retrieval } = await import(${JSON.stringify(room)});
      const { tinyOptions } = await import(${JSON.stringify(support)});
      const retrieval = await Retrieval.start(tinyOptions(${JSON.stringify(modelDir)}));
      await retrieval.embedder.embed(["x"], new AbortController().signal);
      console.log(retrieval.status().embedder.pid);
      setInterval(() => undefined, 1000);`;
    const parent = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe", stderr: "inherit" });
    const { value } = await parent.stdout.getReader().read();
    const pid = Number(new TextDecoder().decode(value));
    expect(isAlive(pid)).toBe(true);
    parent.kill("SIGKILL");
    await until(() => !isAlive(pid), "the child is gone too");
  });
});
