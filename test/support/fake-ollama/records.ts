import type { PageBody } from "./chat-schema.ts";
import type { FaultKind } from "./faults.ts";
import type { ReceivedImage } from "./picture.ts";

/** One page that was asked for at `/api/chat`. Times are `performance.now()`. */
export interface PageRecord {
  /** Order of arrival, from 0. */
  index: number;
  model: string;
  system: string | undefined;
  prompt: string;
  imagesSent: number;
  /** The images that could be decoded. */
  images: ReceivedImage[];
  options: NonNullable<PageBody["options"]>;
  /** As it was sent. */
  keepAlive: number | string | undefined;
  /** The fields of the body that were there, in the order they were sent. */
  fields: string[];
  arrivedAt: number;
  /** When the model began to read the page, after any wait and load. */
  startedAt: number | undefined;
  endedAt: number | undefined;
  coldLoad: boolean;
  /** `aborted`: the client went away before the answer was complete. */
  outcome: "running" | "answered" | "refused" | "failed" | "aborted";
  status: number | undefined;
  fault: FaultKind | undefined;
  /** What was answered so far. */
  text: string;
}

/** Any request. */
export interface CallRecord {
  method: string;
  path: string;
  at: number;
  authorization: string | undefined;
}

/** One cold load, and what it did to the card. */
export interface LoadRecord {
  model: string;
  startedAt: number;
  neededMb: number;
  /** Free VRAM when the load was asked for, before anything was evicted for it. */
  freeMb: number;
  evicted: string[];
  /** Part of the model that went to the CPU. */
  spilledMb: number;
  outcome: "loading" | "loaded" | "abandoned";
  endedAt: number | undefined;
}
