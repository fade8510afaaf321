import { readFile } from "node:fs/promises";

/** What a process has taken of the machine. */
export interface ProcessUsage {
  residentBytes: number;
  /** Time that all its threads have had on the CPU since it began; a stopped process has none. */
  cpuMs: number;
}

const pageBytes = 4096;
/** The kernel counts CPU time for programs in hundredths of a second, whatever its own clock does. */
const tickMs = 10;

/** What the kernel says of a process; undefined where it has ended, and where there is no /proc. */
export async function readUsage(pid: number): Promise<ProcessUsage | undefined> {
  return usageOf(await readFile(`/proc/${pid}/stat`, "utf8").catch(() => ""));
}

/** From the line of /proc/PID/stat (proc(5)). The second field is a name in brackets, which may hold blanks and brackets. */
export function usageOf(stat: string): ProcessUsage | undefined {
  const fields = stat
    .slice(stat.lastIndexOf(")") + 1)
    .trim()
    .split(" ");
  // The 14th, 15th and 24th field; the first here is the third.
  const [user, system, residentPages] = [fields[11], fields[12], fields[21]].map(Number);
  if (user === undefined || system === undefined || residentPages === undefined) return undefined;
  if (!Number.isFinite(user + system + residentPages)) return undefined;
  return { residentBytes: residentPages * pageBytes, cpuMs: (user + system) * tickMs };
}
