import type { ResidencyPicture } from "./services.ts";

/** What the server hands to the app with each request; absent where there is no socket. */
export interface Bindings {
  /** Address of the peer as the kernel knows it; headers are never believed. */
  peerAddress?: string;
  /** Sets how long the connection may stay silent, in seconds; 0 = for ever. */
  setIdleTimeout?(seconds: number): void;
}

export interface Variables {
  requestId: string;
  /** Aborted when the client hangs up. */
  clientSignal: AbortSignal;
  /** The residency decision of the moment the request came. */
  residency: Promise<ResidencyPicture>;
  /** What the request's log line says beside method, path, status and time. */
  summary: Record<string, string | number | boolean>;
}

export interface AppEnv {
  Bindings: Bindings;
  Variables: Variables;
}
