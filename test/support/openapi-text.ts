import { join } from "node:path";
import { startSidecar } from "./sidecar.ts";

/** The golden file. */
export const openApiFile = join(import.meta.dir, "../fixtures/openapi.json");

/** The OpenAPI document of a started service, indented. */
export async function readOpenApiText(): Promise<string> {
  await using sidecar = await startSidecar();
  const response = await fetch(`${sidecar.url}/openapi.json`);
  return `${JSON.stringify(await response.json(), null, 2)}\n`;
}
