import { totalmem } from "node:os";
import { usableCpus } from "../retrieval/cpu-quota.ts";
import { readContainerMemory } from "../watch/container-memory.ts";
import { readFileThreads } from "./env.ts";

/** What the bounds of processes follow from. */
export interface Machine {
  /** CPUs of the container's quota or, without one, of the machine; possibly a fraction. */
  cpus: number;
  /** Memory limit of the container or, without one, memory of the machine. */
  memoryBytes: number;
  /** Threads that the runtime has for files. */
  fileThreads: number;
}

/** @param root where the kernel shows the control group; other than the real place only in tests */
export async function readMachine(root?: string): Promise<Machine> {
  const [cpus, memory] = await Promise.all([usableCpus(root), readContainerMemory(root)]);
  return { cpus, memoryBytes: memory?.limitBytes ?? totalmem(), fileThreads: readFileThreads() };
}
