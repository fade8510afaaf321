import { readdir, readFile } from "node:fs/promises";

export interface ChildProcess {
  pid: number;
  /** Its command line. */
  command: string;
}

/** The processes that a process has started and that have not ended. */
export async function childrenOf(parent: number): Promise<ChildProcess[]> {
  const pids = (await readdir("/proc")).filter((name) => /^\d+$/.test(name)).map(Number);
  const processes = await Promise.all(
    pids.map(async (pid) => ({
      pid,
      parent: await parentOf(pid),
      command: (await textOf(`/proc/${pid}/cmdline`)).replaceAll("\0", " ").trim(),
    })),
  );
  return processes.filter((process) => process.parent === parent);
}

/** The fourth field of `stat`; the second, the name, may hold anything but stands in brackets. */
async function parentOf(pid: number): Promise<number> {
  const stat = await textOf(`/proc/${pid}/stat`);
  return Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]);
}

/** Nothing for a process that has gone. */
const textOf = (path: string) => readFile(path, "utf8").catch(() => "");
