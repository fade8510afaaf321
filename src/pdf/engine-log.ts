import * as mupdf from "mupdf";

let errors = 0;

/**
 * Takes the engine's own messages off stderr (one known file prints 34,000 lines) and counts its errors instead.
 * `setLog(null)` would send them to stderr.
 */
export function captureEngineLog(): void {
  mupdf.setLog({
    error: () => {
      errors += 1;
    },
  });
}

/** Errors that the engine has logged and survived since the worker started. */
export const engineErrors = () => errors;

/** Bytes of the WASM memory, which grows and never shrinks. */
export function heapBytes(): number {
  const probe = new mupdf.Buffer();
  try {
    return probe.asUint8Array().buffer.byteLength;
  } finally {
    probe.destroy();
  }
}
