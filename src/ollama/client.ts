import { setTimeout as sleep } from "node:timers/promises";
import { z } from "zod";
import { modelDetails, parseJson, processList, serverVersion, tagList } from "./answers.ts";
import { parseBaseUrl } from "./base-url.ts";
import { readStart, StreamBrokenError } from "./byte-stream.ts";
import type { LoadedModel, OllamaClient } from "./chat.ts";
import { chatBody, unloadBody } from "./chat-body.ts";
import { readChatStream } from "./chat-stream.ts";
import { notOllama, ollamaFaultOf, reset, stillLoaded } from "./faults.ts";
import { isSameModel } from "./model-name.ts";
import { refusal } from "./refusals.ts";
import { type Call, createSend, type Fetch, withinLimit } from "./transport.ts";

export interface OllamaClientOptions {
  /** Address of Ollama, with or without a path and credentials (sent as Basic auth, never shown). */
  baseUrl: string;
  fetch: Fetch;
  /** Limit of one call that looks (`/api/ps`, `/api/version`, ...) or asks for an unload. */
  managementTimeoutMs?: number;
  /** How long `unload` waits until the model has gone. */
  unloadTimeoutMs?: number;
  /** Pause between two looks of `unload`. */
  unloadPollMs?: number;
  maxLineBytes?: number;
  maxAnswerCharacters?: number;
}

const mebibyte = 1_048_576;
/** `/api/tags` and `/api/show` of a server with hundreds of models stay far below. */
const maxManagementBytes = 16 * mebibyte;
const maxRefusalBytes = 65_536;

/**
 * The client of Ollama. Throws a `TypeError` when `baseUrl` is no address. What its methods throw is a
 * `SidecarError` with an `OllamaFault` as cause, or the reason of the caller's signal.
 */
export function createOllamaClient(options: OllamaClientOptions): OllamaClient {
  const { managementTimeoutMs = 3000, unloadTimeoutMs = 15_000, unloadPollMs = 100 } = options;
  const limits = {
    maxLineBytes: options.maxLineBytes ?? mebibyte,
    maxAnswerCharacters: options.maxAnswerCharacters ?? 1_000_000,
  };
  const base = parseBaseUrl(options.baseUrl);
  const send = createSend(base, options.fetch);

  const ask = async (call: Call, model: string | undefined, signal: AbortSignal) => {
    const response = await send(call, signal);
    if (response.status === 200) return response;
    throw refusal(response.status, await readStart(response.body, maxRefusalBytes), model, base);
  };

  const look = <Answer>(call: Call, schema: z.ZodType<Answer>, model: string | undefined, signal: AbortSignal) =>
    withinLimit(base, managementTimeoutMs, signal, (limited) =>
      networkFaults(limited, async () => {
        const response = await ask(call, model, limited);
        const parsed = schema.safeParse(parseJson(await readStart(response.body, maxManagementBytes)));
        if (!parsed.success) throw notOllama(base, undefined);
        return parsed.data;
      }),
    );

  const client: OllamaClient = {
    chat: (request, signal, onPiece = () => undefined) =>
      networkFaults(signal, async () => {
        const response = await ask({ path: "/api/chat", body: chatBody(request) }, request.model, signal);
        return await readChatStream(response.body ?? new Blob([]).stream(), limits, onPiece);
      }),

    loadedModels: async (signal) => {
      const { models } = await look({ path: "/api/ps" }, processList, undefined, signal);
      return (models ?? []).map(({ name, digest, size, size_vram, expires_at }) => ({
        name,
        digest,
        sizeBytes: size,
        vramBytes: size_vram,
        expiresAt: parseDate(expires_at),
      }));
    },

    installedModels: async (signal) => {
      const { models } = await look({ path: "/api/tags" }, tagList, undefined, signal);
      return (models ?? []).map(({ name, digest, size }) => ({ name, digest, sizeBytes: size }));
    },

    capabilities: async (model, signal) =>
      (await look({ path: "/api/show", body: { model } }, modelDetails, model, signal)).capabilities,

    version: async (signal) => (await look({ path: "/api/version" }, serverVersion, undefined, signal)).version,

    unload: async (model, signal) => {
      await askForUnload(model, signal);
      const giveUpAt = performance.now() + unloadTimeoutMs;
      const copies = async () =>
        (await client.loadedModels(signal)).filter((loaded) => isSameModel(loaded.name, model));
      let loaded = await copies();
      if (loaded.length === 0) return { olderCopies: 0 };
      // A model created again under its name leaves the old one loaded, which no unload by name reaches.
      const installed = (await client.installedModels(signal)).find(({ name }) => isSameModel(name, model));
      const isReached = ({ digest }: LoadedModel) => digest === installed?.digest;
      while (loaded.some(isReached)) {
        if (performance.now() >= giveUpAt) throw stillLoaded(model, unloadTimeoutMs);
        await sleep(unloadPollMs, undefined, { signal }).catch(() => signal.throwIfAborted());
        loaded = await copies();
      }
      return { olderCopies: loaded.length };
    },
  };

  /** The answer says nothing: it comes before the memory is free, and a model that is not installed may be loaded. */
  const askForUnload = async (model: string, signal: AbortSignal) => {
    try {
      await look({ path: "/api/chat", body: unloadBody(model) }, z.unknown(), model, signal);
    } catch (error) {
      if (ollamaFaultOf(error)?.kind !== "not_installed") throw error;
    }
  };

  return client;
}

/** Says of a body that broke off whether the caller wanted it so. */
async function networkFaults<Result>(signal: AbortSignal, run: () => Promise<Result>): Promise<Result> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof StreamBrokenError)) throw error;
    signal.throwIfAborted();
    throw reset();
  }
}

function parseDate(text: string | undefined): Date | undefined {
  const date = new Date(text ?? "");
  return Number.isNaN(date.getTime()) ? undefined : date;
}
