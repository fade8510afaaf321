import { heapStats } from "bun:jsc";

/** Loaded into the service before it starts: collects all garbage when asked on a socket of its own, and tells what is left. */
Bun.serve({
  unix: process.env.FUZZ_MEMORY_SOCKET ?? "",
  fetch: async () => {
    // What the first collection finalises, the second frees.
    Bun.gc(true);
    await Bun.sleep(0);
    Bun.gc(true);
    return Response.json({ heapBytes: heapStats().heapSize, residentBytes: process.memoryUsage.rss() });
  },
});
