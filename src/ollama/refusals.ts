import type { SidecarError } from "../errors.ts";
import { failure, parseJson } from "./answers.ts";
import type { OllamaBase } from "./base-url.ts";
import { busy, failed, notInstalled, notOllama, unauthorized } from "./faults.ts";

const maxSentenceCharacters = 200;

/** The error that an answer with a status other than 200 stands for. `body` may be cut and need not be JSON. */
export function refusal(status: number, body: string, model: string | undefined, base: OllamaBase): SidecarError {
  const said = readError(body);
  if (status === 503 || status === 429) return busy();
  if (status === 401 || status === 403) return unauthorized(base, status);
  if (said === undefined) return status === 500 ? crash("", status, base) : notOllama(base, status);
  if (status === 404 && model !== undefined) return notInstalled(model);
  if (status === 400) return rejection(said, status, base);
  if (status >= 500 || status === 499) return crash(said, status, base);
  return notOllama(base, status);
}

/** The error that `{"error": "..."}` in a stream stands for; the status was 200 by then. */
export const errorLine = (said: string, base: OllamaBase): SidecarError => crash(said, undefined, base);

/** Ollama's own words, made fit for an answer: one bounded line without credentials or paths of its machine. */
function quoted(said: string, base: OllamaBase): string {
  let text = said.replace(/[\p{C}\s]+/gu, " ").replace(/\/\/[^/@\s]*@/g, "//***@");
  for (const secret of base.secrets) text = text.replaceAll(secret, "***");
  text = text.replace(/(?<![\w:/.])(?:\/[\w.@~+-]+){2,}\/?|\b[A-Za-z]:\\\S+/g, "<path>").trim();
  const characters = [...text];
  const shown =
    characters.length > maxSentenceCharacters ? `${characters.slice(0, maxSentenceCharacters).join("")}…` : text;
  return shown === "" ? "no reason given" : shown;
}

function rejection(said: string, status: number, base: OllamaBase): SidecarError {
  return hopeless(said, status) ?? failed("rejected", `Ollama refused the page: ${quoted(said, base)}`, false, status);
}

function crash(said: string, status: number | undefined, base: OllamaBase): SidecarError {
  const known = hopeless(said, status);
  if (known !== undefined) return known;
  if (/out of memory|more system memory|cudaMalloc|insufficient memory/i.test(said)) {
    const advice = "free memory on the card or wait until another model has gone";
    return failed(
      "crashed",
      `Ollama has no memory for the OCR model (${quoted(said, base)}): ${advice}.`,
      true,
      status,
    );
  }
  return failed(
    "crashed",
    `Ollama failed while reading the page (${quoted(said, base)}): ask again, and look at Ollama's log.`,
    true,
    status,
  );
}

/** Faults that asking again cannot mend, whatever status they come with. */
function hopeless(said: string, status: number | undefined): SidecarError | undefined {
  if (/context (length|size|window)|exceed\w* .*context|prompt (is )?too long/i.test(said)) {
    const advice = "raise num_ctx (16384 fits a page) or shorten systemPrompt";
    return failed("rejected", `The prompt and the picture do not fit the model's context: ${advice}.`, false, status);
  }
  if (/image input|vision|multimodal|does not support image/i.test(said)) {
    const advice = "set OCR_MODEL to a vision model, or create it again with its projector";
    return failed("rejected", `The OCR model cannot see pictures: ${advice}.`, false, status);
  }
  if (/^option ".*" must be|cannot unmarshal/i.test(said)) {
    return failed("rejected", "Ollama refused the type of a parameter: look at runtimeParams.", false, status);
  }
  return undefined;
}

const readError = (body: string) => failure.safeParse(parseJson(body)).data?.error;
