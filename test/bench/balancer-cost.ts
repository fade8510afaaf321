/**
 * What HAProxy with the shipped file costs: processor time of a small request and of one with a body of 50 MB, and its
 * memory with 200 open streams. The sidecars are stand-ins that answer at once. Run with `bun test/bench/balancer-cost.ts`.
 */
import { startBalancer } from "../support/balancer.ts";
import { findOptionalProgram } from "../support/optional-program.ts";
import { milliseconds } from "./statistics.ts";

const program = findOptionalProgram("haproxy", "the cost of a balancer");
if (program === undefined) process.exit(1);

const standIn = () =>
  Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    maxRequestBodySize: 100_000_000,
    idleTimeout: 0,
    fetch: async (request) => {
      for await (const _ of request.body ?? []);
      if (request.headers.get("Accept") !== "text/event-stream") return new Response("{}");
      return new Response(new ReadableStream({ start: (stream) => stream.enqueue("event: plan\ndata: {}\n\n") }), {
        headers: { "Content-Type": "text/event-stream" },
      });
    },
  });
const sidecars = [standIn(), standIn()];
const balancer = await startBalancer({ program, sidecars: sidecars.map(({ url }) => ({ url: url.origin })) });
const send = (body: Uint8Array<ArrayBuffer>, headers: Record<string, string> = {}) =>
  fetch(`${balancer.url}/ocr-upload`, {
    method: "POST",
    body,
    headers: { "X-Document-Sha256": crypto.randomUUID(), ...headers },
  });

async function cost(count: number, bytes: number): Promise<number> {
  const body = new Uint8Array(bytes);
  const before = await balancer.cpuMs();
  for (let sent = 0; sent < count; sent += 10)
    await Promise.all(Array.from({ length: 10 }, async () => (await send(body)).text()));
  return ((await balancer.cpuMs()) - before) / count;
}

await cost(200, 1000);
console.log(`a request of 1 kB      ${milliseconds(await cost(3000, 1000))} of processor time`);
console.log(`a request of 500 kB    ${milliseconds(await cost(400, 500_000))}`);
console.log(`a request of 50 MB     ${milliseconds(await cost(20, 50_000_000))}`);
const before = await balancer.peakResidentBytes();
const streams = await Promise.all(
  Array.from({ length: 200 }, () => send(new Uint8Array(1000), { Accept: "text/event-stream" })),
);
const grown = (await balancer.peakResidentBytes()) - before;
console.log(
  `an open stream         ${(grown / 200 / 1000).toFixed(1)} kB of memory; all of HAProxy ${(before / 1e6).toFixed(0)} MB before`,
);
for (const stream of streams) await stream.body?.cancel();
await balancer[Symbol.asyncDispose]();
for (const sidecar of sidecars) await sidecar.stop(true);
