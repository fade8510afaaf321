import { describe, expect, test } from "bun:test";
import { decideColdLoad, decideOcrResidency, type Headroom } from "../../src/gpu/policy.ts";

const roomy = {
  known: true,
  totalMb: 16_384,
  freeMb: 9000,
  otherModelsMb: 0,
  ocrModelMb: 0,
  ocrModelLoaded: false,
  spilled: false,
} as const;
const unknown: Headroom = { known: false, why: "nobody answers" };

describe("how long the OCR model stays", () => {
  const limits = { headroomThresholdMb: 3000, mainModelPressureMb: 7000, windowSeconds: 120 };
  test.each<[string, string | undefined, Headroom, number, string]>([
    ["there is room", undefined, roomy, 120, "headroom-sufficient"],
    ["an unknown profile is no error", "standard", roomy, 120, "headroom-sufficient"],
    ["deep-analysis needs the card", "deep-analysis", roomy, 0, "large-context-active"],
    ["large-context needs the card", "large-context", roomy, 0, "large-context-active"],
    ["a profile goes before an unreadable card", "large-context", unknown, 0, "large-context-active"],
    ["the card could not be read", undefined, unknown, 0, "query-failed"],
    ["other models at their threshold", undefined, { ...roomy, otherModelsMb: 7000 }, 120, "headroom-sufficient"],
    ["other models above their threshold", undefined, { ...roomy, otherModelsMb: 7000.5 }, 0, "high-pressure"],
    ["free memory at its threshold", undefined, { ...roomy, freeMb: 3000 }, 120, "headroom-sufficient"],
    ["free memory below its threshold", undefined, { ...roomy, freeMb: 2999.9 }, 0, "high-pressure"],
    ["the OCR model itself is no pressure", undefined, { ...roomy, ocrModelMb: 12_000 }, 120, "headroom-sufficient"],
  ])("%s", (_case, profile, headroom, keepAliveSeconds, reason) => {
    expect<unknown>(decideOcrResidency(profile, headroom, limits)).toEqual({ keepAliveSeconds, reason });
  });
});

describe("whether a cold load waits", () => {
  test.each<[string, Headroom, "load" | "defer", string]>([
    [
      "the model is there already",
      { ...roomy, ocrModelMb: 4200, ocrModelLoaded: true, otherModelsMb: 16_000 },
      "load",
      "already-loaded",
    ],
    ["it fits beside the LLM exactly", { ...roomy, otherModelsMb: 12_184 }, "load", "headroom-sufficient"],
    ["it would push out the LLM", { ...roomy, otherModelsMb: 12_185 }, "defer", "would-push-out-llm"],
    ["there is nothing to push out", { ...roomy, totalMb: 2000 }, "load", "nothing-to-push-out"],
    ["the card cannot be read", unknown, "load", "query-failed"],
  ])("%s", (_case, headroom, choice, reason) => {
    expect<unknown>(decideColdLoad(headroom, 4200)).toEqual({ choice, reason });
  });
});
