import { stat } from "node:fs/promises";
import { SidecarError } from "./errors.ts";
import type { Component, Readiness, ReadinessTarget } from "./http/services.ts";
import type { OllamaClient } from "./ollama/chat.ts";
import { isSameModel } from "./ollama/model-name.ts";
import type { PdfPool } from "./pdf/document.ts";
import type { SlotsStatus } from "./processes/slots.ts";
import { judgeModel } from "./retrieval/readiness.ts";
import type { Retrieval } from "./retrieval/retrieval.ts";

export interface ReadinessOptions {
  ollama: OllamaClient | undefined;
  ocrModel: string;
  uploadBase: string;
  /** Whether the embedded engine takes what the model could not read. */
  hasFallback: boolean;
  pool: PdfPool;
  retrieval: Retrieval;
  /** Why no work is taken, or undefined when it is. */
  refusing(): string | undefined;
  now?: () => number;
}

/** Anybody may ask, so Ollama is asked at most so often. */
const maxAgeMs = 2000;
const lookTimeoutMs = 5000;

/** Judges the components; concurrent and quick repeated questions share one look. */
export function createReadiness(options: ReadinessOptions): (target: ReadinessTarget) => Promise<Readiness> {
  const now = options.now ?? Date.now;
  let look: { atMs: number; components: Promise<Record<string, Component>> } | undefined;
  return async (target) => {
    if (look === undefined || now() - look.atMs > maxAgeMs) look = { atMs: now(), components: inspect(options) };
    const components = await look.components;
    const refusal = options.refusing();
    const service: Component = refusal === undefined ? { state: "ready" } : { state: "failed", reason: refusal };
    const { embedder, reranker } = options.retrieval.status();
    const models = { embedder: judgeModel(embedder), reranker: judgeModel(reranker) };
    const embeddedEngine: Component = { state: "ready", reason: roleOfEmbeddedEngine(options) };
    const judged: Record<string, Component> = { service, embeddedEngine, ...components, ...models };
    return {
      ready: needed(target, options.ollama !== undefined && !options.hasFallback).every(
        (name) => judged[name]?.state === "ready",
      ),
      components: judged,
    };
  };
}

function needed(target: ReadinessTarget, needsModel: boolean): readonly string[] {
  const ocr = ["service", ...(needsModel ? ["ollama", "ocrModel"] : ["embeddedEngine"]), "pdfWorkers"];
  const retrieval = ["service", "embedder", "reranker"];
  switch (target) {
    case "ocr":
      return ocr;
    case "retrieval":
      return retrieval;
    case "all":
      return [...ocr, ...retrieval];
    default:
      return target satisfies never;
  }
}

function roleOfEmbeddedEngine({ ollama, hasFallback }: ReadinessOptions): string {
  if (ollama === undefined) return "OLLAMA_API_URL is not set: the embedded engine reads the pages";
  return hasFallback ? "reads the pages that the model could not" : "finds how scanned pages lie, reads nothing";
}

async function inspect(options: ReadinessOptions): Promise<Record<string, Component>> {
  const { ollama, ocrModel, pool, uploadBase } = options;
  const [server, model, uploads] = await Promise.all([
    judge("Ollama did not answer in time", async (signal) => {
      return { state: "ready", version: await requireOllama(ollama).version(signal) };
    }),
    judge("Ollama did not answer in time", (signal) => inspectModel(requireOllama(ollama), ocrModel, signal)),
    judge("OCR_SIDECAR_UPLOAD_BASE cannot be opened", () => inspectFolder(uploadBase)),
  ]);
  return { ollama: server, ocrModel: model, pdfWorkers: judgePool(pool.status()), uploads };
}

async function inspectModel(ollama: OllamaClient, name: string, signal: AbortSignal): Promise<Component> {
  const installed = await ollama.installedModels(signal);
  if (!installed.some((model) => isSameModel(model.name, name))) {
    return { state: "failed", reason: `${name} is not installed: \`ollama pull\` it, or create it from its Modelfile` };
  }
  const capabilities = await ollama.capabilities(name, signal);
  if (capabilities.includes("vision")) return { state: "ready" };
  return { state: "failed", reason: `${name} cannot read pictures; set OCR_MODEL to a model with vision` };
}

/** Judges the processes that open documents; one is enough to go on. */
export function judgePool({ processes, ready }: Pick<SlotsStatus, "processes" | "ready">): Component {
  if (ready === processes) return { state: "ready" };
  return { state: ready > 0 ? "ready" : "loading", reason: `${ready} of ${processes} processes are up` };
}

async function inspectFolder(path: string): Promise<Component> {
  const isFolder = (await stat(path)).isDirectory();
  return isFolder ? { state: "ready" } : { state: "failed", reason: "OCR_SIDECAR_UPLOAD_BASE is not a folder" };
}

/** @param otherwise what is said where the look fails without a sentence of its own */
async function judge(otherwise: string, look: (signal: AbortSignal) => Promise<Component>): Promise<Component> {
  try {
    return await look(AbortSignal.timeout(lookTimeoutMs));
  } catch (error) {
    return { state: "failed", reason: error instanceof SidecarError ? error.message : otherwise };
  }
}

function requireOllama(ollama: OllamaClient | undefined): OllamaClient {
  if (ollama === undefined) throw new SidecarError("ocr_not_configured", "OLLAMA_API_URL is not set");
  return ollama;
}
