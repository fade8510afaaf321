import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";
import { writeSparseHead, writeTinyModel } from "../support/tiny-model.ts";

// Real children on a busy machine of two cores.
setDefaultTimeout(30_000);

let folder: string;
let sidecar: TestSidecar;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "models-"));
  const weights = await writeTinyModel(join(folder, "embed"), { outputs: "hidden-state" });
  await writeSparseHead(join(folder, "head.pt"), weights, "single");
  await writeTinyModel(join(folder, "rerank"), { outputs: "logits" });
  sidecar = await startSidecar({
    MODEL_DIR: folder,
    EMBED_MODEL: "embed",
    EMBED_SPARSE_HEAD: "head.pt",
    RERANK_MODEL: "rerank",
    MAX_CLIENT_BATCH: "4",
  });
});
afterAll(async () => {
  await sidecar[Symbol.asyncDispose]();
  await rm(folder, { recursive: true, force: true });
});

async function problem(response: Response) {
  const { code, errors } = await response.json();
  return { status: response.status, code, path: errors?.[0]?.path };
}

describe("/embed", () => {
  test("gives one text its vectors, with the device that ran", async () => {
    const response = await sidecar.post("/embed", { text: "แบบก่อสร้างอาคาร", texts: null });
    expect(response.status).toBe(200);
    expect(response.headers.get("X-Residency-Device")).toBe("cpu");
    const body = await response.json();
    expect(body).toMatchObject({ device: "cpu", truncated: false });
    expect(Math.hypot(...body.dense)).toBeCloseTo(1, 4);
    expect(body.sparse.indices.length).toBe(body.sparse.values.length);
    expect(body.results).toBeUndefined();
  });

  test("gives several texts the vectors each has alone", async () => {
    const texts = ["one", "แบบก่อสร้าง", "one"];
    const { results, device } = await (await sidecar.post("/embed", { texts })).json();
    const alone = await (await sidecar.post("/embed", { text: "one" })).json();
    expect(device).toBe("cpu");
    expect(results).toHaveLength(3);
    for (const index of [0, 2]) {
      for (const [place, value] of alone.dense.entries()) expect(results[index].dense[place]).toBeCloseTo(value, 4);
    }
    expect(await (await sidecar.post("/embed", { texts: [] })).json()).toEqual({ results: [], device: "cpu" });
  });

  test.each([
    ["nothing", {}, 400, "invalid_request"],
    ["a blank text", { text: " \n" }, 400, "invalid_request"],
    ["a blank text among others", { texts: ["a", ""] }, 400, "invalid_request"],
    ["both fields", { text: "a", texts: ["b"] }, 400, "invalid_request"],
    ["a number", { text: 7 }, 400, "invalid_request"],
    ["keep_alive", { text: "a", keep_alive: 0 }, 400, "keep_alive_not_allowed"],
    ["too many texts", { texts: ["a", "b", "c", "d", "e"] }, 413, "too_many_texts"],
  ] as const)("refuses %s", async (_, body, status, code) => {
    expect(await problem(await sidecar.post("/embed", body))).toMatchObject({ status, code });
  });

  test("takes a text with a lone surrogate", async () => {
    const response = await sidecar.call("/embed", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: '{"text": "a\\ud800b"}',
    });
    expect(response.status).toBe(200);
  });
});

