import { getLogger } from "@logtape/logtape";
import { messageOf } from "../../errors.ts";

/** Whether the OCR model may stay loaded, and why; made outside this room from the VRAM that is free. */
export interface KeepAliveDecision {
  /** 0 unloads it; with more it stays for the `keep_alive` of its last page, whatever the number. */
  keepAliveSeconds: number;
  reason: string;
}

/** What became of the model when the queue had run empty. */
export interface ResidencyOutcome {
  action: "kept" | "unloaded" | "unload-failed";
  reason: string;
}

export interface ModelResidencyOptions {
  decide(signal: AbortSignal): Promise<KeepAliveDecision>;
  /** Unloads the model and verifies that it is gone; older copies under its name stay until their own time ends. */
  unload(signal: AbortSignal): Promise<{ olderCopies: number }>;
  onOutcome?(outcome: ResidencyOutcome): void;
  /** A caller that gave up asks again at once: the model waits so long for it. */
  abandonedGraceMs?: number;
}

/** Carries the residency decision out when no page waits any more. */
export interface ModelResidency {
  /** A page is being sent to the model. */
  used(): void;
  /** A document was admitted: whatever was about to be unloaded stays. */
  workArrived(): void;
  /** The queue ran empty; `abandoned` when the last document's caller has gone. */
  idle(abandoned: boolean): void;
  /** Unloads a model whose decision is still open, be it just made or carried out; `signal` bounds that. */
  close(signal: AbortSignal): Promise<void>;
}

const log = getLogger(["sidecar", "ocr"]);
const defaultAbandonedGraceMs = 5000;

/**
 * While pages wait, every call keeps the model loaded for the positive window; a `keep_alive` of 0 on each page
 * would cost a cold start (65 s on the target machine) per page. So giving the card back is a step of its own:
 * an explicit unload when the queue has run empty and the policy says so.
 */
export function createModelResidency(options: ModelResidencyOptions): ModelResidency {
  const graceMs = options.abandonedGraceMs ?? defaultAbandonedGraceMs;
  const closing = new AbortController();
  let open = false;
  let working = false;
  let unloading: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let pending: Promise<void> = Promise.resolve();

  const cancelTimer = () => {
    clearTimeout(timer);
    timer = undefined;
  };

  const unload = async (reason: string, signal: AbortSignal) => {
    const interrupted = new AbortController();
    unloading = interrupted;
    try {
      const { olderCopies } = await options.unload(AbortSignal.any([signal, interrupted.signal]));
      // Until then the question stays open: nobody else would ask it after a document that needs no model.
      if (!interrupted.signal.aborted) open = false;
      log.info("OCR model unloaded: {reason}", { reason });
      options.onOutcome?.({ action: "unloaded", reason });
      if (olderCopies > 0)
        log.warning(
          "The OCR model was created again while it was loaded: Ollama keeps {olderCopies} older of that name on the card until the time of each is over.",
          { olderCopies },
        );
    } catch (error) {
      // The next document has the model loaded again before its going could be seen; a stop asks anew.
      if (interrupted.signal.aborted) return;
      log.warning("OCR model could not be unloaded: {reason}", { reason: messageOf(error) });
      options.onOutcome?.({ action: "unload-failed", reason: messageOf(error) });
    } finally {
      unloading = undefined;
    }
  };

  const carryOut = async () => {
    closing.signal.throwIfAborted();
    const { keepAliveSeconds, reason } = await options.decide(closing.signal);
    // A document that has arrived meanwhile needs the model; when it is done the question is asked again. A stop unloads.
    if (working || closing.signal.aborted) return;
    if (!open) return;
    if (keepAliveSeconds > 0) {
      open = false;
      options.onOutcome?.({ action: "kept", reason });
      return;
    }
    await unload(reason, closing.signal);
  };

  const start = () => {
    timer = undefined;
    pending = pending.then(carryOut).catch((error: unknown) => {
      if (closing.signal.aborted) return;
      log.warning("The residency decision could not be carried out: {reason}", { reason: messageOf(error) });
    });
  };

  return {
    used: () => {
      open = true;
    },
    workArrived: () => {
      working = true;
      cancelTimer();
      unloading?.abort();
    },
    idle: (abandoned) => {
      working = false;
      cancelTimer();
      if (!open || closing.signal.aborted) return;
      if (abandoned) timer = setTimeout(start, graceMs);
      else start();
    },
    close: async (signal) => {
      cancelTimer();
      // Before a server that hangs each of these waits would last as long as the unload that follows.
      closing.abort();
      unloading?.abort();
      await pending;
      if (open) await unload("the service stops", signal);
    },
  };
}
