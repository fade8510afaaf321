import { readFile } from "node:fs/promises";

export interface ProcessorShare {
  cores: number;
  /** From 0 to 1, of all of them, whoever used them. */
  busy: number;
}

/** Begins to watch the processors; what it resolves with tells how busy they were since. */
export async function readProcessorShare(): Promise<() => Promise<ProcessorShare>> {
  const before = await readTicks();
  return async () => {
    const after = await readTicks();
    return { cores: navigator.hardwareConcurrency, busy: 1 - (after.idle - before.idle) / (after.all - before.all) };
  };
}

/** Of all processors since the machine started. */
async function readTicks(): Promise<{ all: number; idle: number }> {
  const [line = ""] = (await readFile("/proc/stat", "utf8")).split("\n");
  // user, nice, system, idle, iowait, irq, softirq, steal; guests are in the first two again.
  const [user = 0, nice = 0, system = 0, idle = 0, ioWait = 0, irq = 0, softIrq = 0, steal = 0] = line
    .trim()
    .split(/\s+/)
    .slice(1)
    .map(Number);
  return { all: user + nice + system + idle + ioWait + irq + softIrq + steal, idle: idle + ioWait };
}
