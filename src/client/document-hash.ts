/** A document that is larger is not named: the service takes 50 MB unless told otherwise, and a file is read for it. */
const largestBytes = 64 * 1024 * 1024;

/**
 * The SHA-256 of a document in lower-case hexadecimal, by which a balancer sends it where it was read before. Undefined
 * where it cannot be had: a document beyond 64 MiB, one that cannot be read (sending it tells why), and browser pages that
 * did not come over HTTPS, which have no such function.
 */
export async function hashDocument(file: Blob | Uint8Array): Promise<string | undefined> {
  const bytes = file instanceof Blob ? file.size : file.byteLength;
  if (bytes > largestBytes || globalThis.crypto?.subtle === undefined) return undefined;
  try {
    const content = file instanceof Blob ? await file.arrayBuffer() : new Uint8Array(file);
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", content));
    return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
  } catch {
    return undefined;
  }
}
