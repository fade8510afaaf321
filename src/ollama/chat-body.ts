import type { ChatRequest } from "./chat.ts";

/** The body of `/api/chat` for one page: these fields and no others, because the server drops unknown ones in silence. */
export function chatBody(request: ChatRequest) {
  const system = request.system === undefined ? [] : [{ role: "system", content: escapeImageMarkers(request.system) }];
  const user = {
    role: "user",
    content: escapeImageMarkers(request.prompt),
    images: [Buffer.from(request.image.buffer, request.image.byteOffset, request.image.byteLength).toString("base64")],
  };
  return {
    model: request.model,
    stream: true,
    think: false,
    keep_alive: request.keepAliveSeconds,
    options: request.options,
    messages: [...system, user],
  };
}

/** Unloads the model: no messages and no time to keep it. */
export const unloadBody = (model: string) => ({ model, stream: false, keep_alive: 0, messages: [] });

/**
 * `[img]` and `[img-0]` in the text of a message are where Ollama puts the picture. A blank after the bracket
 * (`[ img-0]`) makes them ordinary text that the model reads as the same words.
 */
const escapeImageMarkers = (text: string): string => text.replace(/\[(?=img(?:-\d+)?\])/gi, "[ ");
