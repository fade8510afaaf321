/**
 * Memory of the process that serves HTTP over many embeds; it must not grow.
 *
 *   bun test/bench/retrieval-soak.ts [embeds=10000]
 */
import { soak } from "../support/embed-soak.ts";
import { tinyRetrieval } from "../support/tiny-retrieval.ts";

const embeds = Number(process.argv[2] ?? 10_000);
const service = await tinyRetrieval();
await soak(service.retrieval, 1_000);
const start = performance.now();
const { residentMib } = await soak(service.retrieval, embeds);
console.log(`${embeds} embeds in ${((performance.now() - start) / 1000).toFixed(1)} s`);
console.log(`resident MiB: ${residentMib.map((mib) => mib.toFixed(1)).join("  ")}`);
console.log(service.retrieval.status().embedder);
await service.close();
