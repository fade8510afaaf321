import { mkdir, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { digestsOf } from "./digests.ts";
import type { HubFile } from "./hub.ts";

export interface DownloadOptions {
  signal: AbortSignal;
  /** Hears how many bytes of the file are there, from any earlier attempt too. */
  onBytes(doneBytes: number): void;
}

const stallMs = 60_000;

/**
 * Fetches one file, which is not empty, goes on where an earlier attempt stopped, and puts it in place only when its length and
 * the hub's digest agree. Returns its SHA-256 in hexadecimal.
 * @throws Error with a sentence for a person; the signal's reason when that is aborted
 */
export async function downloadFile(file: HubFile, path: string, options: DownloadOptions): Promise<string> {
  const part = `${path}.part`;
  await mkdir(dirname(path), { recursive: true });
  const there = Bun.file(part).size;
  const resumeAt = there <= file.bytes ? there : 0;
  if (resumeAt < file.bytes) await receive(file, part, resumeAt, options);
  const { sha256, matches, bytes } = await digestsOf(part, file, options.signal);
  if (!matches) {
    await rm(part, { force: true });
    const why = bytes === file.bytes ? "its digest is not the hub's" : `it has ${bytes} bytes, not ${file.bytes}`;
    throw new Error(`${file.name} arrived damaged (${why}); try again`);
  }
  await rename(part, path);
  return sha256;
}

/**
 * The SHA-256 of a file that is there already, if it is the hub's file.
 * @throws the signal's reason
 */
export async function verifiedFile(file: HubFile, path: string, signal: AbortSignal): Promise<string | undefined> {
  if (Bun.file(path).size !== file.bytes) return undefined;
  const { sha256, matches } = await digestsOf(path, file, signal);
  return matches ? sha256 : undefined;
}

async function receive(
  file: HubFile,
  part: string,
  resumeAt: number,
  { signal, onBytes }: DownloadOptions,
): Promise<void> {
  const stalled = new AbortController();
  const stall = () => stalled.abort(new Error(`${file.name}: nothing arrived for ${stallMs / 1000} s; try again`));
  let timer = setTimeout(stall, stallMs);
  try {
    const headers: Record<string, string> = resumeAt > 0 ? { Range: `bytes=${resumeAt}-` } : {};
    const response = await fetch(file.url, { headers, signal: AbortSignal.any([signal, stalled.signal]) });
    if (!response.ok || response.body === null) throw new Error(`the hub answers ${response.status} for ${file.name}`);
    const resumed = resumeAt > 0 && response.status === 206;
    const handle = await open(part, resumed ? "a" : "w");
    let done = resumed ? resumeAt : 0;
    try {
      for await (const piece of response.body) {
        clearTimeout(timer);
        timer = setTimeout(stall, stallMs);
        await handle.write(piece);
        done += piece.byteLength;
        if (done > file.bytes) throw new Error(`${file.name} is longer than the hub says; try again`);
        onBytes(done);
      }
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    signal.throwIfAborted();
    throw stalled.signal.aborted ? stalled.signal.reason : error;
  } finally {
    clearTimeout(timer);
  }
}
