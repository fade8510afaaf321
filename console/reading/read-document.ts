import { type SidecarClient, SidecarClientError } from "../../src/client.ts";
import type { Order } from "./documents.ts";
import { faultOf, type RunEvent } from "./reduce-run.ts";

/** How often the page is drawn anew while events come, in milliseconds. */
const drawEveryMs = 80;

/**
 * Reads one document to its end and tells what happens, several events at once where they come quickly. Aborting the
 * signal closes the connection, which stops the work of the service.
 */
export async function readDocument(
  client: SidecarClient,
  file: File,
  { fields }: Order,
  signal: AbortSignal,
  tell: (events: readonly RunEvent[]) => void,
): Promise<void> {
  let waiting: RunEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const flush = () => {
    clearTimeout(timer);
    timer = undefined;
    const events = waiting;
    waiting = [];
    if (events.length > 0) tell(events);
  };
  const say = (event: RunEvent) => {
    waiting.push(event);
    timer ??= setTimeout(flush, drawEveryMs);
  };
  try {
    const request = { ...fields, deltas: true, file, fileName: file.name };
    for await (const event of client.ocrStream(request, { signal })) say({ type: "told", event, atMs: Date.now() });
  } catch (error) {
    if (signal.aborted) say({ type: "stopped", atMs: Date.now() });
    else say({ type: "failed", fault: toFault(error), atMs: Date.now() });
  } finally {
    flush();
  }
}

/** What a failed call says; of a file that the browser cannot read any more, what to do. */
export function toFault(error: unknown): ReturnType<typeof faultOf> {
  if (error instanceof SidecarClientError) return faultOf(error);
  const message = error instanceof Error ? error.message : String(error);
  return faultOf(new SidecarClientError("connection_failed", message));
}
