import { readFile } from "node:fs/promises";
import { join } from "node:path";

export interface ContainerMemory {
  /** Memory of the container, its children included, less the file cache that the kernel can drop at once. */
  usedBytes: number;
  /** Undefined when there is no limit. */
  limitBytes: number | undefined;
}

/** Where the two versions of the kernel's control groups keep the same figures. */
const layouts = [
  { usage: "memory.current", limit: "memory.max", stat: "memory.stat", cache: "inactive_file" },
  {
    usage: "memory/memory.usage_in_bytes",
    limit: "memory/memory.limit_in_bytes",
    stat: "memory/memory.stat",
    cache: "total_inactive_file",
  },
] as const;

/** Version 1 says "no limit" with a number near 2^63. */
const noLimitBytes = 2 ** 60;

/** What the kernel will judge the container by; undefined where it does not say. */
export async function readContainerMemory(root = "/sys/fs/cgroup"): Promise<ContainerMemory | undefined> {
  for (const { usage, limit, stat, cache } of layouts) {
    const [used, most, statistics] = await Promise.all([usage, limit, stat].map((name) => readText(join(root, name))));
    if (used === undefined) continue;
    const droppable = new RegExp(`^${cache} (\\d+)$`, "m").exec(statistics ?? "")?.[1];
    const limitBytes = Number(most);
    return {
      usedBytes: Math.max(0, Number(used) - Number(droppable ?? 0)),
      limitBytes: limitBytes > 0 && limitBytes < noLimitBytes ? limitBytes : undefined,
    };
  }
  return undefined;
}

const readText = (path: string) => readFile(path, "utf8").catch(() => undefined);
