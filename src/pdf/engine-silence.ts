import { instantiateMetered } from "./engine-clock.ts";

/**
 * To be imported before the engine: libraries inside it (libjpeg for one) write to the C library's stdout and stderr,
 * past the engine's own log, and a file could fill the service's log with that. The engine takes these settings when
 * it is loaded, and with them how it is started.
 */
const swallow = () => undefined;

globalThis.$libmupdf_wasm_Module = { print: swallow, printErr: swallow, instantiateWasm: instantiateMetered };
