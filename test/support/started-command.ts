import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./free-port.ts";

export interface StartedCommand extends AsyncDisposable {
  url: string;
  port: number;
  child: Bun.Subprocess<"ignore", "pipe", "pipe">;
  /** Milliseconds from the start of the process to its first answer on `/health`. */
  startupMs: number;
  /** What it has printed on standard error so far. */
  errors(): string;
  /** What it has printed on standard output so far. */
  output(): string;
}

export interface StartCommandOptions {
  command: readonly string[];
  cwd: string;
  variables?: Readonly<Record<string, string>>;
}

const giveUpAfterMs = 20_000;

/** Starts the service by any command, as an operator might, and waits until it answers. */
export async function startCommand({ command, cwd, variables = {} }: StartCommandOptions): Promise<StartedCommand> {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const startedMs = performance.now();
  const child = Bun.spawn([...command], {
    cwd,
    env: {
      PATH: `${join(process.execPath, "..")}:/usr/bin:/bin`,
      HOME: tmpdir(),
      OCR_PORT: String(port),
      PDF_WORKERS: "2",
      RETRIEVAL_PRELOAD: "false",
      ...variables,
    },
    // A process group of its own, so that what the command starts ends with it.
    detached: true,
    stdin: "ignore",
    stdout: "pipe",
    stderr: "pipe",
  });
  const errors = collect(child.stderr);
  const output = collect(child.stdout);
  while (!(await isAnswering(url))) {
    if (child.exitCode !== null || performance.now() - startedMs > giveUpAfterMs) {
      endGroup(child.pid);
      throw new Error(`The service never answered.\n${errors()}\n${output()}`);
    }
    await Bun.sleep(2);
  }
  const startupMs = performance.now() - startedMs;
  return {
    url,
    port,
    child,
    startupMs,
    errors,
    output,
    [Symbol.asyncDispose]: async () => {
      endGroup(child.pid);
      await child.exited;
    },
  };
}

const isAnswering = (url: string) =>
  fetch(`${url}/health`, { signal: AbortSignal.timeout(1000) }).then(
    (response) => response.ok,
    () => false,
  );

function endGroup(pid: number): void {
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // All of it has ended already.
  }
}

/** Reads a stream as it comes, so that the process never waits for its reader. */
function collect(stream: ReadableStream<Uint8Array>): () => string {
  let text = "";
  const decoder = new TextDecoder();
  const read = async () => {
    for await (const chunk of stream) text += decoder.decode(chunk, { stream: true });
  };
  read().catch((error: unknown) => {
    text += String(error);
  });
  return () => text;
}
