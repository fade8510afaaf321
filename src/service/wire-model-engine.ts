import { readFile } from "node:fs/promises";
import { createColdLoadGate } from "../gpu/cold-load-gate.ts";
import type { EnginePipeline } from "../ocr/engines/engine-pipeline.ts";
import { createModelEngine } from "../ocr/engines/model-engine.ts";
import { createModelResidency, type ModelResidency } from "../ocr/engines/model-residency.ts";
import { builtInTaskPrompt } from "../ocr/engines/prompt.ts";
import { createPageQueue } from "../ocr/queue/page-queue.ts";
import type { OllamaClient } from "../ollama/chat.ts";
import { isSameModel } from "../ollama/model-name.ts";
import { coldLoadMs } from "../watch/counters.ts";
import type { Env } from "./env-schema.ts";
import type { ServiceLimits } from "./limits.ts";
import type { Watching } from "./watching.ts";
import type { Residency } from "./wire-residency.ts";

const bytesPerMb = 1_048_576;

/** What the pipelines of all engines share. */
export type SharedPipelineParts = Pick<EnginePipeline, "cache" | "running" | "orient" | "maxTiles">;

export interface ModelPipeline {
  pipeline: EnginePipeline;
  modelResidency: ModelResidency;
}

/**
 * Puts a queue before the model at Ollama, and lets its stay on the card follow the residency decision.
 *
 * @throws Error when the task prompt file cannot be read
 */
export async function wireModelPipeline(
  env: Env,
  limits: Pick<ServiceLimits, "page" | "queue">,
  ollama: OllamaClient,
  { headroom, decideOcr }: Residency,
  { metrics, activity }: Watching,
  shared: SharedPipelineParts,
): Promise<ModelPipeline> {
  const decide = async (signal: AbortSignal) => {
    const decision = await decideOcr(signal);
    metrics.decision(decision.reason, "idle");
    return decision;
  };
  const modelResidency = createModelResidency({
    decide,
    unload: (signal) => ollama.unload(env.OCR_MODEL, signal),
    onOutcome: (outcome) => activity.decided({ subject: "ocr-model", ...outcome }),
  });
  const engine = createModelEngine({
    ollama,
    model: env.OCR_MODEL,
    taskPrompt: await readTaskPrompt(env.OCR_TASK_PROMPT_FILE),
    maxAttempts: limits.page.maxAttempts,
    pageTimeoutMs: limits.page.timeoutMs,
    keepAliveSeconds: limits.page.keepAliveSeconds,
    onUse: modelResidency.used,
    onAnswer: (result) => {
      metrics.answer(result);
      const { loadMs, totalMs } = result;
      if (loadMs < coldLoadMs) return;
      const loaded = { subject: "ocr-model", action: "loaded", reason: "a page needed it" } as const;
      activity.decided({ ...loaded, ms: Math.round(loadMs) }, totalMs - loadMs);
    },
    onRunnerUnloaded: () =>
      activity.decided({ subject: "ocr-model", action: "unloaded", reason: "its runner answered garbage" }),
    onRetry: (cause) => metrics.retry(cause),
    awaitRoom: createColdLoadGate({
      headroom: headroom.read,
      installedMb: (signal) => installedMb(ollama, env.OCR_MODEL, signal),
      deferMs: limits.page.deferMs,
    }),
  });
  const queue = createPageQueue({
    ...limits.queue,
    onWork: modelResidency.workArrived,
    onTurn: (waitedMs) => metrics.turn(waitedMs),
    onIdle: modelResidency.idle,
  });
  return { pipeline: { ...shared, engine, queue }, modelResidency };
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
