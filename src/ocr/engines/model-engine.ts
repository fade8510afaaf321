import { setTimeout as sleep } from "node:timers/promises";
import { SidecarError } from "../../errors.ts";
import type { ChatRequest, ChatResult, OllamaClient } from "../../ollama/chat.ts";
import { notInstalled } from "../../ollama/faults.ts";
import { isSameModel } from "../../ollama/model-name.ts";
import type { RenderedPage } from "../../pdf/document.ts";
import { cleanMarkdown } from "../clean.ts";
import { pageTooSlow } from "../page-faults.ts";
import { awaitServer } from "./await-server.ts";
import { createEncodingWatch, type EncodingWatch } from "./encoding-watch.ts";
import { unwrapAnswer } from "./model-answer.ts";
import { type Attempt, type NextStep, nextStep } from "./page-attempts.ts";
import type { EngineRequest, PageEngine, PageReading, ReadingListener } from "./page-engine.ts";
import { buildPrompt } from "./prompt.ts";
import { createRepetitionDetector, onlyGlyph } from "./repetition.ts";

export interface ModelEngineOptions {
  ollama: OllamaClient;
  model: string;
  taskPrompt: string;
  /** Readings of one page at most. */
  maxAttempts: number;
  /** Milliseconds for one page, model load and all attempts included. */
  pageTimeoutMs: number;
  /** Seconds the model is kept loaded between pages; positive, whatever the policy will decide at the end. */
  keepAliveSeconds: number;
  /** Called before each call of the model. */
  onUse(): void;
  /** Waits for room before a load that would push another model out; answers with a sentence when it waited. */
  awaitRoom?(signal: AbortSignal): Promise<string | undefined>;
  /** Called after each finished call, for the metrics. */
  onAnswer?(result: ChatResult): void;
  /** Called when the model was unloaded because its runner answered garbage. */
  onRunnerUnloaded?(): void;
  /** Called when a page is given to the model again. */
  onRetry?(cause: RetryCause): void;
}

interface ModelAtWork extends ModelEngineOptions {
  encoding: EncodingWatch;
  onPiece: ReadingListener["onPiece"];
}

/** Why a page is read again: the model repeated itself, read nothing although there is ink, or the call failed. */
export type RetryCause = "repetition" | "empty" | "error";

/** A full queue at Ollama empties page by page; a second later there may be a place. */
const busyPauseMs = 1000;

/** The vision model at Ollama as an engine. */
export function createModelEngine(options: ModelEngineOptions): PageEngine {
  const { ollama, model, taskPrompt } = options;
  const encoding = createEncodingWatch();
  return {
    lingeringMs: encoding.busyMs,
    name: "np-dms-ocr",
    version: (signal) => digestOf(ollama, model, signal),
    instructions: (request) => JSON.stringify(instructionsOf(taskPrompt, request)),
    read: (page, request, signal, listener) =>
      readPage(
        {
          ...options,
          encoding,
          onPiece: listener?.onPiece,
          onUse: () => {
            options.onUse();
            listener?.onAttempt?.();
          },
        },
        page,
        request,
        signal,
      ),
  };
}

function instructionsOf(taskPrompt: string, request: EngineRequest) {
  const options = Object.entries(request.options).sort(([a], [b]) => a.localeCompare(b));
  return { system: request.systemPrompt ?? null, prompt: buildPrompt(taskPrompt, request), options };
}

async function digestOf(ollama: OllamaClient, model: string, signal: AbortSignal): Promise<string> {
  const installed = await ollama.installedModels(signal);
  const found = installed.find((candidate) => isSameModel(candidate.name, model));
  if (found === undefined) throw notInstalled(model);
  return found.digest;
}

async function readPage(
  options: ModelAtWork,
  page: RenderedPage,
  request: EngineRequest,
  signal: AbortSignal,
): Promise<PageReading> {
  const timeout = pageTooSlow(options.pageTimeoutMs);
  // Waiting for room is the operator's wish and takes nothing from the page's own time.
  const waited = await options.awaitRoom?.(signal);
  const deadline = new AbortController();
  // What Ollama still encodes for a caller who has gone takes nothing from this page's time either.
  const timer = setTimeout(() => deadline.abort(timeout), options.pageTimeoutMs + options.encoding.busyMs());
  const within = AbortSignal.any([signal, deadline.signal]);
  try {
    const reading = await attempt(options, page, request, within);
    return waited === undefined ? reading : { ...reading, notes: [waited] };
  } finally {
    clearTimeout(timer);
  }
}

