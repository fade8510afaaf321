import { parseEnv } from "../../src/service/env.ts";
import { type Sidecar, wire } from "../../src/service/wire.ts";
import { testKey } from "./sidecar.ts";

/** The service without its socket, with its real processes, for tests that put an app of their own before it. */
export async function wireService(variables: Record<string, string> = {}): Promise<Sidecar & AsyncDisposable> {
  const parsed = parseEnv({
    OCR_SIDECAR_API_KEY: testKey,
    PDF_WORKERS: "1",
    RETRIEVAL_PRELOAD: "false",
    OCR_AUTO_ROTATE: "false",
    ...variables,
  });
  if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
  const sidecar = await wire(parsed.env, {});
  return { ...sidecar, [Symbol.asyncDispose]: () => sidecar.close(AbortSignal.timeout(1000)) };
}
