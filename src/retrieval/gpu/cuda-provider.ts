import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

/**
 * Whether ONNX Runtime's CUDA provider is installed. Its own list of backends names what it was built for, not
 * what is there, so the library is looked for where the runtime loads it from.
 */
export function cudaProviderPresent(): boolean {
  const runtime = dirname(Bun.resolveSync("onnxruntime-node/package.json", import.meta.dir));
  return existsSync(join(runtime, "bin/napi-v6", process.platform, process.arch, "libonnxruntime_providers_cuda.so"));
}
