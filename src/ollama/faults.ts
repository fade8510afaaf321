import { SidecarError } from "../errors.ts";
import type { OllamaBase } from "./base-url.ts";

/**
 * What went wrong at Ollama, finer than the error codes of the contract:
 * - `unreachable`: refused, no such host, or no answer within the time of a management call
 * - `not_ollama`: something else answers at that address
 * - `not_installed`, `busy`: 404 and 503, or 429, in Ollama's own words
 * - `rejected`: the request cannot succeed as it is (400, or an option of the wrong type, or no vision)
 * - `crashed`: 500 or an error line: load failure, out of memory, runner crash
 * - `reset`: the connection broke before the answer was complete
 * - `cut_short`: the stream ended without its last line. The server does so to a runner that repeats one token:
 *   the runner is to be taken for poisoned until the model has been unloaded
 * - `garbage`: an answer that is not NDJSON of the expected shape
 * - `runaway`: more text than a page can hold
 * - `still_loaded`: an unload that was accepted and did not happen in time
 */
export type OllamaFaultKind =
  | "unreachable"
  | "not_ollama"
  | "not_installed"
  | "busy"
  | "rejected"
  | "crashed"
  | "reset"
  | "cut_short"
  | "garbage"
  | "runaway"
  | "still_loaded";

/** The `cause` of every `SidecarError` that this room throws. */
export class OllamaFault {
  readonly kind: OllamaFaultKind;
  /** HTTP status of the answer, where there was one. */
  readonly status: number | undefined;

  constructor(kind: OllamaFaultKind, status?: number) {
    this.kind = kind;
    this.status = status;
  }
}

/** What went wrong at Ollama, or undefined when the error does not come from there. */
export const ollamaFaultOf = (error: unknown): OllamaFault | undefined =>
  error instanceof SidecarError && error.cause instanceof OllamaFault ? error.cause : undefined;

/** Whether the model must be unloaded before it is asked again. */
export const isRunnerPoisoned = (error: unknown): boolean => ollamaFaultOf(error)?.kind === "cut_short";

/** Whether the server went away under the call, or was not there: it may be restarting. */
export const isConnectionLost = (error: unknown): boolean => {
  const { kind, status } = ollamaFaultOf(error) ?? {};
  // With these a proxy says that it finds no server: 502 of nginx, Caddy and Traefik, 503 of HAProxy and Envoy.
  const isProxyAlone = kind === "not_ollama" && (status === 502 || status === 503);
  return kind === "reset" || kind === "unreachable" || isProxyAlone;
};

export function unreachable(base: OllamaBase): SidecarError {
  return new SidecarError(
    "ollama_unreachable",
    `Ollama cannot be reached at ${base.masked}: start it or correct OLLAMA_API_URL.`,
    { cause: new OllamaFault("unreachable") },
  );
}

export function silent(base: OllamaBase, timeoutMs: number): SidecarError {
  return new SidecarError(
    "ollama_unreachable",
    `Ollama at ${base.masked} did not answer within ${timeoutMs / 1000} s: look whether it hangs, or correct OLLAMA_API_URL.`,
    { cause: new OllamaFault("unreachable") },
  );
}

export function notOllama(base: OllamaBase, status: number | undefined): SidecarError {
  const answer = status === undefined ? "an answer that is not Ollama's" : `status ${status}`;
  return new SidecarError(
    "ollama_unreachable",
    `${base.masked} gives ${answer}: correct OLLAMA_API_URL, or look at the proxy in between.`,
    { cause: new OllamaFault("not_ollama", status), retryable: status !== undefined && status >= 500 },
  );
}

export function unauthorized(base: OllamaBase, status: number): SidecarError {
  return new SidecarError(
    "ollama_unreachable",
    `${base.masked} refuses the credentials of OLLAMA_API_URL: put the right user and password into it.`,
    { cause: new OllamaFault("not_ollama", status), retryable: false },
  );
}

export function notInstalled(model: string): SidecarError {
  return new SidecarError(
    "model_not_installed",
    `The model ${model} is not installed at Ollama: \`ollama pull\` it, or create it from its Modelfile.`,
    { cause: new OllamaFault("not_installed", 404) },
  );
}

export function busy(): SidecarError {
  return new SidecarError(
    "ollama_busy",
    "Ollama's own queue is full: ask again later, or raise OLLAMA_MAX_QUEUE where Ollama runs.",
    { cause: new OllamaFault("busy", 503) },
  );
}

export function reset(): SidecarError {
  return failed(
    "reset",
    "The connection to Ollama broke before the answer was complete: look at Ollama's log and ask again.",
  );
}

export function stillLoaded(model: string, waitedMs: number): SidecarError {
  return new SidecarError(
    "ollama_busy",
    `Ollama still holds ${model} ${waitedMs / 1000} s after it was asked to unload it: another client may be using it.`,
    { cause: new OllamaFault("still_loaded") },
  );
}

/** Any other fault of a request that had reached Ollama. `sentence` says what happened and what to do. */
export function failed(kind: OllamaFaultKind, sentence: string, retryable = true, status?: number): SidecarError {
  return new SidecarError("ocr_failed", sentence, { cause: new OllamaFault(kind, status), retryable });
}
