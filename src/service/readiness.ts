import { setTimeout as sleep } from "node:timers/promises";
import { SidecarError } from "../errors.ts";
import type { Component, Readiness, ReadinessTarget } from "../http/services.ts";
import type { OllamaClient } from "../ollama/chat.ts";
import { isSameModel } from "../ollama/model-name.ts";
import type { PdfPool } from "../pdf/document.ts";
import type { SlotsStatus } from "../processes/slots.ts";
import { judgeModel } from "../retrieval/readiness.ts";
import type { Retrieval } from "../retrieval/retrieval.ts";
import type { DetectorFile } from "../tesseract/detector-file.ts";
import type { RecogniserFound } from "../tesseract/recogniser/recogniser-files.ts";
import { createFolderLook, type FolderLookOptions } from "./folder-readiness.ts";
import { askOnce, judgeWithin, patienceMs, unanswered } from "./judge-within.ts";

export interface ReadinessOptions extends FolderLookOptions {
  ollama: OllamaClient | undefined;
  ocrModel: string;
  /** The file of the network that finds lines of text for the embedded engine. */
  textDetector: DetectorFile["state"];
  /** What OCR_EMBEDDED_MODEL names, where it is set. */
  lineRecogniser?: RecogniserFound | undefined;
  /** Whether the embedded engine takes what the model could not read. */
  hasFallback: boolean;
  pool: Pick<PdfPool, "status">;
  retrieval: Pick<Retrieval, "status" | "lookAgain">;
  /** Why no work is taken, or undefined when it is. */
  refusing(): string | undefined;
  /** Milliseconds on a clock that never runs backwards; other than the default only in tests. */
  now?(): number;
}

/** Anybody may ask, so Ollama is asked at most so often. */
const maxAgeMs = 2000;

export interface ReadinessJudge {
  /** What is so now, as far as the target depends on it. */
  now(target: ReadinessTarget): Promise<Readiness>;
  /** What can be said within 50 ms; undefined while what the target depends on has never been found out. */
  soon(target: ReadinessTarget): Promise<Readiness | undefined>;
}

/** Judges the components; concurrent and quick repeated questions share one look. */
export function createReadiness(options: ReadinessOptions): ReadinessJudge {
  const now = options.now ?? (() => performance.now());
  const needsModel = options.ollama !== undefined && !options.hasFallback;
  const uploads = createFolderLook(options);
  let last: { atMs: number; looked: Looked } | undefined;

  const lookAgain = askOnce(async () => {
    const looked = await inspect(options, uploads);
    last = { atMs: now(), looked };
    return looked;
  });
  const lookNow = async (): Promise<Looked> =>
    last !== undefined && now() - last.atMs <= maxAgeMs ? last.looked : await lookAgain();
  const lookSoon = (): Promise<Looked | undefined> =>
    Promise.race([lookNow(), sleep(patienceMs, undefined, { ref: false }).then(() => last?.looked)]);

  const judge = (target: ReadinessTarget, looked: Looked): Readiness => {
    const refusal = options.refusing();
    const service: Component = refusal === undefined ? { state: "ready" } : { state: "failed", reason: refusal };
    options.retrieval.lookAgain();
    const { embedder, reranker } = options.retrieval.status();
    const models = { embedder: judgeModel(embedder), reranker: judgeModel(reranker) };
    const embeddedEngine: Component = { state: "ready", reason: stateOfEmbeddedEngine(options) };
    const pdfWorkers = judgePool(options.pool.status());
    const components: Record<string, Component> = { service, embeddedEngine, ...looked, pdfWorkers, ...models };
    return {
      ready: needed(target, needsModel).every((name) => components[name]?.state === "ready"),
      components,
    };
  };

  const dependsOnOllama = (target: ReadinessTarget) => needed(target, needsModel).includes("ollama");

  return {
    now: async (target) => judge(target, dependsOnOllama(target) ? await lookNow() : ((await lookSoon()) ?? notYet)),
    soon: async (target) => {
      const looked = await lookSoon();
      return looked === undefined && dependsOnOllama(target) ? undefined : judge(target, looked ?? notYet);
    },
  };
}

/** What is found out by asking others. */
type Looked = Record<"ollama" | "ocrModel" | "uploads", Component>;

const notYet: Looked = { ollama: unanswered, ocrModel: unanswered, uploads: unanswered };

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

function stateOfEmbeddedEngine(options: ReadinessOptions): string {
  const { textDetector, lineRecogniser } = options;
  return [
    roleOfEmbeddedEngine(options),
    ...(textDetector === "present"
      ? []
      : [`its text detector is ${textDetector}, so columns are read straight across`]),
    ...(lineRecogniser?.ok === true ? ["a line recogniser reads beside it"] : []),
    ...(lineRecogniser?.ok === false ? [`OCR_EMBEDDED_MODEL cannot be used: ${lineRecogniser.reason}`] : []),
  ].join("; ");
}

function roleOfEmbeddedEngine({ ollama, hasFallback }: ReadinessOptions): string {
  if (ollama === undefined) return "OLLAMA_API_URL is not set: the embedded engine reads the pages";
  return hasFallback
    ? "reads the pages that the model could not"
    : "finds how scanned pages lie, and reads what is asked of it by name";
}

async function inspect(options: ReadinessOptions, uploads: () => Promise<Component>): Promise<Looked> {
  const { ollama, ocrModel, lookTimeoutMs } = options;
  const judge = (otherwise: string, look: (signal: AbortSignal) => Promise<Component>) =>
    judgeWithin(otherwise, look, lookTimeoutMs);
  const [server, model, folder] = await Promise.all([
    judge("Ollama did not answer in time", async (signal) => {
      return { state: "ready", version: await requireOllama(ollama).version(signal) };
    }),
    judge("Ollama did not answer in time", (signal) => inspectModel(requireOllama(ollama), ocrModel, signal)),
    uploads(),
  ]);
  return { ollama: server, ocrModel: model, uploads: folder };
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

function requireOllama(ollama: OllamaClient | undefined): OllamaClient {
  if (ollama === undefined) throw new SidecarError("ocr_not_configured", "OLLAMA_API_URL is not set");
  return ollama;
}
