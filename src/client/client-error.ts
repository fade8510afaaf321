import { type ErrorCode, type FieldIssue, faults } from "../errors.ts";

/** Faults that the client itself finds; everything else carries the service's own code. */
export type ClientFault =
  /** No answer came: connection refused, name not known, network down. */
  | "connection_failed"
  /** The answer broke off, or nothing more of it arrived. */
  | "connection_lost"
  /** `timeoutMs` ran out, waits between attempts included. */
  | "client_timeout"
  /** The answer does not have the documented shape. */
  | "invalid_answer"
  /** An error status without the service's error body, as proxies answer. */
  | "http_error";

/** A code of this version, or one that a newer service has and this client does not know. */
export type SidecarClientErrorCode = ErrorCode | ClientFault | (string & Record<never, never>);

export interface SidecarClientErrorOptions {
  /** HTTP status; undefined when there was none. */
  status?: number | undefined;
  /** Overrides what the code says. */
  retryable?: boolean | undefined;
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
  issues?: readonly FieldIssue[] | undefined;
  cause?: unknown;
}

/** Why a call failed. `message` is the service's `detail`, or the client's own sentence. */
export class SidecarClientError extends Error {
  override readonly name = "SidecarClientError";
  readonly code: SidecarClientErrorCode;
  /** HTTP status of the answer, or of the code when the fault came inside an event stream. */
  readonly status: number | undefined;
  /** Whether the same call may succeed later. */
  readonly retryable: boolean;
  /** The id under which the service logged the request. */
  readonly requestId: string | undefined;
  /** Seconds after which the service asks to be called again. */
  readonly retryAfterSeconds: number | undefined;
  /** The fields that were refused, one by one. */
  readonly issues: readonly FieldIssue[];

  constructor(code: SidecarClientErrorCode, message: string, options: SidecarClientErrorOptions = {}) {
    super(message, { cause: options.cause });
    const known = knownFaults.get(code);
    this.code = code;
    this.status = options.status ?? known?.status;
    this.retryable = options.retryable ?? known?.retryable ?? isRetryableStatus(this.status);
    this.requestId = options.requestId;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.issues = options.issues ?? [];
  }
}

const ownFaults = {
  connection_failed: { status: undefined, retryable: true },
  connection_lost: { status: undefined, retryable: true },
  client_timeout: { status: undefined, retryable: true },
  invalid_answer: { status: undefined, retryable: false },
} satisfies Partial<Record<ClientFault, unknown>>;

const knownFaults: ReadonlyMap<string, { status: number | undefined; retryable: boolean }> = new Map(
  Object.entries({ ...faults, ...ownFaults }),
);

/** For codes that nobody here knows: what is down or overloaded may be up later. */
const isRetryableStatus = (status: number | undefined) =>
  status === 429 || status === 502 || status === 503 || status === 504;
