import { openConnection } from "../../test/support/raw-connection.ts";
import type { FuzzCase } from "./behaviour.ts";
import { violationsOf } from "./invariants.ts";
import type { World } from "./world.ts";

export interface Outcome {
  /** Status, `gone` for a client that hung up, `closed` for a connection that the service closed without a word. */
  status: number | "gone" | "closed";
  violations: string[];
}

/** Every limit of the service under test lies far below this. */
const answerTimeoutMs = 60_000;

/** Sends a case and judges what comes back. */
export async function send(world: World, fuzzCase: FuzzCase): Promise<Outcome> {
  if (fuzzCase.fault !== undefined) world.fake.fail(fuzzCase.fault);
  if (fuzzCase.raw !== undefined) return sendRaw(world, fuzzCase.raw);
  const { request, hangUpAfterMs, readPauseMs = 0 } = fuzzCase;
  const signal = AbortSignal.timeout(hangUpAfterMs ?? answerTimeoutMs);
  try {
    const { method, headers, body } = request;
    // A connection of its own: a pooled one may be closed as idle in the moment in which it is taken again.
    const init = { method, headers, signal, redirect: "manual" as const, keepalive: false };
    const response = await fetch(world.service.url + request.path, body === undefined ? init : { ...init, body });
    const answer = {
      method,
      path: request.path,
      status: response.status,
      headers: response.headers,
      text: await textOf(response, readPauseMs),
    };
    return { status: response.status, violations: violationsOf(answer, world.secrets) };
  } catch (error) {
    if (hangUpAfterMs !== undefined) return { status: "gone", violations: [] };
    const why = signal.aborted ? `no answer within ${answerTimeoutMs} ms` : `no answer: ${String(error)}`;
    return { status: "closed", violations: [why] };
  }
}

/** Reads the answer piece by piece, with a pause before each of the first ten. */
async function textOf(response: Response, pauseMs: number): Promise<string> {
  if (pauseMs === 0 || response.body === null) return await response.text();
  const decoder = new TextDecoder();
  let text = "";
  let pieces = 0;
  for await (const piece of response.body) {
    if (pieces < 10) await Bun.sleep(pauseMs);
    pieces += 1;
    text += decoder.decode(piece, { stream: true });
  }
  return text + decoder.decode();
}

/** Broken HTTP may be refused by the server itself, which closes the connection with a bare status or none. */
async function sendRaw(world: World, bytes: Uint8Array): Promise<Outcome> {
  using connection = await openConnection(world.service.url);
  connection.send(bytes);
  const giveUpAt = performance.now() + answerTimeoutMs;
  while (!connection.closed && connection.statuses().length === 0) {
    if (performance.now() > giveUpAt) return { status: "closed", violations: ["a raw request without an answer"] };
    await Bun.sleep(5);
  }
  const [status] = connection.statuses();
  const leaked = world.secrets.some((secret) => connection.received.includes(secret))
    ? ["a secret stands in the answer"]
    : [];
  if (status === undefined) return { status: "closed", violations: leaked };
  return { status, violations: status === 500 ? [...leaked, "status 500"] : leaked };
}
