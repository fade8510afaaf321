import type { ErrorCode } from "../errors.ts";
import type { Notes } from "./answers/request-record.ts";
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
  /** Who asks, as an opaque word made of key and peer address; absent where nobody has to say. */
  caller?: string;
  /** The residency decision of the moment the request came. */
  residency: Promise<ResidencyPicture | undefined>;
  /** Set by `note`; absent until the first one. */
  notes?: Notes;
  /** The fault the request ended with. */
  fault?: { code: ErrorCode; status: number };
  /** Settles when the work has ended, where the answer begins before that. Never rejects. */
  workEnded?: Promise<void>;
}

export interface AppEnv {
  Bindings: Bindings;
  Variables: Variables;
}
