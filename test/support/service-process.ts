import { mkdtemp, readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

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

/** Starts the service as a process of its own, as an operator does, without a key on loopback. */
export async function startServiceProcess(variables: Record<string, string> = {}): Promise<ServiceProcess> {
  const base = await mkdtemp(join(tmpdir(), "sidecar-bench-"));
  const port = String(20_000 + Math.floor(Math.random() * 20_000));
  const startedMs = performance.now();
  const child = Bun.spawn([process.execPath, "src/main.ts"], {
    cwd: join(import.meta.dir, "../.."),
    env: {
      PATH: "/usr/bin:/bin",
      OCR_HOST: "127.0.0.1",
      OCR_PORT: port,
      OCR_SIDECAR_AUTH: "network",
      OCR_SIDECAR_UPLOAD_BASE: base,
      RETRIEVAL_PRELOAD: "false",
      OCR_AUTO_ROTATE: "false",
      LOG_LEVEL: "warning",
      ...variables,
    },
    stdout: "inherit",
    stderr: "inherit",
  });
  const url = `http://127.0.0.1:${port}`;
  while (!(await answers(url))) {
    if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
    await Bun.sleep(2);
  }
  return {
    url,
    pid: child.pid,
    exited: child.exited,
    startMs: performance.now() - startedMs,
    residentBytes: async () => {
      const status = await readFile(`/proc/${child.pid}/status`, "utf8");
      return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
    },
    [Symbol.asyncDispose]: async () => {
      child.kill("SIGTERM");
      await child.exited;
    },
  };
}

const answers = (url: string) =>
  fetch(`${url}/health`).then(
    ({ ok }) => ok,
    () => false,
  );
