import { z } from "zod";
import { parseJson } from "./answers.ts";
import type { OllamaFaultKind } from "./faults.ts";

/** Errors lie in errors no deeper than this. */
const maxLayers = 4;

/** What the words of a real server stand for. */
export interface Meaning {
  kind: Extract<OllamaFaultKind, "rejected" | "crashed">;
  sentence: string;
  /** Whether the same request may succeed later. */
  retryable: boolean;
}

interface Pattern extends Omit<Meaning, "sentence"> {
  words: RegExp;
  sentence: string | ((said: string) => string);
}

/**
 * What real servers say (0.12.6 and 0.33.0), and what it means for who asked; the first that fits. Words that are not
 * here are neither answered nor logged: they name runners, addresses and maps, and may repeat a prompt.
 */
const patterns: readonly Pattern[] = [
  {
    words: /context (length|size|window)|exceed\w* .*context|prompt (is )?too long/i,
    kind: "rejected",
    sentence:
      "The prompt and the picture do not fit the model's context: raise num_ctx (16384 fits a page) or shorten systemPrompt.",
    retryable: false,
  },
  {
    words: /failed to load image|unknown (image )?format|(decode|decoding|process|invalid) .*image|illegal base64/i,
    kind: "rejected",
    sentence: "Ollama could not decode the picture of the page: look whether its version is the documented one.",
    retryable: false,
  },
  {
    words: /image input|mmproj|vision|multimodal|does not support image/i,
    kind: "rejected",
    sentence:
      "The OCR model cannot see pictures: set OCR_MODEL to a vision model, or create it again with its projector.",
    retryable: false,
  },
  {
    words: /^option ".*" must be|cannot unmarshal/i,
    kind: "rejected",
    sentence: "Ollama refused the type of a parameter: look at runtimeParams.",
    retryable: false,
  },
  {
    words: /does not match the expected|peg-native|chat error/i,
    kind: "crashed",
    sentence:
      "The model's answer did not fit the template that Ollama reads it with: ask again, or create the model with another TEMPLATE.",
    retryable: true,
  },
  {
    words: /system memory/i,
    kind: "crashed",
    sentence: (said) =>
      `Ollama's machine has not enough main memory for the OCR model${memorySizes(said)}: free memory there, or take a smaller model.`,
    retryable: true,
  },
  {
    words: /out of memory|cudaMalloc|insufficient memory|unable to allocate|failed to allocate/i,
    kind: "crashed",
    sentence: "The card has no memory for the OCR model: free memory on it, or wait until another model has gone.",
    retryable: true,
  },
  {
    words: /runner|exit status|signal:|no longer running|\bEOF\b/i,
    kind: "crashed",
    sentence: "Ollama's runner ended while it read the page: ask again; if it stays so, look at Ollama's log.",
    retryable: true,
  },
];

/** What Ollama's words stand for, or undefined where they are not known. */
export function meaningOf(said: string): Meaning | undefined {
  const inside = unwrapped(said);
  const pattern = patterns.find(({ words }) => words.test(inside));
  if (pattern === undefined) return undefined;
  const { kind, sentence, retryable } = pattern;
  return { kind, retryable, sentence: typeof sentence === "string" ? sentence : sentence(inside) };
}

/** ` (5.6 GiB are needed, 2.1 GiB are free)`, where both are said. */
function memorySizes(said: string): string {
  const [needed, free] = said.match(/\d+(\.\d+)? [KMGT]iB/g) ?? [];
  return needed === undefined || free === undefined ? "" : ` (${needed} are needed, ${free} are free)`;
}

const wrapped = z.union([
  z.object({ error: z.string() }).transform(({ error }) => error),
  z.object({ error: z.object({ message: z.string() }) }).transform(({ error }) => error.message),
  z.object({ message: z.string() }).transform(({ message }) => message),
]);

/**
 * The words inside an error that is itself JSON text, as those of the runner are that Ollama hands on
 * (`{"error":{"code":400,"message":"…"}}` in the text of `error`); other text as it is.
 */
function unwrapped(said: string): string {
  let words = said;
  for (let layer = 0; layer < maxLayers; layer += 1) {
    const inside = wrapped.safeParse(parseJson(words)).data;
    if (inside === undefined) break;
    words = inside;
  }
  return words;
}
