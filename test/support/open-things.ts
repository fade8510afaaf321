import { readdir, readlink } from "node:fs/promises";
import { childrenOf } from "./child-processes.ts";

/** What a process holds of the machine. */
export interface OpenThings {
  /** Programs of its child processes, sorted. */
  processes: string[];
  /** Its descriptors by kind: `socket`, `pipe`, `anon_inode:…`, or the path of a file. */
  descriptors: Record<string, number>;
  /** Names in the folders where it may write. */
  files: string[];
}

/** Looks at a process of this machine and at the folders that are its own. */
export async function openThingsOf(pid: number, folders: readonly string[]): Promise<OpenThings> {
  const children = await childrenOf(pid);
  const links = await readdir(`/proc/${pid}/fd`);
  const targets = await Promise.all(links.map((link) => readlink(`/proc/${pid}/fd/${link}`).catch(() => "gone")));
  const descriptors: Record<string, number> = {};
  for (const target of targets) {
    const kind = target.replace(/^(socket|pipe):\[\d+\]$/, "$1");
    descriptors[kind] = (descriptors[kind] ?? 0) + 1;
  }
  const names = await Promise.all(folders.map((folder) => readdir(folder, { recursive: true })));
  return {
    processes: children.map(({ command }) => command.replace(/--\S+ ?/g, "")).sort(),
    descriptors,
    // Bun keeps what it has translated below HOME, unless that is switched off as in the images.
    files: names
      .flat()
      .filter((name) => !name.startsWith(".bun"))
      .sort(),
  };
}
