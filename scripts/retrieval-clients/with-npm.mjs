// Runs where with-npm.sh has fetched the packages: each tool as its own documentation sets it up.
import assert from "node:assert/strict";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { CohereRerank } from "@langchain/cohere";
import { Document } from "@langchain/core/documents";
import { OpenAIEmbeddings } from "@langchain/openai";
import { OpenAIEmbedding } from "@llamaindex/openai";
import { embedMany } from "ai";
import { CohereClient, CohereClientV2 } from "cohere-ai";
import OpenAI from "openai";

const { SIDECAR_URL: url = "", OCR_SIDECAR_API_KEY: apiKey = "" } = process.env;
const texts = ["แบบก่อสร้างอาคาร", "concrete works", "a price list"];
const query = "concrete";

/** Every tool gives the same vectors: OpenAI's own client is what the others are compared with. */
const openai = new OpenAI({ baseURL: `${url}/v1`, apiKey, maxRetries: 0 });
const { data } = await openai.embeddings.create({ model: "bge-m3", input: texts });
const expected = data.map(({ embedding }) => embedding);

function assertSame(vectors) {
  assert.equal(vectors.length, expected.length);
  for (const [row, vector] of vectors.entries()) {
    assert.equal(vector.length, expected[row].length);
    for (const [place, value] of vector.entries()) assert.ok(Math.abs(value - expected[row][place]) < 1e-4);
  }
}

/** Of results in the order of relevance: every document once, the best first. */
function assertRanking(results, score) {
  assert.deepEqual(
    results.map(({ index }) => index).sort((a, b) => a - b),
    texts.map((_, index) => index),
  );
  for (const [place, result] of results.entries()) {
    assert.ok(score(result) > 0 && score(result) < 1);
    if (place > 0) assert.ok(score(result) <= score(results[place - 1]));
  }
}

const checks = {
  "openai: vectors, as floats and as base64": async () => {
    for (const encoding_format of ["float", "base64"]) {
      const answer = await openai.embeddings.create({ model: "bge-m3", input: texts, encoding_format });
      assert.ok(answer.usage.total_tokens > 0);
      if (encoding_format === "float") assertSame(answer.data.map(({ embedding }) => embedding));
    }
  },
  "openai: fewer dimensions": async () => {
    const answer = await openai.embeddings.create({ model: "bge-m3", input: "a", dimensions: 8 });
    assert.equal(answer.data[0].embedding.length, 8);
  },
  "openai: two thousand texts": async () => {
    const input = Array.from({ length: 2048 }, (_, index) => `text ${index}`);
    const answer = await openai.embeddings.create({ model: "bge-m3", input });
    assert.equal(answer.data.length, 2048);
  },
  "openai: the list of models": async () => {
    const { data: models } = await openai.models.list();
    assert.equal(models.length, 2);
  },
  "openai: an error with its code": async () => {
    const failure = await openai.embeddings.create({ model: "bge-m3", input: ["a", " "] }).catch((error) => error);
    assert.ok(failure instanceof OpenAI.BadRequestError);
    assert.equal(failure.code, "invalid_request");
    assert.match(failure.message, /input\.1: the text is blank/);
  },
  "openai: a wrong key": async () => {
    const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: "wrong", maxRetries: 0 });
    await assert.rejects(stranger.models.list(), OpenAI.AuthenticationError);
  },
  "LangChain OpenAIEmbeddings": async () => {
    const embeddings = new OpenAIEmbeddings({ model: "bge-m3", apiKey, configuration: { baseURL: `${url}/v1` } });
    assertSame(await embeddings.embedDocuments(texts));
    assertSame([await embeddings.embedQuery(texts[0]), ...expected.slice(1)]);
  },
  "LangChain CohereRerank": async () => {
    const client = new CohereClient({ environment: url, token: apiKey });
    const reranker = new CohereRerank({ client, model: "bge-reranker-large", topN: 3 });
    const documents = texts.map((pageContent) => new Document({ pageContent }));
    assertRanking(await reranker.rerank(documents, query), ({ relevanceScore }) => relevanceScore);
    assert.equal((await reranker.compressDocuments(documents, query)).length, 3);
  },
  "LlamaIndex OpenAIEmbedding": async () => {
    const embedding = new OpenAIEmbedding({ model: "bge-m3", apiKey, baseURL: `${url}/v1` });
    assertSame(await embedding.getTextEmbeddings(texts));
  },
  "cohere-ai, first version": async () => {
    const client = new CohereClient({ environment: url, token: apiKey });
    const documents = texts.map((text) => ({ title: text, page: "1" }));
    const answer = await client.rerank({ query, documents, rankFields: ["title"], returnDocuments: true });
    assertRanking(answer.results, ({ relevanceScore }) => relevanceScore);
    for (const { index, document } of answer.results) assert.equal(document.text, texts[index]);
  },
  "cohere-ai, second version": async () => {
    const client = new CohereClientV2({ environment: url, token: apiKey });
    const answer = await client.rerank({ model: "bge-reranker-large", query, documents: texts, topN: 1000 });
    assertRanking(answer.results, ({ relevanceScore }) => relevanceScore);
  },
  "AI SDK": async () => {
    const provider = createOpenAICompatible({ name: "sidecar", baseURL: `${url}/v1`, apiKey });
    const { embeddings } = await embedMany({ model: provider.embeddingModel("bge-m3"), values: texts });
    assertSame(embeddings);
  },
};

for (const [name, check] of Object.entries(checks)) {
  try {
    await check();
    console.log(`works  ${name}`);
  } catch (error) {
    process.exitCode = 1;
    console.log(`FAILS  ${name}: ${error}`);
  }
}