describe("/rerank", () => {
  test("scores the chunks in their order and ranks them in both spellings", async () => {
    const chunks = ["the contract", "แบบก่อสร้าง", "the contract"];
    const response = await sidecar.post("/rerank", { query: "contract", chunks });
    expect(response.status).toBe(200);
    const { scores, rankedIndices, ranked_indices, device } = await response.json();
    expect(device).toBe("cpu");
    expect(scores).toHaveLength(3);
    expect(rankedIndices).toEqual(ranked_indices);
    expect(rankedIndices.indexOf(0)).toBeLessThan(rankedIndices.indexOf(2));
    const normalized = await (
      await sidecar.post("/rerank", { query: "contract", chunks, normalize: true, topK: 2 })
    ).json();
    expect(normalized.rankedIndices).toEqual(rankedIndices.slice(0, 2));
    expect(normalized.scores[0]).toBeCloseTo(1 / (1 + Math.exp(-scores[0])), 5);
  });

  test("answers no chunks without a model", async () => {
    await using other = await startSidecar({ MODEL_DIR: "/nowhere" });
    const response = await other.post("/rerank", { query: "q", chunks: [] });
    expect(await response.json()).toEqual({ scores: [], rankedIndices: [], ranked_indices: [], device: "cpu" });
    const missing = await other.post("/rerank", { query: "q", chunks: ["c"] });
    expect(missing.headers.get("Retry-After")).not.toBeNull();
    expect(await problem(missing)).toMatchObject({ status: 503, code: "model_unavailable" });
    const { components } = await (await fetch(`${other.url}/ready?for=retrieval`)).json();
    expect(components.reranker.state).toBe("failed");
  });

  test.each([
    ["a blank query", { query: "", chunks: ["a"] }, 400],
    ["no chunks field", { query: "q" }, 400],
    ["topK of 0", { query: "q", chunks: ["a"], topK: 0 }, 400],
    ["1,001 chunks", { query: "q", chunks: Array(1001).fill("a") }, 413],
  ] as const)("refuses %s", async (_, body, status) => {
    expect((await sidecar.post("/rerank", body)).status).toBe(status);
  });
});

describe("/v1/embeddings", () => {
  test("answers as OpenAI's clients expect, in floats or base64, and splits long lists", async () => {
    const input = ["one", "two", "three", "four", "five", "six"];
    const headers = { Authorization: `Bearer ${testKey}` };
    const { data, usage, object, model } = await (
      await sidecar.post("/v1/embeddings", { input, model: "bge-m3" }, { headers })
    ).json();
    expect({ object, model }).toEqual({ object: "list", model: "bge-m3" });
    expect(data.map(({ index }: { index: number }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(usage.prompt_tokens).toBe(usage.total_tokens);
    const base64 = await (await sidecar.post("/v1/embeddings", { input: "one", encoding_format: "base64" })).json();
    const bytes = Buffer.from(base64.data[0].embedding, "base64");
    expect(bytes.readFloatLE(0)).toBeCloseTo(data[0].embedding[0], 4);
    expect(bytes.byteLength).toBe(data[0].embedding.length * 4);
  });

  test("refuses token arrays with the name of the setting, in both shapes of error", async () => {
    for (const input of [[1, 2, 3], [[1, 2]]]) {
      const response = await sidecar.post("/v1/embeddings", { input });
      const body = await response.json();
      expect(response.status).toBe(400);
      expect(body.detail).toContain("check_embedding_ctx_length=False");
      expect(body.error).toMatchObject({ type: "invalid_request_error", code: "invalid_request" });
    }
    expect((await sidecar.post("/v1/embeddings", { input: Array(2049).fill("a") })).status).toBe(413);
    expect((await fetch(`${sidecar.url}/v1/embeddings`, { method: "POST" })).status).toBe(401);
  });
});

describe("/v1/rerank", () => {
  test("answers as the clients of Jina and Cohere expect", async () => {
    const documents = ["the contract", { text: "แบบก่อสร้าง" }, "a letter"];
    const body = await (
      await sidecar.post("/v1/rerank", { query: "contract", documents, top_n: 2, return_documents: true })
    ).json();
    expect(body.results).toHaveLength(2);
    const [first, second] = body.results;
    expect(first.relevance_score).toBeGreaterThanOrEqual(second.relevance_score);
    expect(first.document.text).toBe(["the contract", "แบบก่อสร้าง", "a letter"][first.index]);
    expect(body.usage.total_tokens).toBeGreaterThan(0);
  });
});

test("readiness judges the models where it is asked to", async () => {
  const response = await fetch(`${sidecar.url}/ready?for=retrieval`);
  const { components } = await response.json();
  expect(components.embedder.state).toBe("ready");
  expect(components.reranker.state).toBe("ready");
  expect(response.status).toBe(200);
});
