import { readFile } from "node:fs/promises";
import { type Command, parseCommand } from "./cli/command.ts";
import { runDoctor } from "./cli/doctor-command.ts";
import { inputLines } from "./cli/input-lines.ts";
import { runOcr } from "./cli/ocr-command.ts";
import { runReady } from "./cli/ready-command.ts";
import { runEmbed, runRerank } from "./cli/retrieval-commands.ts";
import { createTerminal } from "./cli/terminal.ts";
import { exitCodes, UsageError, usage } from "./cli/usage.ts";
import { SidecarClientError } from "./client/client-error.ts";
import type { SidecarClient } from "./client/client-types.ts";
import { createSidecarClient } from "./client/sidecar-client.ts";
import { messageOf } from "./errors.ts";
import { type CliEnv, readChildEnvironment, readCliEnv, readInProcessEnv } from "./service/env.ts";

/** A person waits for a busy service longer than a backend does. */
const patience = { maxAttempts: 10 } as const;

const terminal = createTerminal(process.stdout, process.stderr);
const interrupt = new AbortController();
const onInterrupt = () => interrupt.abort(new DOMException("Interrupted", "AbortError"));
const onTerminate = () => interrupt.abort(new DOMException("Terminated", "AbortError"));
process.once("SIGINT", onInterrupt);
process.once("SIGTERM", onTerminate);
process.exitCode = await main(process.argv.slice(2), interrupt.signal).catch(explain);
// Nobody would hear them any more, and whatever still holds the process should end by them.
process.off("SIGINT", onInterrupt);
process.off("SIGTERM", onTerminate);

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { command, url } = parseCommand(args);
  if (command.name === "help") {
    await terminal.print(usage.trimEnd());
    return exitCodes.success;
  }
  const env = readCliEnv();
  await using service = await connect(url ?? env.url, env);
  return await run(command, service, signal);
}

async function run(
  command: Exclude<Command, { name: "help" }>,
  service: Service,
  signal: AbortSignal,
): Promise<number> {
  const { client } = service;
  switch (command.name) {
    case "ocr":
      return runOcr(command, client, terminal, signal);
    case "embed":
      return runEmbed(await orLines(command.texts, signal), client, terminal, signal);
    case "rerank":
      return runRerank(command, await orLines(command.chunks, signal), client, terminal, signal);
    case "ready":
      return runReady(command.target, client, terminal, signal);
    case "doctor":
      return runDoctor(service, terminal, signal);
    default:
      return command satisfies never;
  }
}

interface Service extends AsyncDisposable {
  client: SidecarClient;
  baseUrl: string;
  hasKey: boolean;
}

/** The service at the address, or one that is started for this command and stopped after it. */
async function connect(url: string | undefined, env: CliEnv): Promise<Service> {
  if (url === undefined) return startService();
  const apiKey = env.apiKey ?? (await firstKeyOf(env.apiKeyFile));
  const client = createClient(url, apiKey);
  return { client, baseUrl: url, hasKey: apiKey !== undefined, [Symbol.asyncDispose]: async () => undefined };
}

async function startService(): Promise<Service> {
  const key = crypto.randomUUID();
  const parsed = readInProcessEnv(key);
  if (!parsed.ok) throw new UsageError(`The service cannot start:\n- ${parsed.problems.join("\n- ")}`);
  // Loaded only now, because with a running service none of it is needed.
  const { serve } = await import("./service/serve.ts");
  const server = await serve(parsed.env, readChildEnvironment());
  const baseUrl = server.url.origin;
  return {
    client: createClient(baseUrl, key),
    baseUrl,
    hasKey: true,
    [Symbol.asyncDispose]: () => server.stop(0),
  };
}

function createClient(baseUrl: string, apiKey: string | undefined): SidecarClient {
  try {
    return createSidecarClient({ baseUrl, apiKey, retry: patience });
  } catch (cause) {
    throw new UsageError(`The address of the service, "${baseUrl}", cannot be used; write it as http://host:8765.`, {
      cause,
    });
  }
}

async function firstKeyOf(file: string | undefined): Promise<string | undefined> {
  if (file === undefined) return undefined;
  const content = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new UsageError("OCR_SIDECAR_API_KEY_FILE names a file that cannot be read.", { cause });
  });
  return content.split(/[,\r\n]+/).find((key) => key.trim() !== "");
}

/** The texts of the command line, or else the lines of standard input that are not blank. */
async function orLines(texts: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  if (texts.length > 0 || process.stdin.isTTY) return texts;
  return await inputLines(Bun.stdin.stream(), signal);
}

function explain(error: unknown): number {
  if (interrupt.signal.aborted) return exitCodes.interrupted;
  if (error instanceof UsageError) {
    terminal.report(`${error.message}\nbun run sidecar help lists the commands.`);
    return exitCodes.usage;
  }
  const code = error instanceof SidecarClientError ? ` (${error.code})` : "";
  terminal.report(`${messageOf(error)}${code}`);
  return exitCodes.failure;
}
