import { describe, expect, test } from "bun:test";
import { decideColdLoad } from "../src/gpu/cold-load.ts";
import { decideOcrResidency, type Headroom } from "../src/gpu/policy.ts";
import { decideGpuChild, decideRetrievalDevice, type RetrievalDeviceInput } from "../src/gpu/retrieval-device.ts";

const roomy = { known: true, totalMb: 16_384, freeMb: 9000, otherModelsMb: 0, ocrModelMb: 0, spilled: false } as const;
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

describe("where a request for vectors runs", () => {
  const usual: RetrievalDeviceInput = {
    setting: "auto",
    providerPresent: true,
    child: "none",
    headroom: roomy,
    headroomThresholdMb: 3000,
    modelSizeMb: 2300,
    latchedUntil: undefined,
    now: 1000,
  };
  test.each<[string, Partial<RetrievalDeviceInput>, "cuda" | "cpu", boolean, string]>([
    ["room enough: this one on the CPU, a child for the next", {}, "cpu", true, "headroom-sufficient"],
    ["exactly enough", { headroom: { ...roomy, freeMb: 6300 } }, "cpu", true, "headroom-sufficient"],
    ["one MB too little", { headroom: { ...roomy, freeMb: 6299 } }, "cpu", false, "high-pressure"],
    ["a spilled model wants the room", { headroom: { ...roomy, spilled: true } }, "cpu", false, "high-pressure"],
    ["unknown is not room", { headroom: unknown }, "cpu", false, "query-failed"],
    ["a ready child", { child: "ready" }, "cuda", false, "gpu-child-ready"],
    ["a ready child, card unreadable", { child: "ready", headroom: unknown }, "cuda", false, "gpu-child-ready"],
    ["a child on its way", { child: "starting" }, "cpu", false, "gpu-child-starting"],
    ["after a failure, child or not", { child: "ready", latchedUntil: 1001 }, "cpu", false, "cooling-down"],
    ["when the latch ends", { latchedUntil: 1000 }, "cpu", true, "headroom-sufficient"],
    ["the setting says cpu", { setting: "cpu", child: "ready" }, "cpu", false, "configured-cpu"],
    [
      "no provider, whatever the setting",
      { setting: "cuda", providerPresent: false },
      "cpu",
      false,
      "no-cuda-provider",
    ],
    ["cuda takes no memory from the LLM either", { setting: "cuda", headroom: unknown }, "cpu", false, "query-failed"],
  ])("%s", (_case, change, device, start, reason) => {
    expect<unknown>(decideRetrievalDevice({ ...usual, ...change })).toEqual({ device, start, reason });
  });

  test.each<[string, Headroom, boolean, string]>([
    ["stays with room", { ...roomy, freeMb: 3000 }, true, "headroom-sufficient"],
    ["goes under pressure", { ...roomy, freeMb: 2999 }, false, "high-pressure"],
    ["goes when a model has spilled", { ...roomy, spilled: true }, false, "high-pressure"],
    ["stays when the card cannot be read", unknown, true, "query-failed"],
  ])("a GPU child %s", (_case, headroom, keep, reason) => {
    expect<unknown>(decideGpuChild(headroom, 3000)).toEqual({ keep, reason });
  });
});

describe("whether a cold load waits", () => {
  test.each<[string, Headroom, "load" | "defer", string]>([
    ["the model is there already", { ...roomy, ocrModelMb: 4200, otherModelsMb: 16_000 }, "load", "already-loaded"],
    ["it fits beside the LLM exactly", { ...roomy, otherModelsMb: 12_184 }, "load", "headroom-sufficient"],
    ["it would push out the LLM", { ...roomy, otherModelsMb: 12_185 }, "defer", "would-push-out-llm"],
    ["there is nothing to push out", { ...roomy, totalMb: 2000 }, "load", "nothing-to-push-out"],
    ["the card cannot be read", unknown, "load", "query-failed"],
  ])("%s", (_case, headroom, choice, reason) => {
    expect<unknown>(decideColdLoad(headroom, 4200)).toEqual({ choice, reason });
  });
});
