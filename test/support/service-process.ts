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
  /** The lines the process has written so far; only when its output is captured. */
  output(): Promise<string[]>;
}

/** Starts the service as a process of its own, as an operator does, without a key on loopback. */
export async function startServiceProcess(
  variables: Record<string, string> = {},
  options: { captureOutput?: boolean } = {},
): Promise<ServiceProcess> {
  const base = await mkdtemp(join(tmpdir(), "sidecar-bench-"));
  const outputs = [join(base, "stdout"), join(base, "stderr")] as const;
  const to = (path: string) => (options.captureOutput ? Bun.file(path) : "inherit");
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
      LOG_LEVEL: "warning",
      ...variables,
    },
    stdout: to(outputs[0]),
    stderr: to(outputs[1]),
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
    output: async () => {
      const texts = await Promise.all(outputs.map((path) => readFile(path, "utf8")));
      return texts.join("").split("\n").slice(0, -1);
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
