import { readdir, readFile, writeFile } from "node:fs/promises";
import { readUsage } from "../../src/processes/process-usage.ts";

/** What the child processes of this one took while something was done. */
export interface Costs {
  cpuSeconds: number;
  /** Most resident memory that one of them had at once. */
  peakMiB: number;
}

/** Does something, and tells what the child processes took for it; undefined where there is no /proc. */
export async function costsOf<Value>(work: () => Promise<Value>): Promise<{ value: Value; costs: Costs | undefined }> {
  const before = new Map<number, number>();
  for (const pid of await children()) {
    before.set(pid, (await readUsage(pid))?.cpuMs ?? 0);
    // 5 sets the peak back to what is resident now (proc(5)).
    await writeFile(`/proc/${pid}/clear_refs`, "5").catch(() => {});
  }
  const value = await work();
  const pids = await children();
  if (pids.length === 0) return { value, costs: undefined };
  const costs = { cpuSeconds: 0, peakMiB: 0 };
  for (const pid of pids) {
    costs.cpuSeconds += (((await readUsage(pid))?.cpuMs ?? 0) - (before.get(pid) ?? 0)) / 1000;
    costs.peakMiB = Math.max(costs.peakMiB, await peakMiB(pid));
  }
  return { value, costs };
}

async function children(): Promise<number[]> {
  const threads = await readdir("/proc/self/task").catch(() => []);
  const lists = await Promise.all(threads.map((id) => textOf(`/proc/self/task/${id}/children`)));
  return lists.flatMap((list) => list.split(" ").filter((pid) => pid !== "")).map(Number);
}

async function peakMiB(pid: number): Promise<number> {
  const [, kibibytes] = (await textOf(`/proc/${pid}/status`)).match(/^VmHWM:\s+(\d+) kB$/m) ?? [];
  return Number(kibibytes ?? 0) / 1024;
}

/** Nothing for a process that has gone. */
const textOf = (path: string) => readFile(path, "utf8").catch(() => "");
