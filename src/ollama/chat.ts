/** Sampling options as Ollama names them. Only what the caller gave is present: an absent option is the Modelfile's. */
export interface ChatOptions {
  temperature?: number;
  top_p?: number;
  top_k?: number;
  repeat_penalty?: number;
  num_predict?: number;
  num_ctx?: number;
  seed?: number;
}

export interface ChatRequest {
  model: string;
  /** The `system` message; left out when undefined. */
  system: string | undefined;
  /** The `user` message. */
  prompt: string;
  /** One picture, encoded (PNG or JPEG). */
  image: Uint8Array;
  options: ChatOptions;
  /** Whole seconds; 0 unloads the model after this request. */
  keepAliveSeconds: number;
}

export interface ChatResult {
  text: string;
  /** `length`: the answer was cut by `num_predict` or the context. */
  doneReason: "stop" | "length";
  totalMs: number;
  /** Time to load the model; near 0 when it was loaded already. */
  loadMs: number;
  promptTokens: number;
  outputTokens: number;
  outputMs: number;
}

/** A model in memory, from `/api/ps`. */
export interface LoadedModel {
  name: string;
  digest: string;
  sizeBytes: number;
  /** Bytes on the card; less than `sizeBytes` when it runs partly on the CPU. */
  vramBytes: number;
  expiresAt: Date | undefined;
}

export interface InstalledModel {
  name: string;
  digest: string;
  sizeBytes: number;
}

/** The outside server. Every method throws a `SidecarError`, or the signal's reason when that is aborted. */
export interface OllamaClient {
  /**
   * Streams one answer. `onPiece` sees each piece of text as it arrives and may throw, which closes the
   * connection (and so stops the generation) and rejects with what was thrown.
   */
  chat(request: ChatRequest, signal: AbortSignal, onPiece?: (piece: string) => void): Promise<ChatResult>;
  loadedModels(signal: AbortSignal): Promise<LoadedModel[]>;
  installedModels(signal: AbortSignal): Promise<InstalledModel[]>;
  /** `capabilities` of an installed model, such as `vision`. */
  capabilities(model: string, signal: AbortSignal): Promise<string[]>;
  version(signal: AbortSignal): Promise<string>;
  /**
   * Asks for the model to be unloaded and waits until `/api/ps` no longer lists the one that is installed (by its
   * digest). `olderCopies`: what was loaded under the name before it was created again stays until its own time ends.
   */
  unload(model: string, signal: AbortSignal): Promise<{ olderCopies: number }>;
}
