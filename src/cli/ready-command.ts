import type { SidecarClient } from "../client/client-types.ts";
import type { Terminal } from "./terminal.ts";
import { exitCodes } from "./usage.ts";

/** The components, one a line. Returns failure when the service is not ready. */
export async function runReady(
  target: "ocr" | "retrieval" | "all",
  client: SidecarClient,
  terminal: Terminal,
  signal: AbortSignal,
): Promise<number> {
  const { ready, components } = await client.ready(target, { signal });
  for (const [name, { state, version, reason }] of Object.entries(components)) {
    const details = [version, reason].filter((detail) => detail !== undefined).join(", ");
    await terminal.print(`${state.padEnd(8)} ${name}${details === "" ? "" : `: ${details}`}`);
  }
  await terminal.print(ready ? `Ready for ${target}.` : `Not ready for ${target}.`);
  return ready ? exitCodes.success : exitCodes.failure;
}
