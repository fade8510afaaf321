/** Waits until a condition holds, looking every few milliseconds; throws with `what` when it never does. */
export async function until(
  condition: () => boolean | Promise<boolean>,
  what = String(condition),
  timeoutMs = 30_000,
): Promise<void> {
  const giveUpAt = performance.now() + timeoutMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`Never came true within ${timeoutMs} ms: ${what}`);
    await Bun.sleep(5);
  }
}
