import type { ErrorCode } from "../errors.ts";
import type { Notes } from "./answers/request-record.ts";
import type { Work } from "./intake/work.ts";
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
  work: Work;
  /** Who asks, as an opaque word made of key and peer address; absent where nobody has to say. */
  caller?: string;
  /** The residency decisions of the moment the request came; absent where they are not told, and until they are known. */
  residency?: ResidencyPicture;
  /** Set by `note`; absent until the first one. */
  notes?: Notes;
  /** The fault the request ended with. */
  fault?: { code: ErrorCode; status: number };
}

export interface AppEnv {
  Bindings: Bindings;
  Variables: Variables;
}
