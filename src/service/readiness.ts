import { stat } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { SidecarError } from "../errors.ts";
import type { Component, Readiness, ReadinessTarget } from "../http/services.ts";
import type { OllamaClient } from "../ollama/chat.ts";
import { isSameModel } from "../ollama/model-name.ts";
import type { PdfPool } from "../pdf/document.ts";
import type { FolderGate } from "../pdf/files/folder-gate.ts";
import type { SlotsStatus } from "../processes/slots.ts";
import { judgeModel } from "../retrieval/readiness.ts";
import type { Retrieval } from "../retrieval/retrieval.ts";
import type { DetectorFile } from "../tesseract/detector-file.ts";
import type { RecogniserFound } from "../tesseract/recogniser/recogniser-files.ts";

export interface ReadinessOptions {
  ollama: OllamaClient | undefined;
  ocrModel: string;
  uploadBase: string;
  /** The way to it. */
  storedFolder: FolderGate;
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
  /** Other than the defaults only in tests. */
  isFolder?(path: string): Promise<boolean>;
  lookTimeoutMs?: number;
  /** Milliseconds on a clock that never runs backwards. */
  now?(): number;
}

/** Anybody may ask, so Ollama is asked at most so often. */
const maxAgeMs = 2000;
const defaultLookTimeoutMs = 5000;

/** Who does not depend on Ollama waits no longer than this for it, and then takes what was known last. */
const patienceMs = 50;

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
  const uploads = folderWithin(options);
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

const unanswered: Component = { state: "loading", reason: "no answer yet" };
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
  const { ollama, ocrModel, lookTimeoutMs = defaultLookTimeoutMs } = options;
  const judge = (otherwise: string, look: (signal: AbortSignal) => Promise<Component>) =>
    judgeWithin(lookTimeoutMs, otherwise, look);
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

/**
 * What can be said of the folder within a moment. Nothing depends on it, and a look may wait for documents that are copied
 * from a slow share, or for ever.
 */
function folderWithin(options: ReadinessOptions): () => Promise<Component> {
  const { lookTimeoutMs = defaultLookTimeoutMs } = options;
  const look = askOnce(() => inspectFolder(options));
  let last = unanswered;
  const judged = askOnce(async () => {
    last = await judgeWithin(lookTimeoutMs, "OCR_SIDECAR_UPLOAD_BASE does not answer", look);
    return last;
  });
  return () => Promise.race([judged(), sleep(patienceMs, undefined, { ref: false }).then(() => last)]);
}

async function inspectFolder(options: ReadinessOptions): Promise<Component> {
  const { uploadBase, storedFolder, isFolder = isDirectory } = options;
  const look = { signal: new AbortController().signal, isNext: true };
  const found = await storedFolder.run(() => isFolder(uploadBase).catch(() => undefined), look);
  if (found === true) return { state: "ready" };
  return {
    state: "failed",
    reason: `OCR_SIDECAR_UPLOAD_BASE ${found === false ? "is not a folder" : "cannot be opened"}`,
  };
}

const isDirectory = async (path: string) => (await stat(path)).isDirectory();

/**
 * Who asks while an answer is awaited gets that answer. A folder of a server that is gone may never answer, and each
 * question would hold one of the few threads for files.
 */
function askOnce<Answer>(ask: () => Promise<Answer>): () => Promise<Answer> {
  let asking: Promise<Answer> | undefined;
  return () => {
    asking ??= ask().finally(() => {
      asking = undefined;
    });
    return asking;
  };
}

/** @param otherwise what is said where the look fails without a sentence of its own, or does not end in time */
async function judgeWithin(
  timeoutMs: number,
  otherwise: string,
  look: (signal: AbortSignal) => Promise<Component>,
): Promise<Component> {
  const limit = AbortSignal.timeout(timeoutMs);
  try {
    return await Promise.race([look(limit), endOf(limit)]);
  } catch (error) {
    return { state: "failed", reason: error instanceof SidecarError ? error.message : otherwise };
  }
}

const endOf = (limit: AbortSignal) =>
  new Promise<never>((_, reject) => {
    limit.addEventListener("abort", () => reject(limit.reason), { once: true });
  });

function requireOllama(ollama: OllamaClient | undefined): OllamaClient {
  if (ollama === undefined) throw new SidecarError("ocr_not_configured", "OLLAMA_API_URL is not set");
  return ollama;
}
