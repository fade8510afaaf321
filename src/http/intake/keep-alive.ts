import { z } from "@hono/zod-openapi";
import { keepAliveNotAllowed } from "../answers/faults.ts";

/** Known to every schema, so that sending it is answered with the reason and not passed over in silence. */
export const keepAliveField = z
  .unknown()
  .optional()
  .openapi({ type: "null", description: "Never accepted: it belongs to the residency policy. Leave it out." });

/**
 * `null` means absent, as everywhere.
 *
 * @throws SidecarError `keep_alive_not_allowed`
 */
export function refuseKeepAlive(...values: readonly unknown[]): void {
  if (values.every((value) => (value ?? undefined) === undefined)) return;
  throw keepAliveNotAllowed();
}
