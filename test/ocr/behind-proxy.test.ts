import { expect, test } from "bun:test";
import { createModelEngine } from "../../src/ocr/engines/model-engine.ts";
import { createOllamaClient } from "../../src/ollama/client.ts";

const page = { png: Uint8Array.of(1), widthPx: 1273, heightPx: 1800, ink: 0.05 };
const request = { systemPrompt: undefined, dmsTags: undefined, options: {} };

// 502 of nginx, Caddy and Traefik; 503 of HAProxy and Envoy.
test.each([502, 503])("a page waits for an Ollama that restarts behind a proxy that gives %i", async (status) => {
  const asked: string[] = [];
  await using proxy = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: ({ url }) => {
      const { pathname } = new URL(url);
      asked.push(pathname);
      // Its server is away for the page, as often as a page may be asked for, and for the first look.
      if (asked.length <= 2) return new Response("<html><h1>No server</h1></html>", { status });
      if (pathname === "/api/version") return Response.json({ version: "0.12.6" });
      return new Response('{"message":{"content":"# Page"},"done":false}\n{"done":true,"done_reason":"stop"}\n');
    },
  });
  const engine = createModelEngine({
    ollama: createOllamaClient({ baseUrl: proxy.url.href, fetch }),
    model: "np-dms-ocr:latest",
    taskPrompt: "Read the page.",
    maxAttempts: 1,
    pageTimeoutMs: 60_000,
    keepAliveSeconds: 120,
    onUse: () => undefined,
  });
  const { signal } = new AbortController();
  expect(await engine.read(page, request, signal)).toMatchObject({ text: "# Page", attempts: 2 });
  expect(asked).toEqual(["/api/chat", "/api/version", "/api/version", "/api/chat"]);
});
