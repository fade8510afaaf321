/**
 * Runs a service within this process, sends mixed work, stops it, prints when, and must end by itself. Whatever is left of
 * the service (a timer, a socket, a process) keeps this one alive.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { mixedRound } from "./mixed-work.ts";
import { testKey } from "./sidecar.ts";
import { startWithOllama } from "./sidecar-with-ollama.ts";
import { writeSparseHead, writeTinyModel } from "./tiny-model.ts";

const models = await mkdtemp(join(tmpdir(), "stopped-service-"));
const weights = await writeTinyModel(join(models, "embed"), { outputs: "hidden-state" });
await writeSparseHead(join(models, "head.pt"), weights, "single");
await writeTinyModel(join(models, "rerank"), { outputs: "logits" });
const { sidecar, fake } = await startWithOllama(
  { pageDelayMs: 50 },
  {
    MODEL_DIR: models,
    EMBED_MODEL: "embed",
    EMBED_SPARSE_HEAD: "head.pt",
    RERANK_MODEL: "rerank",
    TESSERACT_WORKERS: "1",
  },
);
const target = { url: sidecar.url, headers: { "X-API-Key": testKey }, base: sidecar.base };
console.log(JSON.stringify(await mixedRound(target, 0)));
await sidecar[Symbol.asyncDispose]();
fake.takeViolations();
await fake.close();
await rm(models, { recursive: true });
console.log(Date.now());
