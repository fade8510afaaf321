import { describe, expect, test } from "bun:test";
import { SidecarError } from "../../src/errors.ts";
import { type Attempt, type AttemptContext, nextStep } from "../../src/ocr/engines/page-attempts.ts";
import { OllamaFault } from "../../src/ollama/faults.ts";

const context: AttemptContext = { attempts: 1, maxAttempts: 2, ink: 0.05, chat: { temperature: 0.1 } };
const answer = (text: string, cut = false): Attempt => ({ kind: "answer", text, repairs: [], cut });
const glyph: Attempt = { kind: "repetition", verdict: { kind: "one-glyph", glyph: "@" } };
const loop: Attempt = { kind: "repetition", verdict: { kind: "loop", periodChars: 20, times: 40 } };
const error = (
  code: "ocr_failed" | "ollama_busy" | "ollama_unreachable" | "model_not_installed",
  retryable = true,
  cause?: unknown,
): Attempt => ({
  kind: "error",
  error: new SidecarError(code, "It failed.", { retryable, cause }),
});

describe("what follows a call of the model", () => {
  test.each([
    ["a page is taken", answer("# Page"), {}, { kind: "accept" }],
    ["an empty answer on a page with ink is asked for again", answer(""), {}, { kind: "again", first: "nothing" }],
    ["an empty answer on a page of dust is taken", answer(""), { ink: 0.0001 }, { kind: "accept" }],
    ["an empty answer that was cut means a full context", answer("", true), {}, { kind: "fail" }],
    ["one glyph means an unload before the next try", glyph, {}, { kind: "again", first: "unload" }],
    [
      "one glyph is tried again even at temperature 0",
      glyph,
      { chat: { temperature: 0 } },
      { kind: "again", first: "unload" },
    ],
    ["a loop is tried again as it is", loop, {}, { kind: "again", first: "nothing" }],
    ["a loop at temperature 0 would come again", loop, { chat: { temperature: 0 } }, { kind: "fail" }],
    ["a loop with the caller's seed would come again", loop, { chat: { seed: 7 } }, { kind: "fail" }],
    ["a crash is tried again", error("ocr_failed"), {}, { kind: "again", first: "nothing" }],
    [
      "a stream without its end means an unload",
      error("ocr_failed", true, new OllamaFault("cut_short")),
      {},
      { kind: "again", first: "unload" },
    ],
    ["a busy server is given a pause", error("ollama_busy"), {}, { kind: "again", first: "pause" }],
    [
      "a connection that broke waits for the server",
      error("ocr_failed", true, new OllamaFault("reset")),
      {},
      { kind: "again", first: "await-server" },
    ],
    [
      "a server that is away is waited for, once more than the attempts of a page",
      error("ollama_unreachable", true, new OllamaFault("unreachable")),
      { attempts: 2 },
      { kind: "again", first: "await-server" },
    ],
    [
      "a server that goes away for ever is not",
      error("ollama_unreachable", true, new OllamaFault("unreachable")),
      { attempts: 3 },
      { kind: "fail" },
    ],
    ["a refusal is final", error("ocr_failed", false), {}, { kind: "fail" }],
    ["a server that is not Ollama is final", error("ollama_unreachable"), {}, { kind: "fail" }],
    ["a missing model is final", error("model_not_installed", false), {}, { kind: "fail" }],
    ["the last attempt is final", error("ocr_failed"), { attempts: 2 }, { kind: "fail" }],
    [
      "a runner that stays poisoned is unloaded for the next page",
      glyph,
      { attempts: 2 },
      { kind: "fail", unload: true },
    ],
    ["a loop on the last attempt is final", loop, { attempts: 2 }, { kind: "fail" }],
  ] as const)("%s", (_, outcome, changes, expected) => {
    expect(nextStep(outcome, { ...context, ...changes })).toMatchObject(expected);
  });

  test("a page that twice reads empty carries a warning and is not worth keeping", () => {
    const step = nextStep(answer(""), { ...context, attempts: 2 });
    expect(step).toMatchObject({ kind: "accept", reading: { text: "", readEmpty: true } });
    expect(step.kind === "accept" && step.reading.warnings.join()).toContain("asked 2 times");
  });

  test("a page cut at max_tokens is kept and marked", () => {
    const step = nextStep(answer("half a page", true), context);
    expect(step).toMatchObject({ kind: "accept", reading: { truncated: true } });
    expect(step.kind === "accept" && step.reading.warnings).toHaveLength(1);
  });
});
