/**
 * Every fault a caller can meet, with its HTTP status and whether the same request may succeed later.
 * The codes are part of the contract: they are stable, and callers branch on them.
 */
export const faults = {
  invalid_request: { status: 400, retryable: false },
  invalid_json: { status: 400, retryable: false },
  invalid_path: { status: 400, retryable: false },
  keep_alive_not_allowed: { status: 400, retryable: false },
  unauthorized: { status: 401, retryable: false },
  path_outside_base: { status: 403, retryable: false },
  peer_not_allowed: { status: 403, retryable: false },
  origin_not_allowed: { status: 403, retryable: false },
  route_not_found: { status: 404, retryable: false },
  file_not_found: { status: 404, retryable: false },
  method_not_allowed: { status: 405, retryable: false },
  body_timeout: { status: 408, retryable: true },
  file_too_large: { status: 413, retryable: false },
  body_too_large: { status: 413, retryable: false },
  too_many_pages: { status: 413, retryable: false },
  too_many_texts: { status: 413, retryable: false },
  page_too_large: { status: 413, retryable: false },
  text_too_large: { status: 413, retryable: false },
  unsupported_media_type: { status: 415, retryable: false },
  unsupported_file_type: { status: 415, retryable: false },
  document_damaged: { status: 422, retryable: false },
  document_encrypted: { status: 422, retryable: false },
  document_too_complex: { status: 422, retryable: false },
  document_refused: { status: 422, retryable: false },
  // Nobody is left to see this status; it stands here because every code has one.
  client_gone: { status: 408, retryable: false },
  internal_error: { status: 500, retryable: false },
  ocr_failed: { status: 502, retryable: true },
  ocr_busy: { status: 503, retryable: true },
  ocr_not_configured: { status: 503, retryable: false },
  ollama_unreachable: { status: 503, retryable: true },
  ollama_busy: { status: 503, retryable: true },
  model_not_installed: { status: 503, retryable: false },
  retrieval_busy: { status: 503, retryable: true },
  model_loading: { status: 503, retryable: true },
  model_unavailable: { status: 503, retryable: false },
  shutting_down: { status: 503, retryable: true },
  page_timeout: { status: 504, retryable: true },
  document_timeout: { status: 504, retryable: true },
  retrieval_timeout: { status: 504, retryable: true },
} as const satisfies Record<string, { status: number; retryable: boolean }>;

export type ErrorCode = keyof typeof faults;

/** The closed set of codes, for schemas and documentation. */
export const errorCodes = Object.keys(faults) as [ErrorCode, ...ErrorCode[]];

/** One fault of one field: where it is in the request and what is wrong with it. */
export interface FieldIssue {
  path: string;
  message: string;
}

export interface SidecarErrorOptions {
  cause?: unknown;
  /** Overrides the code's own answer to "may the same request succeed later?". */
  retryable?: boolean;
  /** Seconds after which asking again makes sense; becomes `Retry-After`. */
  retryAfterSeconds?: number;
  issues?: readonly FieldIssue[];
}

/** What an error says, or a thrown value that is none. */
export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

/** New work, and work that is given up, while the service stops. */
export const shuttingDown = () => new SidecarError("shutting_down", "The service is stopping; send the request again.");

/**
 * The one error class of the service. `message` is a sentence the caller can act on and is sent as it is,
 * so it never holds a secret, a stack trace or a path of the server's file system.
 */
export class SidecarError extends Error {
  override readonly name = "SidecarError";
  readonly code: ErrorCode;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;
  readonly issues: readonly FieldIssue[] | undefined;

  constructor(code: ErrorCode, message: string, options: SidecarErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.retryable = options.retryable ?? faults[code].retryable;
    this.retryAfterSeconds = options.retryAfterSeconds;
    this.issues = options.issues;
  }

  /** HTTP status that the code is answered with. */
  get status(): (typeof faults)[ErrorCode]["status"] {
    return faults[this.code].status;
  }
}