async function attempt(
  options: ModelAtWork,
  page: RenderedPage,
  request: EngineRequest,
  signal: AbortSignal,
): Promise<PageReading> {
  for (let attempts = 1; ; attempts += 1) {
    const onPiece = (piece: string) => options.onPiece?.(attempts, piece);
    const outcome = await askOnce(options, page, request, signal, onPiece);
    const step = nextStep(outcome, {
      attempts,
      maxAttempts: options.maxAttempts,
      ink: page.ink,
      chat: request.options,
    });
    switch (step.kind) {
      case "accept":
        return { ...step.reading, attempts };
      case "fail":
        if (step.unload) await unloadRunner(options, signal).catch(() => undefined);
        throw step.error;
      case "again":
        if (!(await isWorthAsking(options, step.first, attempts, signal)) && outcome.kind === "error")
          throw outcome.error;
        options.onRetry?.(outcome.kind === "answer" ? "empty" : outcome.kind);
        break;
      default:
        step satisfies never;
    }
  }
}

async function unloadRunner(
  { ollama, model, onRunnerUnloaded }: Pick<ModelEngineOptions, "ollama" | "model" | "onRunnerUnloaded">,
  signal: AbortSignal,
): Promise<void> {
  await ollama.unload(model, signal);
  onRunnerUnloaded?.();
}

/** Does what has to be done before the model is asked again, and says whether it is asked. */
async function isWorthAsking(
  options: ModelEngineOptions,
  first: Extract<NextStep, { kind: "again" }>["first"],
  attempts: number,
  signal: AbortSignal,
): Promise<boolean> {
  switch (first) {
    case "nothing":
      return true;
    case "unload":
      await unloadRunner(options, signal);
      return true;
    case "pause":
      await sleep(busyPauseMs, undefined, { signal }).catch(() => signal.throwIfAborted());
      return true;
    case "await-server":
      // A connection that broke although the server stayed counts as an attempt like any other.
      return (await awaitServer(options.ollama, signal)) || attempts < options.maxAttempts;
    default:
      return first satisfies never;
  }
}

/** One call of the model; only an abort or a programming error rejects. */
async function askOnce(
  options: ModelAtWork,
  page: RenderedPage,
  request: EngineRequest,
  signal: AbortSignal,
  onPiece: (piece: string) => void,
): Promise<Attempt> {
  const detector = createRepetitionDetector();
  let stopped: Attempt | undefined;
  options.onUse();
  const call = options.encoding.begin();
  try {
    const result = await options.ollama.chat(chatRequest(options, page, request), signal, (piece) => {
      call.firstPiece();
      const verdict = detector.push(piece);
      if (verdict.kind === "none") return onPiece(piece);
      stopped = { kind: "repetition", verdict };
      throw new Error("the answer repeats itself");
    });
    call.answered(result);
    options.onAnswer?.(result);
    const glyph = onlyGlyph(result.text);
    if (glyph !== undefined) return { kind: "repetition", verdict: { kind: "one-glyph", glyph } };
    const { text, repairs } = unwrapAnswer(result.text);
    return { kind: "answer", text: cleanMarkdown(text), repairs, cut: result.doneReason === "length" };
  } catch (error) {
    if (signal.aborted) call.givenUp();
    signal.throwIfAborted();
    if (stopped !== undefined) return stopped;
    if (error instanceof SidecarError) return { kind: "error", error };
    throw error;
  }
}

function chatRequest(options: ModelEngineOptions, page: RenderedPage, request: EngineRequest): ChatRequest {
  return {
    model: options.model,
    system: request.systemPrompt,
    prompt: buildPrompt(options.taskPrompt, request),
    image: page.png,
    options: request.options,
    keepAliveSeconds: options.keepAliveSeconds,
  };
}
