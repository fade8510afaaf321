import type { FaultCode } from "../messages.ts";

/** The document is at fault and the engine is well: it becomes a `SidecarError` of the same code at the pool. */
export class EngineFault extends Error {
  override readonly name = "EngineFault";
  readonly code: FaultCode;

  constructor(code: FaultCode, message: string, cause?: unknown) {
    super(message, { cause });
    this.code = code;
  }
}

/** Traps of WebAssembly, exhausted memory and exhausted stacks: afterwards every document fails in this instance. */
const poison =
  /out of bounds|unreachable|stack|memory|malloc|calloc|realloc|indirect call|null function|table index|divide by zero|aborted\(/i;

/** Whether the WASM instance that threw this must not be used again. */
export function isPoisoned(error: unknown): boolean {
  if (error instanceof EngineFault) return false;
  if (error instanceof WebAssembly.RuntimeError || error instanceof RangeError) return true;
  return poison.test(String(error));
}

/** The engine does not unpack what grows beyond all measure. */
export const isCompressionBomb = (error: unknown): boolean => /compression bomb/.test(String(error));
