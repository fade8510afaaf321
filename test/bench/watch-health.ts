import type { HealthTimes } from "./health-watcher.ts";

/** Begins to ask for `/health` from a thread of its own; the returned function ends it and gives the times. */
export async function watchHealth(url: string): Promise<() => Promise<HealthTimes>> {
  const worker = new Worker(new URL("./health-watcher.ts", import.meta.url));
  const next = <Message>() =>
    new Promise<Message>((resolve) => {
      worker.addEventListener("message", ({ data }: MessageEvent<Message>) => resolve(data), { once: true });
    });
  await next<"ready">();
  worker.postMessage(url);
  return async () => {
    const times = next<HealthTimes>();
    worker.postMessage("stop");
    const result = await times;
    worker.terminate();
    return result;
  };
}
