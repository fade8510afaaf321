import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { SidecarError } from "../../src/errors.ts";
import { readBelowBase } from "../../src/pdf/files/path-guard.ts";
import { openSpool, textOf } from "./spool.ts";

export interface RaceResult {
  /** How often each answer came: `inside`, or the code of a refusal. */
  answers: Record<string, number>;
  /** Reads of a file that lies outside. */
  leaks: number;
}

const readsAtOnce = 4;

/**
 * Reads through links while a thread of its own swaps them between the inside and the outside as fast as it can: the
 * file, a folder above it, the base's own child, and a link that passes through the outside and back.
 */
export async function raceAgainstLinks({ reads }: { reads: number }): Promise<RaceResult> {
  const root = await mkdtemp(join(tmpdir(), "link-race-"));
  const base = join(root, "uploads");
  await mkdir(join(base, "real"), { recursive: true });
  await mkdir(join(root, "outside", "real"), { recursive: true });
  for (const file of ["doc", "real/doc"]) {
    await writeFile(join(base, file), "inside");
    await writeFile(join(root, "outside", file), "OUTSIDE");
  }
  await symlink("real/doc", join(base, "file"));
  await symlink("real", join(base, "folder"));
  await symlink("../uploads", join(base, "around"));
  const swapper = new Worker(new URL("./link-swapper.ts", import.meta.url).href, { argv: [base] });
  const { signal } = new AbortController();
  await using spool = await openSpool();
  const paths = ["file", "folder/doc", "around/real/doc", "real/doc"].map((name) => join(base, name));
  const result: RaceResult = { answers: {}, leaks: 0 };
  const note = (answer: string) => {
    result.answers[answer] = (result.answers[answer] ?? 0) + 1;
  };
  await new Promise<void>((ready) => {
    swapper.onmessage = () => ready();
  });
  let left = reads;
  const reader = async () => {
    for (; left > 0; left -= 1) {
      const path = paths[left % paths.length] ?? base;
      try {
        const text = await textOf(await readBelowBase({ base, path, maxBytes: 100, spool, signal }));
        if (text.includes("OUTSIDE")) result.leaks += 1;
        note(text);
      } catch (error) {
        if (!(error instanceof SidecarError)) throw error;
        note(error.code);
      }
    }
  };
  try {
    await Promise.all(Array.from({ length: readsAtOnce }, reader));
    return result;
  } finally {
    // Not terminated: in the middle of a swap it could make a link while its folder is removed.
    const stopped = new Promise((resolve) => swapper.addEventListener("close", resolve));
    swapper.postMessage("stop");
    await stopped;
    await rm(root, { recursive: true, force: true });
  }
}
