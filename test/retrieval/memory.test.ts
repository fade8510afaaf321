import { expect, setDefaultTimeout, test } from "bun:test";
import { soak } from "../support/embed-soak.ts";
import { tinyRetrieval } from "../support/tiny-retrieval.ts";

// Processes start slowly on a busy machine; nothing here measures time.
setDefaultTimeout(60_000);

test("the serving process does not grow with the number of embeds", async () => {
  const service = await tinyRetrieval();
  try {
    await soak(service.retrieval, 2_000);
    const { residentMib } = await soak(service.retrieval, 2_000);
    const growth = (residentMib.at(-1) ?? 0) - (residentMib[0] ?? 0);
    // 12 KiB per embed would show here; the long form is test/bench/retrieval-soak.ts.
    expect(growth).toBeLessThan(24);
    expect(service.retrieval.status().embedder).toMatchObject({ requests: 0, texts: 0 });
  } finally {
    await service.close();
  }
});
