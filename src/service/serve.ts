import { setTimeout as sleep } from "node:timers/promises";
import { getLogger } from "@logtape/logtape";
import { createApp } from "../http/app.ts";
import type { Bindings } from "../http/context.ts";
import type { Env } from "./env-schema.ts";
import { type Sidecar, wire } from "./wire.ts";

const log = getLogger(["sidecar"]);

/** For the unload of the model, when the grace time is over. */
const closingMs = 10_000;
/** For the last answers to be made and to leave. */
const sendingMs = 2000;
/** The most that Bun takes. */
const longestIdleSeconds = 255;

/** The service with its socket. */
export interface RunningServer {
  /** Where it listens. */
  url: URL;
  /** Refuses new work, lets running work finish within `graceMs`, then aborts it and frees everything. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Wires the service and opens its port.
 *
 * @param childEnvironment all variables that the inference processes get
 */
export async function serve(env: Env, childEnvironment: Readonly<Record<string, string>>): Promise<RunningServer> {
  const sidecar = await wire(env, childEnvironment);
  try {
    const app = createApp(sidecar.services);
    const server = Bun.serve({
      port: env.OCR_PORT,
      hostname: env.OCR_HOST,
      idleTimeout: idleSteps(env.IDLE_TIMEOUT_SECONDS),
      // Bun's own 413 has no body and no request id; ours is decided from the declared length or while reading.
      maxRequestBodySize: Number.MAX_SAFE_INTEGER,
      fetch: (request, socket) => {
        const bindings: Bindings = { setIdleTimeout: (seconds) => socket.timeout(request, idleSteps(seconds)) };
        const peerAddress = socket.requestIP(request)?.address;
        return app.fetch(request, peerAddress === undefined ? bindings : { ...bindings, peerAddress });
      },
    });
    log.info("Listening on {url}", { url: server.url.href });
    return { url: server.url, stop: (graceMs) => stop(sidecar, server, graceMs) };
  } catch (error) {
    await sidecar.close(AbortSignal.timeout(closingMs));
    throw error;
  }
}

/**
 * Bun looks for silent connections every four seconds and rounds a limit up to such steps, of which the first may be over
 * in a moment (measured on 1.4.5: with a limit of 4 s a connection was cut after 0.4 s). One step more makes the limit
 * the least that a connection gets.
 *
 * @param seconds 0 = no limit
 */
const idleSteps = (seconds: number) => (seconds === 0 ? 0 : Math.min(longestIdleSeconds, seconds + 4));

async function stop(sidecar: Sidecar, server: Bun.Server<undefined>, graceMs: number): Promise<void> {
  const { inFlight } = sidecar.services;
  sidecar.drain();
  log.info("Stopping: {count} documents are being read", { count: inFlight.count });
  await inFlight.whenIdle(AbortSignal.timeout(graceMs));
  await sidecar.close(AbortSignal.timeout(closingMs));
  // Work has ended when its answer is made, not when it has been sent: cutting the sockets now would lose it.
  await Promise.race([server.stop(false), sleep(sendingMs, undefined, { ref: false })]);
  await server.stop(true);
  log.info("Stopped");
}
