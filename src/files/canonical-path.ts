import { lstat, readlink } from "node:fs/promises";

/** Where a path leads once every symbolic link is followed, and whether the whole of it could be followed. */
export interface CanonicalPath {
  /** Absolute, without links, `.`, `..` or a trailing slash. */
  path: string;
  /** False when a component is missing, unreadable, too long, or used as a folder although it is none. */
  reached: boolean;
}

/** Links followed before a path counts as a loop: the kernel's own limit (path_resolution(7)). */
const maxLinks = 40;

/**
 * Follows an absolute path as the kernel does, so that `link/..` is the parent of the link's target. Unlike
 * `realpath` it does not give up where something is missing: what lies behind the longest part that exists is
 * resolved lexically, so that one can say where the file *would* be. A link loop ends at the folder of the link.
 */
export async function canonicalise(absolutePath: string): Promise<CanonicalPath> {
  const rest = absolutePath.split("/").slice(1);
  let current: readonly string[] = [];
  let isFolder = true;
  let links = 0;
  for (let name = rest.shift(); name !== undefined; name = rest.shift()) {
    if (!isFolder) return lexically(current, [name, ...rest]);
    if (name === "" || name === ".") continue;
    if (name === "..") {
      current = current.slice(0, -1);
      continue;
    }
    const found = await lookAt([...current, name]);
    if (found === undefined) return lexically(current, [name, ...rest]);
    if (found.target === undefined) {
      current = [...current, name];
      isFolder = found.isFolder;
      continue;
    }
    links += 1;
    if (links > maxLinks) return { path: join(current), reached: false };
    if (found.target.startsWith("/")) current = [];
    rest.unshift(...found.target.split("/"));
  }
  return { path: join(current), reached: true };
}

const join = (names: readonly string[]) => `/${names.join("/")}`;

async function lookAt(names: readonly string[]): Promise<{ isFolder: boolean; target?: string } | undefined> {
  const path = join(names);
  try {
    const stats = await lstat(path);
    if (!stats.isSymbolicLink()) return { isFolder: stats.isDirectory() };
    return { isFolder: false, target: await readlink(path) };
  } catch {
    return undefined;
  }
}

function lexically(current: readonly string[], rest: readonly string[]): CanonicalPath {
  const names = [...current];
  for (const name of rest) {
    if (name === "..") names.pop();
    else if (name !== "" && name !== ".") names.push(name);
  }
  return { path: join(names), reached: false };
}
