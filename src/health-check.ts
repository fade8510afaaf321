import { readProcessEnv } from "./service/env.ts";

/** What a container engine waits for an answer at most; the service itself answers in milliseconds. */
const timeoutMs = 3000;

/** The health check of the container: exits with 0 when the service on this machine answers `/health`, else with 1. */
const healthy = await isHealthy();
process.exit(healthy ? 0 : 1);

async function isHealthy(): Promise<boolean> {
  const result = readProcessEnv();
  if (!result.ok) return false;
  const { OCR_HOST, OCR_PORT } = result.env;
  try {
    const response = await fetch(`http://${reachable(OCR_HOST)}:${OCR_PORT}/health`, {
      signal: AbortSignal.timeout(timeoutMs),
    });
    return response.ok;
  } catch {
    return false;
  }
}

/** The address to call for an address that is listened on: a wildcard stands for this machine. */
function reachable(host: string): string {
  if (host === "0.0.0.0") return "127.0.0.1";
  if (host === "::") return "[::1]";
  return host.includes(":") ? `[${host}]` : host;
}
