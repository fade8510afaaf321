import { setTimeout as sleep } from "node:timers/promises";
import type { SidecarClient } from "../client/client-types.ts";

/** Loading both retrieval models from a disk takes most of it. */
const longestMs = 60_000;
const everyMs = 200;

/** Waits until a service that was started for one command is ready, or will not be; a minute at most. */
export async function untilSettled(
  target: "ocr" | "retrieval" | "all",
  client: SidecarClient,
  signal: AbortSignal,
): Promise<void> {
  for (let waitedMs = 0; waitedMs < longestMs; waitedMs += everyMs) {
    const { ready, components } = await client.ready(target, { signal });
    if (ready || Object.values(components).every(({ state }) => state !== "loading")) return;
    await sleep(everyMs, undefined, { signal });
  }
}
