import type { ModelStatus } from "./models/served-model.ts";

/** Whether a model can be used, for a status page; `reason` never holds a path of the server. */
export interface ModelReadiness {
  state: "ready" | "loading" | "failed";
  reason: string;
}

/** Judges a model by its session on the CPU, without which there is no answer; says where requests run. */
export function judgeModel({ model, cpu, gpu, device }: ModelStatus): ModelReadiness {
  const where = `${model} on ${device}; GPU ${gpu.state}: ${gpu.reason}`;
  switch (cpu.state) {
    case "ready":
      return { state: "ready", reason: where };
    case "idle":
      return { state: "loading", reason: `${model} is loaded by the first request` };
    case "starting":
      return { state: "loading", reason: `the process for ${model} starts` };
    case "fetching":
      return { state: "loading", reason: `${model} is being fetched, ${Math.floor(cpu.done * 100)} % are there` };
    case "loading":
      return { state: "loading", reason: `${model}: ${cpu.stage}` };
    case "restarting":
      return { state: "loading", reason: `the process for ${model} is started again: ${cpu.reason}` };
    case "missing":
    case "failed":
    case "gone":
      return { state: "failed", reason: cpu.reason };
    default:
      return cpu satisfies never;
  }
}
