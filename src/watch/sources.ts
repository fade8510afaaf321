/** What the gauges look at, as far as they look: the parts of the service have more, and know nothing of gauges. */
export interface GaugeSources {
  version: string;
  pool: PoolSource;
  vram: VramSource;
  retrieval: RetrievalSource;
  /** The queue before the engine, and the cache behind it. */
  engine: EngineSource;
  /** The embedded engine, where it reads beside the model. */
  embedded: Pick<EngineSource, "queue"> | undefined;
  queueLimits: QueueLimits;
  readiness: ReadinessSource;
  /** Requests whose work has not ended. */
  inFlight: { readonly count: number };
  spool: { status(): { files: number; bytes: number } };
}

export interface PoolSource {
  status(): { processes: number; ready: number; busy: number; queued: number; replaced: number; recycled: number };
}

export interface EngineSource {
  queue: { status(): { documents: number; heldBytes: number; waitingPages: number; runningPages: number } };
  cache: { status(): { pages: number; bytes: number } };
}

/** What the queue takes at most. */
export interface QueueLimits {
  documents: number;
  bytes: number;
}

export interface RetrievalSource {
  status(): { embedder: ModelSource; reranker: ModelSource };
}

interface ModelSource {
  texts: number;
  device: "cpu" | "cuda";
  crashes: number;
  replacements: number;
  gpuFailures: number;
}

export interface ReadinessSource {
  /** Undefined while it is not known. */
  soon(
    target: "ocr" | "retrieval",
  ): Promise<{ ready: boolean; components: Readonly<Record<string, { state: string }>> } | undefined>;
}

export interface VramSource {
  /** @param maxAgeMs how old a reading may be that is used again */
  picture(signal: AbortSignal, maxAgeMs?: number): Promise<VramReading>;
  /** The last one, for those who do not wait. */
  last(): VramReading;
}

/** The card in MB of 1,048,576 bytes. */
export interface VramReading {
  headroom:
    | { known: true; totalMb: number; freeMb: number; ocrModelMb: number; otherModelsMb: number }
    | { known: false; why: string };
  sources: { ollama: UsedVram; nvidiaSmi: UsedVram; ownGpuMb: number };
}

type UsedVram = { state: "known"; usedMb: number } | { state: "unknown" } | { state: "not-configured" };
