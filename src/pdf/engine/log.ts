import * as mupdf from "mupdf";

let damage = 0;

/**
 * Takes the engine's own messages off stderr (one known file prints 34,000 lines) and counts what they say about damage
 * instead. `setLog(null)` would send them to stderr.
 */
export function captureEngineLog(): void {
  const count = () => {
    damage += 1;
  };
  mupdf.setLog({
    // Films, marks for printers and others that need not have an appearance.
    error: (message) => {
      if (!message.includes("cannot create appearance stream")) count();
    },
    // A PNG that ends before its first pixel is drawn as a white sheet, with no more than this warning.
    warning: (message) => {
      if (message.startsWith("missing pixel data")) count();
    },
  });
}

/** How often the engine has met damage and gone on, since the process started. */
export const damageCount = () => damage;

/** Bytes of the WASM memory, which grows and never shrinks. */
export function heapBytes(): number {
  const probe = new mupdf.Buffer();
  try {
    return probe.asUint8Array().buffer.byteLength;
  } finally {
    probe.destroy();
  }
}
