import { readFile } from "node:fs/promises";
import { type ClientCommand, type LocalCommand, parseCommand } from "./cli/command.ts";
import { runDoctor } from "./cli/doctor-command.ts";
import { inputLines } from "./cli/input-lines.ts";
import { runOcr } from "./cli/ocr-command.ts";
import { runPageImage } from "./cli/page-image-command.ts";
import { runReady } from "./cli/ready-command.ts";
import { runEmbed, runRerank } from "./cli/retrieval-commands.ts";
import { createTerminal } from "./cli/terminal.ts";
import { untilSettled } from "./cli/until-settled.ts";
import { exitCodes, UsageError, usage } from "./cli/usage.ts";
import { SidecarClientError } from "./client/client-error.ts";
import type { SidecarClient } from "./client/client-types.ts";
import { createSidecarClient } from "./client/sidecar-client.ts";
import { messageOf } from "./errors.ts";
import { keysInFile } from "./http/access/keys-in-file.ts";
import {
  type RetrievalEnv,
  readChildEnvironment,
  readCliEnv,
  readInProcessEnv,
  readRetrievalEnv,
} from "./service/env.ts";

/** A person waits for a busy service longer than a backend does. */
const patience = { maxAttempts: 10 } as const;
/** Where Ollama listens unless told otherwise. */
const ollamaOfThisMachine = "http://127.0.0.1:11434";

const terminal = createTerminal(process.stdout, process.stderr);
const env = readCliEnv();
const interrupt = new AbortController();
const onInterrupt = () => interrupt.abort(new DOMException("Interrupted", "AbortError"));
const onTerminate = () => interrupt.abort(new DOMException("Terminated", "AbortError"));
process.once("SIGINT", onInterrupt);
process.once("SIGTERM", onTerminate);
process.exitCode = await main(process.argv.slice(2), interrupt.signal).catch(explain);
ignoreSignals();

/** Nobody would hear them any more, and whatever still holds the process should end by them. */
function ignoreSignals(): void {
  process.off("SIGINT", onInterrupt);
  process.off("SIGTERM", onTerminate);
}

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const { command, url } = parseCommand(args);
  switch (command.name) {
    case "help":
    case "serve":
    case "models":
    case "compare-reference":
    case "real-ollama":
    case "batch-add":
    case "batch-work":
    case "batch-status":
    case "batch-failures":
    case "batch-retry":
      return await runLocally(command, signal);
    default: {
      await using service = await connect(url ?? env.url);
      return await ask(command, service, signal);
    }
  }
}

async function ask(command: ClientCommand, service: Service, signal: AbortSignal): Promise<number> {
  const { client } = service;
  switch (command.name) {
    case "ocr":
      return runOcr(command, client, terminal, signal);
    case "page-image":
      return runPageImage(command, client, terminal, signal);
    case "embed":
      return runEmbed(await orLines(command.texts, signal), client, terminal, signal);
    case "rerank":
      return runRerank(command, await orLines(command.chunks, signal), client, terminal, signal);
    case "ready":
      if (service.isOwn) await untilSettled(command.target, client, signal);
      return runReady(command.target, client, terminal, signal);
    case "doctor":
      if (service.isOwn) await untilSettled("all", client, signal);
      return runDoctor(service, terminal, signal);
    default:
      return command satisfies never;
  }
}

