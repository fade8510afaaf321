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

const reportEveryBytes = 64 * 1024 * 1024;
