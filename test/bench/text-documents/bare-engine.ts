import { rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { startProcess } from "../../../src/processes/kept-process.ts";

export interface BareEngine extends AsyncDisposable {
  /** Reads the document over and over for so long. */
  documentsPerSecond(forMs: number): Promise<number>;
}

/** The engine in a process of its own, which does nothing but extract the text of all pages. */
export function startBareEngine(pdf: Uint8Array): BareEngine {
  const path = join(tmpdir(), `bare-${process.pid}.pdf`);
  const engine = startProcess<{ path: string; forMs: number }, number>({
    name: "bare engine",
    program: new URL("./bare-program.ts", import.meta.url),
    reply: z.number(),
    readyTimeoutMs: 30_000,
    maxMemoryBytes: 2 ** 30,
  });
  const { signal } = new AbortController();
  return {
    async documentsPerSecond(forMs) {
      await writeFile(path, pdf);
      await engine.ready;
      return await engine.ask({ path, forMs }, { timeoutMs: 10 * forMs, signal });
    },
    async [Symbol.asyncDispose]() {
      await engine.kill("closed");
      await rm(path, { force: true });
    },
  };
}
