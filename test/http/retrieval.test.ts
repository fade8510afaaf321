import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startSidecar, type TestSidecar, testKey } from "../support/sidecar.ts";
import { writeSparseHead, writeTinyModel } from "../support/tiny-model.ts";
import { until } from "../support/until.ts";

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

  test("names the blank text of a list by its place", async () => {
    expect(await problem(await sidecar.post("/embed", { texts: ["a", "b", "\t"] }))).toMatchObject({ path: "texts.2" });
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

  test.each([
    ["an empty list", [], "input", "input: the list is empty"],
    ["a blank text of a list, by its place", ["a", " ", "b"], "input.1", "input.1: the text is blank"],
    ["a blank text", "\u0085", "input", "input: the text is blank"],
    ["a number", 7, "input", "input: send a text or a list of texts, not a number"],
    ["an object", { text: "a" }, "input", "input: send a text or a list of texts, not an object"],
    ["null, which is nothing", null, "input", "input: send a text or a list of texts, not null"],
    ["no input", undefined, "input", "input: send a text or a list of texts, not nothing"],
    [
      "a list with something else",
      ["a", "b", { text: "c" }],
      "input",
      "input: item 2 of the list is no text but an object",
    ],
    ["a list of texts and numbers", ["a", 7], "input", "input: item 1 of the list is no text but a number"],
  ] as const)("tells what is wrong with %s", async (_, input, path, detail) => {
    const response = await sidecar.post("/v1/embeddings", { input });
    const body = await response.json();
    expect(body).toMatchObject({ code: "invalid_request", detail, errors: [{ path }], error: { message: detail } });
    expect(response.status).toBe(400);
  });

  test("cuts vectors to fewer dimensions and makes them of length 1 again, and gives no more than there are", async () => {
    const ask = async (dimensions: unknown) => await sidecar.post("/v1/embeddings", { input: "one", dimensions });
    const vectorOf = async (response: Response): Promise<number[]> => (await response.json()).data[0].embedding;
    const whole = await vectorOf(await ask(null));
    const cut = await vectorOf(await ask(8));
    expect(cut).toHaveLength(8);
    expect(Math.hypot(...cut)).toBeCloseTo(1, 5);
    expect((cut[0] ?? 0) / (cut[1] ?? 1)).toBeCloseTo((whole[0] ?? 0) / (whole[1] ?? 1), 4);
    expect(await vectorOf(await ask(whole.length))).toHaveLength(whole.length);
    for (const dimensions of [whole.length + 1, 0, -1, 1.5, "8"]) {
      expect(await problem(await ask(dimensions))).toMatchObject({ status: 400, path: "dimensions" });
    }
  });
});

