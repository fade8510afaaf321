import { chatLine, parseJson } from "./answers.ts";
import type { ChatResult } from "./chat.ts";
import { failed, reset } from "./faults.ts";
import { LineTooLongError, readLines } from "./ndjson.ts";
import { errorLine } from "./refusals.ts";

export interface ChatStreamLimits {
  maxLineBytes: number;
  /** UTF-16 units of one answer. */
  maxAnswerCharacters: number;
}

/**
 * Reads the answer of `/api/chat` to its last line. Throws a `SidecarError` for an error line, an end without
 * `done` or in mid-line, garbage or endless text, and whatever `onPiece` throws; all of these close the connection.
 */
export async function readChatStream(
  stream: ReadableStream<Uint8Array>,
  limits: ChatStreamLimits,
  onPiece: (piece: string) => void,
): Promise<ChatResult> {
  let text = "";
  try {
    for await (const line of readLines(stream, limits.maxLineBytes)) {
      const parsed = parseLine(line);
      if ("error" in parsed) throw errorLine(parsed.error);
      const piece = parsed.message?.content ?? "";
      text += piece;
      if (text.length > limits.maxAnswerCharacters) throw runaway();
      if (piece !== "") onPiece(piece);
      if (parsed.done !== true) continue;
      return {
        text,
        doneReason: parsed.done_reason,
        totalMs: parsed.total_duration / 1e6,
        loadMs: parsed.load_duration / 1e6,
        promptTokens: parsed.prompt_eval_count,
        outputTokens: parsed.eval_count,
        outputMs: parsed.eval_duration / 1e6,
      };
    }
  } catch (error) {
    throw error instanceof LineTooLongError ? garbage() : error;
  }
  throw failed(
    "cut_short",
    "Ollama ended the answer before it was complete, as it does when the model repeats itself: ask again; if it stays so, restart Ollama.",
  );
}

function parseLine(line: string) {
  const value = parseJson(line);
  // A proxy ends the answer of a server that died as if it were whole.
  if (value === undefined && line.startsWith("{")) throw reset();
  const parsed = chatLine.safeParse(value);
  if (parsed.success) return parsed.data;
  throw garbage();
}

const garbage = () =>
  failed(
    "garbage",
    "What answers as Ollama does not speak its protocol: look at OLLAMA_API_URL and any proxy in between.",
  );

const runaway = () => failed("runaway", "The model's answer does not end: set max_tokens, or look at the page.");
