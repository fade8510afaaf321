import { connect, type Socket } from "node:net";

/** Sends a document over a connection of its own, and takes nothing of what comes back until the socket is resumed. */
export async function uploadAndIgnore(url: string, form: FormData, accept = "application/json"): Promise<Socket> {
  const { hostname, port, host } = new URL(url);
  const message = new Response(form);
  const contentType = message.headers.get("Content-Type");
  const body = new Uint8Array(await message.arrayBuffer());
  const socket = connect(Number(port), hostname);
  socket.pause();
  socket.on("error", () => undefined);
  socket.write(
    `POST /ocr-upload HTTP/1.1\r\nHost: ${host}\r\nAccept: ${accept}\r\nContent-Length: ${body.byteLength}\r\nContent-Type: ${contentType}\r\n\r\n`,
  );
  socket.write(body);
  return socket;
}
