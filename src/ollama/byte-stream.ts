/** Thrown when a body breaks off: a reset, or an abort (the caller looks at its signal first). */
export class StreamBrokenError extends Error {
  override readonly name = "StreamBrokenError";
}

/** The chunks of a body. Whoever stops early closes the body and with it the connection. */
export async function* readChunks(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  try {
    for (let chunk = await read(reader); !chunk.done; chunk = await read(reader)) yield chunk.value;
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

/** The beginning of a body as text, at most `maxBytes` of it. */
export async function readStart(body: ReadableStream<Uint8Array> | null, maxBytes: number): Promise<string> {
  if (body === null) return "";
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of readChunks(body)) {
    parts.push(chunk);
    bytes += chunk.byteLength;
    if (bytes >= maxBytes) break;
  }
  return Buffer.concat(parts).subarray(0, maxBytes).toString("utf8");
}

async function read(reader: ReadableStreamDefaultReader<Uint8Array>) {
  try {
    return await reader.read();
  } catch (error) {
    throw new StreamBrokenError("The body broke off.", { cause: error });
  }
}
