import { connect, type Socket } from "node:net";

/** A TCP connection to the service, for requests that no HTTP client would send. */
export interface RawConnection extends Disposable {
  send(bytes: string | Uint8Array): void;
  /** What has come so far, byte by character. */
  readonly received: string;
  /** Whether the service has closed it. */
  readonly closed: boolean;
  /** Statuses of the answers so far. */
  statuses(): number[];
  /** Hangs up without a word more. */
  hangUp(): void;
}

export async function openConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  const socket = await new Promise<Socket>((resolve, reject) => {
    const opened = connect(Number(port), hostname, () => resolve(opened));
    opened.once("error", reject);
  });
  let received = "";
  let closed = false;
  socket.on("data", (piece) => {
    received += Buffer.from(piece).toString("latin1");
  });
  socket.on("error", () => undefined);
  socket.on("close", () => {
    closed = true;
  });
  return {
    send: (bytes) => {
      if (!closed) socket.write(bytes);
    },
    get received() {
      return received;
    },
    get closed() {
      return closed;
    },
    statuses: () => [...received.matchAll(/HTTP\/1\.1 (\d{3})/g)].map((match) => Number(match[1])),
    hangUp: () => socket.destroy(),
    [Symbol.dispose]: () => void socket.destroy(),
  };
}
