/** Takes 16 MiB more every 20 ms, and never returns. */
export async function growForEver(): Promise<never> {
  const held: Uint8Array[] = [];
  for (;;) {
    held.push(new Uint8Array(16 * 1024 * 1024).fill(held.length + 1));
    await Bun.sleep(20);
  }
}
