/**
 * The lines of an input that are not blank, when it has ended.
 *
 * @throws the signal's reason; the input is then let go, so that waiting for it does not hold the command
 */
export async function inputLines(input: ReadableStream<Uint8Array>, signal: AbortSignal): Promise<string[]> {
  const reader = input.getReader();
  const letGo = () => void reader.cancel(signal.reason).catch(() => undefined);
  signal.addEventListener("abort", letGo, { once: true });
  try {
    const decoder = new TextDecoder();
    let text = "";
    for (;;) {
      signal.throwIfAborted();
      const { done, value } = await reader.read();
      if (done) break;
      text += decoder.decode(value, { stream: true });
    }
    signal.throwIfAborted();
    return (text + decoder.decode()).split(/\r?\n/).filter((line) => line.trim() !== "");
  } finally {
    signal.removeEventListener("abort", letGo);
    letGo();
  }
}
