import { readFileSync } from "node:fs";
import { EngineTimeout } from "./engine-fault.ts";
import { meterModule } from "./wasm-meter.ts";

/** 5 ms or so between two looks at the clock: text extraction makes 75 million calls a second. */
const callsPerCheck = 500_000;

let endsAtMs = Number.POSITIVE_INFINITY;
let ranOut = false;

/** From now on the engine has so many milliseconds; then whatever it does ends with an `EngineTimeout`. */
export function limitEngineTime(ms: number): void {
  endsAtMs = performance.now() + ms;
}

/** Whether the engine was ever stopped in the middle of something; it must not be used again. */
export const hasEngineTimedOut = () => ranOut;

type Imports = Record<string, Record<string, () => void>>;

/**
 * Starts the engine with a countdown in its functions, because nothing outside can stop a thread in a WASM loop. Given to
 * the engine's loader, which calls it with the imports of the module.
 */
export function instantiateMetered(imports: Imports, receive: (instance: WebAssembly.Instance) => void): void {
  const { bytes, check } = meterModule(
    readFileSync(new URL("mupdf-wasm.wasm", import.meta.resolve("mupdf"))),
    callsPerCheck,
  );
  const metered = { ...imports, [check.module]: { ...imports[check.module], [check.name]: lookAtClock } };
  receive(new WebAssembly.Instance(new WebAssembly.Module(bytes), metered));
}

/** Also called when the engine aborts; it then traps as soon as this returns. */
function lookAtClock(): void {
  if (performance.now() < endsAtMs) return;
  ranOut = true;
  throw new EngineTimeout();
}
