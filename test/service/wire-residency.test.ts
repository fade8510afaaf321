import { expect, test } from "bun:test";
import type { OllamaClient } from "../../src/ollama/chat.ts";
import { parseEnv } from "../../src/service/env.ts";
import { wireResidency } from "../../src/service/wire-residency.ts";

const unexpected = () => Promise.reject(new Error("nobody should ask this"));

/** What is decided on a card of 10,000 MB of which the LLM holds `llmMb`. */
async function decide(llmMb: number, variables: Record<string, string>) {
  const parsed = parseEnv({ OCR_SIDECAR_API_KEY: "k", GPU_TOTAL_VRAM_MB: "10000", ...variables });
  if (!parsed.ok) throw new Error(parsed.problems.join(", "));
  const bytes = llmMb * 1_048_576;
  const ollama: OllamaClient = {
    loadedModels: async () => [
      { name: "llm:latest", digest: "1", sizeBytes: bytes, vramBytes: bytes, expiresAt: undefined },
    ],
    chat: unexpected,
    installedModels: unexpected,
    capabilities: unexpected,
    version: unexpected,
    unload: unexpected,
  };
  return await wireResidency(parsed.env, ollama, () => []).decideOcr(new AbortController().signal);
}

test.each([
  ["room beyond the headroom threshold", 5000, {}, 120],
  ["less room than that", 5000, { VRAM_HEADROOM_THRESHOLD_MB: "5001" }, 0],
  ["room, but an LLM that large", 5000, { GPU_MAIN_MODEL_PRESSURE_THRESHOLD_MB: "4999" }, 0],
  ["another window", 5000, { OCR_RESIDENCY_WINDOW_SECONDS: "7" }, 7],
  ["room, and a profile that needs it", 5000, { OCR_ACTIVE_PROFILE: "deep-analysis" }, 0],
] as const)("with %s the OCR model stays as the variables say", async (_, llmMb, variables, keepAliveSeconds) => {
  expect(await decide(llmMb, variables)).toMatchObject({ keepAliveSeconds });
});

test("the last decision rests on the last reading, and a decision ends with who waits for it", async () => {
  const parsed = parseEnv({ OCR_SIDECAR_API_KEY: "k", GPU_TOTAL_VRAM_MB: "10000", OCR_MODEL: "np-dms-ocr" });
  if (!parsed.ok) throw new Error(parsed.problems.join(", "));
  const ollama: OllamaClient = {
    loadedModels: async () => [
      { name: "np-dms-ocr:latest", digest: "1", sizeBytes: 1_048_576, vramBytes: 1_048_576, expiresAt: undefined },
    ],
    chat: unexpected,
    installedModels: unexpected,
    capabilities: unexpected,
    version: unexpected,
    unload: unexpected,
  };
  const own = [{ pid: undefined, leastMb: 1, mostMb: 8000 }];
  const residency = wireResidency(parsed.env, ollama, () => own);
  expect(residency.lastOcr()).toEqual({ keepAliveSeconds: 0, reason: "query-failed" });
  const reason = new Error("gone");
  expect(await residency.decideOcr(AbortSignal.abort(reason)).catch((error: unknown) => error)).toBe(reason);
  const { signal } = new AbortController();
  // 10,000 MB less the model's one and our own 8,000 are less than 3,000.
  expect(await residency.decideOcr(signal)).toEqual({ keepAliveSeconds: 0, reason: "high-pressure" });
  expect(residency.lastOcr()).toEqual({ keepAliveSeconds: 0, reason: "high-pressure" });
  expect(residency.headroom.last().headroom).toMatchObject({ ocrModelMb: 1, otherModelsMb: 0, freeMb: 1999 });
});
