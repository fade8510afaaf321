import { setTimeout as sleep } from "node:timers/promises";
import { countTokens, type Script } from "./generation.ts";
import type { Exchange } from "./http.ts";
import { finish } from "./page-record.ts";
import type { PageRecord } from "./records.ts";

const templateError =
  "llama-server chat error: map[code:500 message:The model produced output that does not match the expected peg-native format type:server_error]";

export interface Figures {
  loadMs: number;
  promptTokens: number;
}

/** Sends a script as NDJSON. Rejects with the signal's reason when the client goes away. */
export async function streamAnswer(exchange: Exchange, page: PageRecord, script: Script, figures: Figures) {
  const { response, signal } = exchange;
  const startedAt = performance.now();
  response.writeHead(200, { "content-type": "application/x-ndjson" });
  // Pieces are due at fixed times, so that the lateness of timers does not add up over a page.
  let dueAt = startedAt;
  const pause = async () => {
    dueAt += script.pauseMs;
    const leftMs = dueAt - performance.now();
    if (leftMs > 0) await sleep(leftMs, undefined, { signal });
    signal.throwIfAborted();
  };
  if (script.isBlank) await pause();
  for (const piece of script.pieces) {
    await pause();
    page.text += piece;
    response.write(line(page, { message: { role: "assistant", content: piece }, done: false }));
  }
  const isComplete = script.ending === "stop" || script.ending === "length";
  finish(page, isComplete ? "answered" : "failed", 200);
  switch (script.ending) {
    case "reset":
      exchange.reset();
      break;
    case "none":
      response.end();
      break;
    case "template":
      response.end(`${JSON.stringify({ error: templateError })}\n`);
      break;
    case "error-line":
      response.end(`${JSON.stringify({ error: "an error was encountered while running the model: CUDA error" })}\n`);
      break;
    case "stop":
    case "length":
      response.end(line(page, lastLine(page, script.ending, figures, performance.now() - startedAt)));
  }
}

function lastLine(page: PageRecord, reason: "stop" | "length", { loadMs, promptTokens }: Figures, readMs: number) {
  const figures = {
    total_duration: nanoseconds(loadMs + readMs),
    load_duration: nanoseconds(loadMs),
    prompt_eval_count: promptTokens,
    eval_count: countTokens(page.text),
    eval_duration: nanoseconds(readMs),
  };
  // The server leaves a zero out.
  const shown = Object.fromEntries(Object.entries(figures).filter(([, value]) => value !== 0));
  return { message: { role: "assistant", content: "" }, done: true, done_reason: reason, ...shown };
}

const line = (page: PageRecord, fields: object): string =>
  `${JSON.stringify({ model: page.model, created_at: new Date().toISOString(), ...fields })}\n`;

const nanoseconds = (milliseconds: number): number => Math.round(milliseconds * 1e6);