test.each([
  ["/embed", { text: "a" }],
  ["/rerank", { query: "q", chunks: ["a"] }],
  ["/v1/embeddings", { input: "a" }],
] as const)("%s refuses who has no key, or another", async (path, body) => {
  for (const headers of [{}, { "X-API-Key": "another" }, { Authorization: "Bearer another" }]) {
    const response = await fetch(sidecar.url + path, {
      method: "POST",
      headers: { "Content-Type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ code: "unauthorized" });
  }
});

describe("/v1/models", () => {
  test("lists both models, as they are configured, to whom has a key", async () => {
    const response = await sidecar.call("/v1/models");
    expect(response.status).toBe(200);
    const { object, data } = await response.json();
    expect(object).toBe("list");
    expect(data).toMatchObject([
      { id: "embed", object: "model", owned_by: "ocr-sidecar" },
      { id: "rerank", object: "model", owned_by: "ocr-sidecar" },
    ]);
    const refused = await fetch(`${sidecar.url}/v1/models`);
    expect(refused.status).toBe(401);
    expect((await refused.json()).error).toMatchObject({ code: "unauthorized" });
  });
});

describe.each(["/v1/rerank", "/v2/rerank"])("%s", (path) => {
  const documents = ["the contract", { text: "แบบก่อสร้าง" }, "a letter"];

  test("answers as the clients of Jina and Cohere expect", async () => {
    const body = await (
      await sidecar.post(path, { query: "contract", documents, top_n: 2, return_documents: true })
    ).json();
    expect(body.results).toHaveLength(2);
    const [first, second] = body.results;
    expect(first.relevance_score).toBeGreaterThanOrEqual(second.relevance_score);
    expect(first.document.text).toBe(["the contract", "แบบก่อสร้าง", "a letter"][first.index]);
    const alone = await Promise.all(
      documents.map(async (document) =>
        (await sidecar.post(path, { query: "contract", documents: [document] })).json(),
      ),
    );
    expect(body.usage.total_tokens).toBe(alone.reduce((sum, { usage }) => sum + usage.total_tokens, 0));
    expect(body.usage.total_tokens).toBeGreaterThan(documents.length);
  });

  test("reads the fields of a document that are named, in their order", async () => {
    const one = { query: "contract", documents: [{ title: "the contract", body: "a letter", page: 3 }] };
    const read = await (
      await sidecar.post(path, { ...one, rank_fields: ["body", "title"], return_documents: true })
    ).json();
    const same = await (await sidecar.post(path, { ...one, documents: ["a letter\nthe contract"] })).json();
    expect(read.results).toEqual([{ ...same.results[0], document: { text: "a letter\nthe contract" } }]);
  });

  test("gives no more results than there are documents, and none for none", async () => {
    const { results } = await (await sidecar.post(path, { query: "q", documents, top_n: 1_000_000 })).json();
    expect(results).toHaveLength(3);
    const { results: none } = await (await sidecar.post(path, { query: "q", documents: [] })).json();
    expect(none).toEqual([]);
  });

  test.each([
    ["a document without the text", { documents: ["a", { title: "b" }] }, "documents.1.text"],
    ["a field that is no text", { documents: [{ page: 3 }], rank_fields: ["page"] }, "documents.0.page"],
    ["a field of the prototype", { documents: [{}], rank_fields: ["toString"] }, "documents.0.toString"],
    ["no fields", { documents: ["a"], rank_fields: [] }, "rank_fields"],
    ["a document that is a number", { documents: ["a", 7] }, "documents.1"],
    ["top_n of 0", { documents: ["a"], top_n: 0 }, "top_n"],
    ["a blank query", { documents: ["a"], query: " " }, "query"],
  ] as const)("refuses %s", async (_, body, at) => {
    const response = await sidecar.post(path, { query: "q", ...body });
    const told = await response.json();
    expect(response.status).toBe(400);
    expect(told).toMatchObject({ code: "invalid_request", errors: [{ path: at }], error: { code: "invalid_request" } });
  });

  test("refuses who has no key", async () => {
    const response = await fetch(sidecar.url + path, { method: "POST", body: "{}" });
    expect(response.status).toBe(401);
    expect((await response.json()).error).toMatchObject({ type: "invalid_request_error", code: "unauthorized" });
  });
});

test("readiness finds a model that is put there later, without a caller", async () => {
  const later = await mkdtemp(join(tmpdir(), "models-"));
  await using other = await startSidecar({
    MODEL_DIR: later,
    EMBED_MODEL: "embed",
    RERANK_MODEL: "rerank",
    RETRIEVAL_PRELOAD: "true",
  });
  const states = async () => {
    const { components } = await (await fetch(`${other.url}/ready?for=retrieval`)).json();
    return [components.embedder.state, components.reranker.state];
  };
  await until(async () => (await states()).every((state) => state === "failed"), "both are known to be missing");
  await writeTinyModel(join(later, "embed"), { outputs: "three-headed" });
  await writeTinyModel(join(later, "rerank"), { outputs: "logits" });
  await until(async () => (await states()).every((state) => state === "ready"), "both are ready");
  expect((await fetch(`${other.url}/ready?for=retrieval`)).status).toBe(200);
  await rm(later, { recursive: true, force: true });
});

test("readiness judges the models where it is asked to", async () => {
  const response = await fetch(`${sidecar.url}/ready?for=retrieval`);
  const { components } = await response.json();
  expect(components.embedder.state).toBe("ready");
  expect(components.reranker.state).toBe("ready");
  expect(response.status).toBe(200);
});
