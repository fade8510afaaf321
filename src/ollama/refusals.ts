import type { SidecarError } from "../errors.ts";
import { failure, parseJson } from "./answers.ts";
import type { OllamaBase } from "./base-url.ts";
import { busy, failed, notInstalled, notOllama, unauthorized } from "./faults.ts";
import { meaningOf } from "./said.ts";

/** The error that an answer with a status other than 200 stands for. `body` may be cut and need not be JSON. */
export function refusal(status: number, body: string, model: string | undefined, base: OllamaBase): SidecarError {
  const said = failure.safeParse(parseJson(body)).data?.error;
  // Ollama's own 503 says what is the matter; one that does not comes from a proxy that has no server.
  if (status === 429 || (status === 503 && said !== undefined)) return busy();
  if (status === 401 || status === 403) return unauthorized(base, status);
  if (said === undefined) return status === 500 ? failureOf("", status) : notOllama(base, status);
  if (status === 404 && model !== undefined) return notInstalled(model);
  if (status === 400 || status === 499 || status >= 500) return failureOf(said, status);
  return notOllama(base, status);
}

/** The error that `{"error": "..."}` in a stream stands for; the status was 200 by then. */
export const errorLine = (said: string): SidecarError => failureOf(said, undefined);

function failureOf(said: string, status: number | undefined): SidecarError {
  const meaning = meaningOf(said);
  if (meaning !== undefined) return failed(meaning.kind, meaning.sentence, meaning.retryable, status);
  if (status === 400) return failed("rejected", "Ollama refused the page: look at Ollama's log.", false, status);
  const sentence = "Ollama failed while it read the page: ask again; if it stays so, look at Ollama's log.";
  return failed("crashed", sentence, true, status);
}
