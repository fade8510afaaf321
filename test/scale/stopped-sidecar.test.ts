import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createSidecarClient, type OcrAnswer } from "../../src/client.ts";
import { startBalancer } from "../support/balancer.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { findOptionalProgram } from "../support/optional-program.ts";
import { scan } from "../support/scan.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { testKey } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(120_000);

const program = findOptionalProgram("haproxy", "calls while sidecars are stopped");

describe.skipIf(program === undefined)("no call of 16 callers fails in the end", () => {
  test.concurrent.each<[how: string, signal: NodeJS.Signals]>([
    ["stopped as operators do", "SIGTERM"],
    ["killed", "SIGKILL"],
  ])("while one of two sidecars is %s", async (_, signal) => {
    await using resources = new AsyncDisposableStack();
    const fakes = [
      resources.use(await FakeOllama.start({ pageDelayMs: 100 })),
      resources.use(await FakeOllama.start({ pageDelayMs: 100 })),
    ];
    const sidecars = await Promise.all(
      fakes.map((fake) =>
        startServiceProcess({
          OLLAMA_API_URL: fake.url,
          OCR_SIDECAR_AUTH: "api-key",
          OCR_SIDECAR_API_KEY: testKey,
          PDF_WORKERS: "1",
        }),
      ),
    );
    for (const sidecar of sidecars) resources.use(sidecar);
    for (const { url } of sidecars) await until(async () => (await fetch(`${url}/ready`)).ok, "the sidecar is ready");
    const balancer = resources.use(await startBalancer({ program: program ?? "", sidecars }));
    const client = createSidecarClient({ baseUrl: balancer.url, apiKey: testKey });

    const answers = new Map<string, OcrAnswer>();
    const call = async (caller: number) => {
      for (let document = 0; document < 3; document += 1) {
        const name = `${caller} of ${document}`;
        answers.set(name, await client.ocrUpload({ file: scan(1, name) }));
      }
    };
    const calls = Promise.all(Array.from({ length: 16 }, (_, caller) => call(caller)));
    const [victim] = sidecars;
    if (victim === undefined) throw new Error("There is no sidecar to stop.");
    const [fake, other] = fakes;
    await until(() => (fake?.pages.length ?? 0) >= 4 && (other?.pages.length ?? 0) >= 4);
    expect(answers.size).toBeLessThan(48);
    process.kill(victim.pid, signal);
    await calls;

    await victim.exited;
    expect(answers.size).toBe(48);
    expect(new Set([...answers.values()].map(({ text }) => text)).size).toBe(48);
  });
});
