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

  test("a page of as much ink as a line of small print is asked for again, one of less is taken", () => {
    expect(nextStep(answer(""), { ...context, ink: 0.0002 })).toEqual({ kind: "again", first: "nothing" });
    expect(nextStep(answer(""), { ...context, ink: 0.000199 })).toEqual({
      kind: "accept",
      reading: {
        text: "",
        truncated: false,
        warnings: ["nothing was read, and next to nothing is printed on the page"],
        readEmpty: false,
      },
    });
  });

  test("what was unwrapped is said of the page, whatever becomes of it", () => {
    const repaired = (text: string): Attempt => ({ kind: "answer", text, repairs: ["it was JSON"], cut: false });
    const said = [context, { ...context, ink: 0 }, { ...context, attempts: 2 }].map((of, index) => {
      const step = nextStep(repaired(index === 0 ? "text" : ""), of);
      return step.kind === "accept" ? step.reading.warnings[0] : step.kind;
    });
    expect(said).toEqual(["it was JSON", "it was JSON", "it was JSON"]);
  });

  test("a page that is whole is not marked as cut", () => {
    expect(nextStep(answer("# Page"), context)).toEqual({
      kind: "accept",
      reading: { text: "# Page", truncated: false, warnings: [], readEmpty: false },
    });
  });

  test.each<[string, Attempt, Partial<AttemptContext>, boolean, boolean, string]>([
    ["a full context", answer("", true), {}, false, false, "raise num_ctx"],
    ["one glyph", glyph, { attempts: 2 }, true, true, 'nothing but "@" (asked 2 times)'],
    ["a loop", loop, { attempts: 2 }, false, true, "the same 20 characters over and over (asked 2 times)"],
    ["a loop without randomness", loop, { chat: { temperature: 0 } }, false, false, "(asked once)"],
    ["a loop with a seed of 0", loop, { chat: { seed: 0 } }, false, false, "(asked once)"],
    [
      "an answer without end",
      { kind: "repetition", verdict: { kind: "runaway", chars: 100_001 } },
      { attempts: 2 },
      false,
      true,
      "after 100001 characters (asked 2 times)",
    ],
    ["a crash", error("ocr_failed"), { attempts: 2 }, false, true, "It failed."],
    [
      "a poisoned runner",
      error("ocr_failed", true, new OllamaFault("cut_short")),
      { attempts: 2 },
      true,
      true,
      "It failed.",
    ],
  ])("%s fails with what to do, and says whether a retry may help", (_, outcome, changes, unload, retryable, says) => {
    const step = nextStep(outcome, { ...context, ...changes });
    expect(step).toMatchObject({ kind: "fail", unload, error: { retryable, message: expect.stringContaining(says) } });
  });

  test.each([
    ["one attempt", 1, 1, "fail"],
    ["the last of three", 3, 3, "fail"],
    ["the second of three", 2, 3, "again"],
  ] as const)("of %s the fault decides", (_, attempts, maxAttempts, kind) => {
    for (const outcome of [glyph, loop, error("ocr_failed"), error("ollama_busy")])
      expect(nextStep(outcome, { ...context, attempts, maxAttempts }).kind).toBe(kind);
  });
});
