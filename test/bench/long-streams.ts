/**
 * A stream of events through HAProxy with the shipped file, for as long as a page takes: 600 s unless another number is
 * given. Nothing is computed meanwhile. Run with `bun test/bench/long-streams.ts [seconds]`.
 */
import { createSidecarClient } from "../../src/client.ts";
import { startBalancer } from "../support/balancer.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { findOptionalProgram } from "../support/optional-program.ts";
import { scan } from "../support/scan.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { until } from "../support/until.ts";
import { milliseconds } from "./statistics.ts";

const seconds = Number(process.argv[2] ?? 600);
const program = findOptionalProgram("haproxy", "streams through a balancer");
if (program === undefined) process.exit(1);

// One piece, so that the model is silent for as long, too.
await using fake = await FakeOllama.start({ pageDelayMs: seconds * 1000, pieceCount: 1 });
await using sidecar = await startServiceProcess({ OLLAMA_API_URL: fake.url, OCR_TIMEOUT: String(seconds + 60) });
await until(async () => (await fetch(`${sidecar.url}/ready`)).ok, "the sidecar is ready");
await using balancer = await startBalancer({ program, sidecars: [sidecar] });
const client = createSidecarClient({ baseUrl: balancer.url, retry: { maxAttempts: 1 } });
const startedMs = performance.now();
const answer = await client.ocrUpload({ file: scan(1) });
console.log(
  `a stream of ${milliseconds(performance.now() - startedMs)} held: ${answer.pageCount} page, ${answer.charCount} characters`,
);
console.log(`processor time of HAProxy ${milliseconds(await balancer.cpuMs())}`);
