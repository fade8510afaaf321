import { z } from "zod";
import { errorCodes } from "../../src/errors.ts";

/** Faults of Ollama, a full queue, and time that ran out: the only ones that are not the caller's. */
const serverStatuses: ReadonlySet<number> = new Set([502, 503, 504]);

const problem = z.strictObject({
  detail: z.string().min(1),
  code: z.enum(errorCodes),
  requestId: z.string().min(1),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  /** On the endpoints below /v1. */
  error: z.strictObject({ message: z.string(), type: z.string(), code: z.string() }).optional(),
});

const readiness = z.object({ ready: z.literal(false), components: z.record(z.string(), z.unknown()) });

export interface Answer {
  method: string;
  path: string;
  status: number;
  headers: Headers;
  text: string;
}

/** What is wrong with an answer; empty when nothing is. `secrets` must not stand anywhere in it. */
export function violationsOf(answer: Answer, secrets: readonly string[]): string[] {
  const { status, headers, text } = answer;
  const found: string[] = [];
  const everything = `${JSON.stringify([...headers])}${text}`;
  for (const secret of secrets) if (everything.includes(secret)) found.push("a secret stands in the answer");
  if (/\bat \S+ \(\/|\.ts:\d+:\d+/.test(text)) found.push("a stack trace stands in the answer");
  if (status >= 500 && !serverStatuses.has(status)) found.push(`status ${status}`);
  const id = headers.get("X-Request-Id");
  if (id === null) found.push("no request id");
  if (status >= 400) found.push(...wrongProblem(answer, id));
  else if (headers.get("Content-Type")?.startsWith("text/event-stream")) found.push(...wrongStream(text));
  return found;
}

function wrongProblem({ method, path, status, text }: Answer, id: string | null): string[] {
  if (method === "HEAD") return [];
  const body = parse(text);
  if (path.startsWith("/ready") && status === 503 && readiness.safeParse(body).success) return [];
  const parsed = problem.safeParse(body);
  if (!parsed.success) return [`status ${status} without a problem: ${text.slice(0, 200)}`];
  if (parsed.data.requestId !== id) return ["the request ids of header and body differ"];
  return parsed.data.code === "internal_error" ? ["an internal error"] : [];
}

function wrongStream(text: string): string[] {
  const events = text.split("\n\n").filter((event) => event.startsWith("event: "));
  const [last] = events.slice(-1);
  if (last?.startsWith("event: done\n")) return [];
  const data = parse(last?.split("\ndata: ")[1] ?? "");
  const failed = problem.safeParse(data);
  if (!last?.startsWith("event: error\n") || !failed.success) return [`a stream that ends with ${last?.slice(0, 100)}`];
  return failed.data.code === "internal_error" ? ["an internal error in a stream"] : [];
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
