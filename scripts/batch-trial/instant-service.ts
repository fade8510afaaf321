/** A service on loopback that takes each document whole and answers at once as with one page of a text layer. */
export function startInstantService() {
  const text = "This page has quite enough characters on it. ".repeat(40);
  const page = {
    ...{ page: 1, source: "text-layer", text, chars: text.length, attempts: 0, ms: 1 },
    ...{ truncated: false, warnings: [] },
  };
  const answer = { text, ocrUsed: false, pageCount: 1, charCount: text.length, engineUsed: "fast-path", warnings: [] };
  return Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: async (request) => {
      await request.arrayBuffer();
      return Response.json({ ...answer, pages: [page] });
    },
  });
}
