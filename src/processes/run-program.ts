export interface RunOptions {
  /** Then it is ended by SIGKILL. */
  timeoutMs: number;
  /** Of standard output; a program that writes more is ended. */
  maxOutputBytes: number;
}

/** How a program ended; `failed` says it as the end of a sentence about it. */
export type ProgramResult = { ended: "well"; output: string } | { ended: "failed"; how: string } | { ended: "missing" };

/** Runs an outside program to its end. Never rejects. */
export async function runProgram(
  command: readonly string[],
  { timeoutMs, maxOutputBytes }: RunOptions,
): Promise<ProgramResult> {
  const child = spawn(command, maxOutputBytes);
  if (child === undefined) return { ended: "missing" };
  let isLate = false;
  const timer = setTimeout(() => {
    isLate = true;
    child.kill("SIGKILL");
  }, timeoutMs);
  const output = new Response(child.stdout).text();
  const exitCode = await child.exited.finally(() => clearTimeout(timer));
  if (isLate) return { ended: "failed", how: `did not answer within ${timeoutMs / 1000} s` };
  // Bun does not say whether it has killed a program for what that wrote.
  const orMore = child.signalCode === "SIGKILL" ? `, or wrote more than ${maxOutputBytes} bytes` : "";
  if (child.signalCode !== null) return { ended: "failed", how: `was killed by ${child.signalCode}${orMore}` };
  if (exitCode !== 0) return { ended: "failed", how: `ended with code ${exitCode}` };
  return { ended: "well", output: await output };
}

function spawn(command: readonly string[], maxBuffer: number) {
  try {
    return Bun.spawn([...command], {
      stdin: "ignore",
      stderr: "ignore",
      stdout: "pipe",
      killSignal: "SIGKILL",
      maxBuffer,
    });
  } catch {
    return undefined;
  }
}
