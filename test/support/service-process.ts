import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCommand } from "./started-command.ts";

export interface ServiceProcess extends AsyncDisposable {
  url: string;
  pid: number;
  /** The upload base, an empty folder of its own. */
  base: string;
  /** From the start of the process to its first answer on `/health`. */
  startMs: number;
  /** The exit code, when it has ended. */
  exited: Promise<number>;
  /** Resident memory of the process now, threads included. */
  residentBytes(): Promise<number>;
  /** The most it has been so far. */
  peakResidentBytes(): Promise<number>;
  /** What it has written to standard output and standard error so far. */
  output(): string;
}

/**
 * Starts the service as a process of its own, without a key on loopback; disposing stops it as an operator does.
 *
 * @param options of Bun, before the program
 */
export async function startServiceProcess(
  variables: Record<string, string> = {},
  options: readonly string[] = [],
): Promise<ServiceProcess> {
  const base = await mkdtemp(join(tmpdir(), "sidecar-process-"));
  const { url, child, startupMs, output, errors } = await startCommand({
    command: [process.execPath, ...options, "src/main.ts"],
    cwd: join(import.meta.dir, "../.."),
    variables: {
      OCR_HOST: "127.0.0.1",
      OCR_SIDECAR_AUTH: "network",
      OCR_SIDECAR_UPLOAD_BASE: base,
      OCR_AUTO_ROTATE: "false",
      LOG_LEVEL: "warning",
      ...variables,
    },
  });
  const bytesOf = async (entry: string) => {
    const status = await readFile(`/proc/${child.pid}/status`, "utf8");
    return Number(new RegExp(`${entry}:\\s+(\\d+) kB`).exec(status)?.[1]) * 1024;
  };
  return {
    url,
    base,
    pid: child.pid,
    startMs: startupMs,
    exited: child.exited,
    residentBytes: () => bytesOf("VmRSS"),
    peakResidentBytes: () => bytesOf("VmHWM"),
    output: () => output() + errors(),
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
      await rm(base, { recursive: true, force: true });
    },
  };
}
