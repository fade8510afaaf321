import { startBalancer } from "../../support/balancer.ts";
import { FakeOllama } from "../../support/fake-ollama.ts";
import { findOptionalProgram } from "../../support/optional-program.ts";
import { startServiceProcess } from "../../support/service-process.ts";
import { until } from "../../support/until.ts";

export interface Fleet extends AsyncDisposable {
  /** Of the balancer. */
  url: string;
  sidecarUrls: readonly string[];
  /** By each model so far, in the order of their speeds. */
  pagesRead(): number[];
  /** Processor time of the balancer so far. */
  balancerCpuMs(): Promise<number>;
}

/**
 * Sidecars behind HAProxy with the shipped file, each with a model of its own that is loaded already.
 *
 * @param speeds milliseconds that each model takes for a page; it reads one at a time
 */
export async function startFleet(speeds: readonly number[]): Promise<Fleet> {
  const program = findOptionalProgram("haproxy", "many sidecars");
  if (program === undefined) throw new Error("Without HAProxy there is nothing to measure.");
  const resources = new AsyncDisposableStack();
  try {
    const fakes = await Promise.all(
      speeds.map((pageDelayMs) =>
        FakeOllama.start({ pageDelayMs, parallel: 1, preloaded: [{ name: "np-dms-ocr:latest" }] }),
      ),
    );
    for (const fake of fakes) resources.use(fake);
    const sidecars = await Promise.all(
      fakes.map((fake) => startServiceProcess({ OLLAMA_API_URL: fake.url, PDF_WORKERS: "1" })),
    );
    for (const sidecar of sidecars) resources.use(sidecar);
    for (const { url } of sidecars) await until(async () => (await fetch(`${url}/ready`)).ok, "the sidecar is ready");
    const balancer = resources.use(await startBalancer({ program, sidecars }));
    return {
      url: balancer.url,
      sidecarUrls: sidecars.map(({ url }) => url),
      pagesRead: () => fakes.map(({ pages }) => pages.length),
      balancerCpuMs: balancer.cpuMs,
      [Symbol.asyncDispose]: () => resources.disposeAsync(),
    };
  } catch (error) {
    await resources.disposeAsync();
    throw error;
  }
}
