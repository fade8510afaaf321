import type { HubFile } from "./hub.ts";

const reportEveryBytes = 64 * 1024 * 1024;

/**
 * Lower-case hexadecimal SHA-256 of a file, read in pieces. `onShare` hears how much is done, 0 to 1, once
 * per 64 MiB.
 */
export async function sha256OfFile(path: string, onShare: (share: number) => void = () => undefined): Promise<string> {
  const file = Bun.file(path);
  const hasher = new Bun.CryptoHasher("sha256");
  let read = 0;
  let reported = 0;
  for await (const piece of file.stream()) {
    hasher.update(piece);
    read += piece.byteLength;
    if (read - reported < reportEveryBytes) continue;
    reported = read;
    onShare(read / file.size);
  }
  return hasher.digest("hex");
}

/**
 * The SHA-256 of a file, and whether length and digest are those that the hub gives.
 * @throws the signal's reason: gigabytes take many seconds
 */
export async function digestsOf(
  path: string,
  file: HubFile,
  signal: AbortSignal,
): Promise<{ sha256: string; matches: boolean; bytes: number }> {
  const content = Bun.file(path);
  const sha256 = new Bun.CryptoHasher("sha256");
  // Git hashes a header with the length before the content.
  const git = new Bun.CryptoHasher("sha1").update(`blob ${content.size}\0`);
  for await (const piece of content.stream()) {
    signal.throwIfAborted();
    sha256.update(piece);
    if (file.digest.kind === "git-sha1") git.update(piece);
  }
  const hex = sha256.digest("hex");
  const own = file.digest.kind === "sha256" ? hex : git.digest("hex");
  return { sha256: hex, matches: own === file.digest.hex && content.size === file.bytes, bytes: content.size };
}
