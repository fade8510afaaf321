import { messageOf } from "../errors.ts";
import type { LoadedModel } from "../ollama/chat.ts";
import { combineSources, nvidiaSmiSource, ollamaSource, type VramSettings, type VramSources } from "./headroom.ts";
import type { NvidiaSmiReading } from "./nvidia-smi.ts";
import { type OwnGpuProcess, ownVramMb } from "./own-vram.ts";
import type { Headroom } from "./policy.ts";

export interface HeadroomReaderOptions extends VramSettings {
  /** Reads `/api/ps`; left out when no Ollama is configured. */
  loadedModels?: ((signal: AbortSignal) => Promise<LoadedModel[]>) | undefined;
  nvidiaSmi: () => Promise<NvidiaSmiReading>;
  /** The card, as nvidia-smi counts. */
  gpuIndex: number;
  /** Our own processes on the card. */
  ownGpu: () => readonly OwnGpuProcess[];
  /** What each process on the card holds, MB by process id; read while there are some of our own. */
  usedByProcess: () => Promise<ReadonlyMap<number, number>>;
  /** Monotonic clock in milliseconds. */
  now?: () => number;
  /** How long a reading is used again. */
  maxAgeMs?: number;
  /** Limit of each source; one that is late is unknown. */
  timeoutMs?: number;
}

/** The VRAM now, and how it was found out. */
export interface VramPicture {
  headroom: Headroom;
  sources: VramSources;
}

export interface HeadroomReader {
  /** Rejects only with the signal's reason; whatever fails is an unknown in the answer. */
  read(signal: AbortSignal): Promise<Headroom>;
  /** @param maxAgeMs how old a reading may be that is used again; as the reader was made unless given */
  picture(signal: AbortSignal, maxAgeMs?: number): Promise<VramPicture>;
  /** What the last finished reading found, however long ago, for those who do not wait; unknown before the first. */
  last(): VramPicture;
}

/**
 * Reads the VRAM at most once in `maxAgeMs` however many ask. A reading belongs to nobody: it ends by its own
 * limits, so a caller that leaves does not spoil it for the others.
 */
export function createHeadroomReader(options: HeadroomReaderOptions): HeadroomReader {
  const { now = () => performance.now(), timeoutMs = 3000 } = options;
  let running: Promise<VramPicture> | undefined;
  let last: { picture: VramPicture; at: number } | undefined;

  const look = async (): Promise<VramPicture> => {
    try {
      const picture = await readSources(options, timeoutMs);
      last = { picture, at: now() };
      return picture;
    } finally {
      running = undefined;
    }
  };

  const picture = async (signal: AbortSignal, maxAgeMs = options.maxAgeMs ?? 1000) => {
    signal.throwIfAborted();
    if (last !== undefined && now() - last.at < maxAgeMs) return last.picture;
    running ??= look();
    return await orAbort(running, signal);
  };

  return {
    picture,
    read: async (signal) => (await picture(signal)).headroom,
    last: () => last?.picture ?? unread(options),
  };
}

function unread({ loadedModels, ownGpu }: HeadroomReaderOptions): VramPicture {
  const unknown = { state: "unknown", why: "it has not been read yet" } as const;
  const ollama = loadedModels === undefined ? ({ state: "not-configured" } as const) : unknown;
  return {
    headroom: { known: false, why: "the VRAM has not been read yet" },
    sources: { ollama, nvidiaSmi: unknown, ownGpuMb: ownVramMb(ownGpu(), new Map()) },
  };
}

async function readSources(options: HeadroomReaderOptions, timeoutMs: number): Promise<VramPicture> {
  const limit = AbortSignal.timeout(timeoutMs);
  const own = options.ownGpu();
  const [ollama, nvidiaSmi, usedMbByPid] = await Promise.all([
    readOllama(options, limit, timeoutMs),
    orAbort(options.nvidiaSmi(), limit)
      .then((reading) => nvidiaSmiSource(reading, options.gpuIndex))
      .catch((error: unknown) => ({ state: "unknown", why: reasonOf(error, limit, "nvidia-smi", timeoutMs) }) as const),
    own.length === 0
      ? new Map<number, number>()
      : orAbort(options.usedByProcess(), limit).catch(() => new Map<number, number>()),
  ]);
  const sources = { ollama, nvidiaSmi, ownGpuMb: ownVramMb(own, usedMbByPid) };
  return { sources, headroom: combineSources(sources, options) };
}

async function readOllama(
  { loadedModels }: HeadroomReaderOptions,
  limit: AbortSignal,
  timeoutMs: number,
): Promise<VramSources["ollama"]> {
  if (loadedModels === undefined) return { state: "not-configured" };
  try {
    return ollamaSource(await orAbort(loadedModels(limit), limit));
  } catch (error) {
    return { state: "unknown", why: reasonOf(error, limit, "Ollama's /api/ps", timeoutMs) };
  }
}

function reasonOf(error: unknown, limit: AbortSignal, source: string, timeoutMs: number): string {
  return limit.aborted ? `${source} did not answer within ${timeoutMs / 1000} s` : messageOf(error);
}

/** The result, or the signal's reason if that comes first; the work itself goes on. */
function orAbort<Result>(work: Promise<Result>, signal: AbortSignal): Promise<Result> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}
