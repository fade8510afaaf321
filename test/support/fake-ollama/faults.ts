import type { PageRecord } from "./records.ts";

/** What the fake can be told to do wrong. A refused connection is `stop()`, not a fault. */
export const faultKinds = [
  "busy",
  "not-installed",
  "crash",
  "out-of-memory",
  "card-out-of-memory",
  "template",
  "bad-request",
  "context-too-small",
  "no-vision",
  "hang",
  "drip",
  "reset-before",
  "reset",
  "error-line",
  "no-end",
  "empty",
  "loop",
  "one-glyph",
  "garbage",
  "html",
] as const;

export type FaultKind = (typeof faultKinds)[number];

export interface FaultOptions {
  /** Requests it strikes; for ever when infinite. */
  times?: number;
  /** Path it strikes at; `/api/chat` (pages only) unless named. */
  path?: string;
  /** Chooses among pages. */
  when?: (page: PageRecord) => boolean;
}

interface PlannedFault {
  kind: FaultKind;
  path: string;
  left: number;
  when: (page: PageRecord) => boolean;
}

/** Faults that wait for their request; the first that fits strikes. */
export class FaultPlan {
  #faults: PlannedFault[] = [];

  add(kind: FaultKind, { times = 1, path = "/api/chat", when = () => true }: FaultOptions = {}): void {
    this.#faults.push({ kind, path, left: times, when });
  }

  clear(): void {
    this.#faults = [];
  }

  take(path: string, page: PageRecord | undefined): FaultKind | undefined {
    const fault = this.#faults.find(
      (planned) => planned.left > 0 && planned.path === path && (page === undefined || planned.when(page)),
    );
    if (fault === undefined) return undefined;
    fault.left -= 1;
    return fault.kind;
  }
}

export interface Refusal {
  status: number;
  error: string;
}

/** Ollama hands on what its runner answers: JSON as the text of `error`. */
const byRunner = (code: number, message: string): Refusal => ({
  status: code,
  error: JSON.stringify({ error: { code, message, type: code === 400 ? "invalid_request_error" : "server_error" } }),
});

/** Faults that are a plain refusal, in Ollama's words. */
export function refusalOf(kind: FaultKind, model: string): Refusal | undefined {
  switch (kind) {
    case "busy":
      return { status: 503, error: "server busy, please try again.  maximum pending requests exceeded" };
    case "not-installed":
      return { status: 404, error: `model '${model.replace(/:latest$/, "")}' not found` };
    case "crash":
      return { status: 500, error: "llama runner process has terminated: exit status 2" };
    case "out-of-memory":
      return { status: 500, error: "model requires more system memory (5.6 GiB) than is available (2.1 GiB)" };
    case "card-out-of-memory":
      return { status: 500, error: "llama runner process has terminated: cudaMalloc failed: out of memory" };
    case "bad-request":
      return byRunner(400, "Failed to load image or audio file");
    case "context-too-small":
      return byRunner(400, "request (2905 tokens) exceeds the available context size (2048 tokens), try increasing it");
    case "no-vision":
      return byRunner(
        500,
        "image input is not supported - hint: if this is unexpected, you may need to provide the mmproj",
      );
    default:
      return undefined;
  }
}
