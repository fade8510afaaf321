/** A worker that asks for `/health` over and over, so that the load's own event loop does not blur the times. */
import { quantile } from "./statistics.ts";

declare const self: Worker;

export interface HealthTimes {
  requests: number;
  medianMs: number;
  p99Ms: number;
  maximumMs: number;
}

const times: number[] = [];
let running = true;

self.onmessage = async ({ data }: MessageEvent<string>) => {
  if (data === "stop") {
    running = false;
    return;
  }
  while (running) {
    const startedMs = performance.now();
    await (await fetch(`${data}/health`)).text();
    times.push(performance.now() - startedMs);
    await Bun.sleep(5);
  }
  const answer: HealthTimes = {
    requests: times.length,
    medianMs: quantile(times, 0.5),
    p99Ms: quantile(times, 0.99),
    maximumMs: Math.max(...times),
  };
  self.postMessage(answer);
};
self.postMessage("ready");