/** Loads only what the command needs: `ocr` at a running service needs no inference, `models` no PDF engine. */
async function runLocally(command: LocalCommand, signal: AbortSignal): Promise<number> {
  switch (command.name) {
    case "help":
      await terminal.print(usage(env.command).trimEnd());
      return exitCodes.success;
    case "serve":
      ignoreSignals();
      await import("./main.ts");
      return exitCodes.success;
    case "models": {
      const { runModels } = await import("./cli/models-command.ts");
      const { findLineRecogniser } = await import("./service/find-line-recogniser.ts");
      const settings = retrievalEnv();
      const { EMBED_MODEL, EMBED_DTYPE, EMBED_SPARSE_HEAD, RERANK_MODEL, RERANK_DTYPE, OCR_EMBEDDED_MODEL } = settings;
      const models = [
        { model: EMBED_MODEL, dtype: EMBED_DTYPE, sparseHead: EMBED_SPARSE_HEAD },
        { model: RERANK_MODEL, dtype: RERANK_DTYPE, sparseHead: undefined },
        ...(OCR_EMBEDDED_MODEL === undefined ? [] : [{ recogniser: OCR_EMBEDDED_MODEL, find: findLineRecogniser }]),
      ];
      return await runModels(command, command.dir ?? settings.MODEL_DIR, models, terminal, signal);
    }
    case "compare-reference": {
      const { runCompareReference } = await import("./cli/compare-reference-command.ts");
      const { startRetrievalAlone } = await import("./service/retrieval-alone.ts");
      const settings = retrievalEnv();
      const folder = command.dir ?? settings.MODEL_DIR;
      const retrieval = await startRetrievalAlone(settings, folder, command.device, `${env.command} models`);
      try {
        return await runCompareReference(command.device, retrieval, terminal, signal);
      } finally {
        await retrieval.close(AbortSignal.abort());
      }
    }
    case "real-ollama": {
      const { runRealOllama } = await import("./cli/real-ollama-command.ts");
      return await runRealOllama(command, command.ollamaUrl ?? env.ollamaUrl ?? ollamaOfThisMachine, terminal, signal);
    }
    case "batch-add":
    case "batch-work":
    case "batch-status":
    case "batch-failures":
    case "batch-retry": {
      const { runBatch } = await import("./cli/batch-command.ts");
      return await runBatch(command, { redisUrl: env.redisUrl, createClient: clientOfWorker }, terminal, signal);
    }
    default:
      return command satisfies never;
  }
}

/** A worker serves one running service, and leaves repeating to its queue. */
async function clientOfWorker(given: string | undefined): Promise<SidecarClient> {
  const url = given ?? env.url;
  if (url === undefined) throw new UsageError("Name the service with --url or OCR_SIDECAR_URL.");
  return createClient(url, env.apiKey ?? (await firstKeyOf(env.apiKeyFile)), { maxAttempts: 1 });
}

function retrievalEnv(): RetrievalEnv {
  const parsed = readRetrievalEnv();
  if (!parsed.ok) throw new UsageError(parsed.problems.join("\n"));
  return parsed.env;
}

interface Service extends AsyncDisposable {
  client: SidecarClient;
  baseUrl: string;
  hasKey: boolean;
  /** It was started for this command, a moment ago. */
  isOwn: boolean;
}

/** The service at the address, or one that is started for this command and stopped after it. */
async function connect(url: string | undefined): Promise<Service> {
  if (url === undefined) return startService();
  const apiKey = env.apiKey ?? (await firstKeyOf(env.apiKeyFile));
  const client = createClient(url, apiKey);
  const hasKey = apiKey !== undefined;
  return { client, baseUrl: url, hasKey, isOwn: false, [Symbol.asyncDispose]: async () => undefined };
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
    isOwn: true,
    [Symbol.asyncDispose]: () => server.stop(0),
  };
}

function createClient(
  baseUrl: string,
  apiKey: string | undefined,
  retry: { maxAttempts: number } = patience,
): SidecarClient {
  try {
    return createSidecarClient({ baseUrl, apiKey, retry });
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
  return keysInFile(content)[0];
}

/** The texts of the command line, or else the lines of standard input that are not blank. */
async function orLines(texts: readonly string[], signal: AbortSignal): Promise<readonly string[]> {
  if (texts.length > 0 || process.stdin.isTTY) return texts;
  return await inputLines(Bun.stdin.stream(), signal);
}

function explain(error: unknown): number {
  if (interrupt.signal.aborted) return exitCodes.interrupted;
  if (error instanceof UsageError) {
    terminal.report(`${error.message}\n${env.command} help lists the commands.`);
    return exitCodes.usage;
  }
  const code = error instanceof SidecarClientError ? ` (${error.code})` : "";
  terminal.report(`${messageOf(error)}${code}`);
  return exitCodes.failure;
}
