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
