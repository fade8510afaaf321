import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startCommand } from "./started-command.ts";

export interface ServiceProcess extends AsyncDisposable {
  url: string;
  pid: number;
  /** From the start of the process to its first answer on `/health`. */
  startMs: number;
  /** The exit code, when it has ended. */
  exited: Promise<number>;
  /** Resident memory of the process now, threads included. */
  residentBytes(): Promise<number>;
}

/** Starts the service as a process of its own, without a key on loopback; disposing stops it as an operator does. */
export async function startServiceProcess(variables: Record<string, string> = {}): Promise<ServiceProcess> {
  const base = await mkdtemp(join(tmpdir(), "sidecar-process-"));
  const { url, child, startupMs } = await startCommand({
    command: [process.execPath, "src/main.ts"],
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
  return {
    url,
    pid: child.pid,
    startMs: startupMs,
    exited: child.exited,
    residentBytes: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
      await rm(base, { recursive: true, force: true });
    },
  };
}
