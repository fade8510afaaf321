import { readFile } from "node:fs/promises";
import { createColdLoadGate } from "../gpu/cold-load-gate.ts";
import type { EngineDesk } from "../ocr/engines/engine-desk.ts";
import { createModelEngine } from "../ocr/engines/model-engine.ts";
import { createModelKeeper, type ModelKeeper } from "../ocr/engines/model-keeper.ts";
import { builtInTaskPrompt } from "../ocr/engines/prompt.ts";
import { PageQueue } from "../ocr/queue/page-queue.ts";
import type { OllamaClient } from "../ollama/chat.ts";
import { isSameModel } from "../ollama/model-name.ts";
import type { Metrics } from "../watch/counters.ts";
import type { Env } from "./env-schema.ts";
import type { ServiceLimits } from "./limits.ts";
import type { SharedDeskParts } from "./wire-ocr.ts";
import type { Residency } from "./wire-residency.ts";

const bytesPerMb = 1_048_576;

export interface ModelDesk {
  desk: EngineDesk;
  keeper: ModelKeeper;
}

/**
 * Puts the queue and the residency keeper around the model at Ollama.
 *
 * @throws Error when the task prompt file cannot be read
 */
export async function wireModelDesk(
  env: Env,
  limits: Pick<ServiceLimits, "page" | "queue">,
  ollama: OllamaClient,
  { headroom, decideOcr }: Residency,
  metrics: Metrics,
  shared: SharedDeskParts,
): Promise<ModelDesk> {
  const decide = async (signal: AbortSignal) => {
    const decision = await decideOcr(signal);
    metrics.decision(decision.reason, "idle");
    return decision;
  };
  const keeper = createModelKeeper({ decide, unload: (signal) => ollama.unload(env.OCR_MODEL, signal) });
  const engine = createModelEngine({
    ollama,
    model: env.OCR_MODEL,
    taskPrompt: await readTaskPrompt(env.OCR_TASK_PROMPT_FILE),
    maxAttempts: limits.page.maxAttempts,
    pageTimeoutMs: limits.page.timeoutMs,
    keepAliveSeconds: limits.page.keepAliveSeconds,
    onUse: keeper.used,
    onAnswer: (result) => metrics.answer(result),
    onRetry: (cause) => metrics.retry(cause),
    awaitRoom: createColdLoadGate({
      headroom: headroom.read,
      installedMb: (signal) => installedMb(ollama, env.OCR_MODEL, signal),
      deferMs: limits.page.deferMs,
    }),
  });
  const queue = new PageQueue({
    ...limits.queue,
    onWork: keeper.workArrived,
    onTurn: (waitedMs) => metrics.turn(waitedMs),
    onIdle: keeper.idle,
  });
  return { desk: { ...shared, engine, queue }, keeper };
}

async function installedMb(ollama: OllamaClient, name: string, signal: AbortSignal): Promise<number> {
  const models = await ollama.installedModels(signal);
  return (models.find((model) => isSameModel(model.name, name))?.sizeBytes ?? 0) / bytesPerMb;
}

async function readTaskPrompt(file: string | undefined): Promise<string> {
  if (file === undefined) return builtInTaskPrompt;
  const prompt = await readFile(file, "utf8").catch(() => "");
  if (prompt.trim() === "")
    throw new Error(
      `OCR_TASK_PROMPT_FILE holds "${file}"; it should hold the path of a readable text file that is not empty.`,
    );
  return prompt;
}
