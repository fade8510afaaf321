import { SidecarError } from "../../errors.ts";
import type { ChatOptions } from "../../ollama/chat.ts";
import { isConnectionLost, isRunnerPoisoned } from "../../ollama/faults.ts";
import type { PageReading } from "./page-engine.ts";
import type { RepetitionVerdict } from "./repetition.ts";

/** How one call of the model ended. */
export type Attempt =
  | { kind: "answer"; text: string; repairs: string[]; cut: boolean }
  | { kind: "repetition"; verdict: Exclude<RepetitionVerdict, { kind: "none" }> }
  | { kind: "error"; error: SidecarError };

export interface AttemptContext {
  /** Calls made so far, this one included. */
  attempts: number;
  maxAttempts: number;
  /** Share of the page that is not background, 0 to 1. */
  ink: number;
  /** The caller's sampling parameters. */
  chat: ChatOptions;
}

export type NextStep =
  | { kind: "accept"; reading: Omit<PageReading, "attempts"> }
  | { kind: "again"; first: "nothing" | "unload" | "pause" | "await-server" }
  /** A poisoned runner is unloaded all the same, or it would spoil the next page as well. */
  | { kind: "fail"; unload: boolean; error: SidecarError };

/** Less ink than this is dust: specks of a scanner on an empty page (an A4 page of one line of 12 pt has 0.001). */
const inkOfDust = 0.0002;

/**
 * What follows a call of the model: take the page, ask again (always with the caller's own parameters, since the
 * server draws another seed by itself), or give up with the reason.
 */
export function nextStep(outcome: Attempt, context: AttemptContext): NextStep {
  switch (outcome.kind) {
    case "answer":
      return afterAnswer(outcome, context);
    case "repetition":
      return afterRepetition(outcome.verdict, context);
    case "error":
      return afterError(outcome.error, context);
    default:
      return outcome satisfies never;
  }
}

function afterAnswer(answer: Extract<Attempt, { kind: "answer" }>, context: AttemptContext): NextStep {
  const warnings = [...answer.repairs];
  if (answer.text !== "") {
    if (answer.cut) warnings.push("the answer was cut at max_tokens or the end of the context; the page may go on");
    return { kind: "accept", reading: { text: answer.text, truncated: answer.cut, warnings, readEmpty: false } };
  }
  if (context.ink < inkOfDust) {
    warnings.push("nothing was read, and next to nothing is printed on the page");
    return { kind: "accept", reading: { text: "", truncated: false, warnings, readEmpty: false } };
  }
  if (answer.cut) {
    const message = "The model's context was full before it could answer; raise num_ctx or shorten the prompt.";
    return { kind: "fail", unload: false, error: new SidecarError("ocr_failed", message, { retryable: false }) };
  }
  if (context.attempts < context.maxAttempts) return { kind: "again", first: "nothing" };
  warnings.push(`the page has ink on it, yet the model read nothing (${times(context.attempts)})`);
  return { kind: "accept", reading: { text: "", truncated: false, warnings, readEmpty: true } };
}

function afterRepetition(
  verdict: Exclude<RepetitionVerdict, { kind: "none" }>,
  { attempts, maxAttempts, chat }: AttemptContext,
): NextStep {
  const poisoned = verdict.kind === "one-glyph";
  // Without randomness the same loop would come again; a poisoned runner is another matter, it is loaded anew.
  const hopeless = !poisoned && (chat.temperature === 0 || chat.seed !== undefined);
  if (attempts < maxAttempts && !hopeless) return { kind: "again", first: poisoned ? "unload" : "nothing" };
  const error = new SidecarError("ocr_failed", describe(verdict, attempts), { retryable: !hopeless });
  return { kind: "fail", unload: poisoned, error };
}

function afterError(error: SidecarError, { attempts, maxAttempts }: AttemptContext): NextStep {
  // A server that restarts is no fault of the page: once more than its attempts, if it was away in between.
  if (isConnectionLost(error) && attempts <= maxAttempts) return { kind: "again", first: "await-server" };
  const worthAnother = error.retryable && (error.code === "ocr_failed" || error.code === "ollama_busy");
  const poisoned = isRunnerPoisoned(error);
  if (attempts >= maxAttempts || !worthAnother) return { kind: "fail", unload: poisoned, error };
  if (poisoned) return { kind: "again", first: "unload" };
  return { kind: "again", first: error.code === "ollama_busy" ? "pause" : "nothing" };
}

function describe(verdict: Exclude<RepetitionVerdict, { kind: "none" }>, attempts: number): string {
  switch (verdict.kind) {
    case "one-glyph":
      return `The model answered with nothing but "${verdict.glyph}" (${times(attempts)}) and is loaded anew for the next page; if it stays so, restart Ollama.`;
    case "loop":
      return `The model repeated the same ${verdict.periodChars} characters over and over (${times(attempts)}); try another temperature or repeat_penalty.`;
    case "runaway":
      return `The model did not come to an end after ${verdict.chars} characters (${times(attempts)}); set max_tokens.`;
    default:
      return verdict satisfies never;
  }
}

const times = (attempts: number) => (attempts === 1 ? "asked once" : `asked ${attempts} times`);
