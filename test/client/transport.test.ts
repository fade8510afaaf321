import { expect, test } from "bun:test";
import { createSidecarClient } from "../../src/client.ts";

test("a redirect is not followed, so that the key goes nowhere else", async () => {
  const keys: (string | null)[] = [];
  using elsewhere = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch: (request) => {
      keys.push(request.headers.get("X-API-Key"));
      return Response.json({});
    },
  });
  using proxy = Bun.serve({ hostname: "127.0.0.1", port: 0, fetch: () => Response.redirect(elsewhere.url.href, 307) });
  const client = createSidecarClient({ baseUrl: proxy.url, apiKey: crypto.randomUUID(), retry: { maxAttempts: 1 } });
  const fault = await client.embed({ text: "pump" }).catch((error: unknown) => error);
  expect(fault).toMatchObject({ code: "http_error", status: 307 });
  expect(keys).toEqual([]);
});

test("what an address holds beside its path is not sent", async () => {
  const asked: string[] = [];
  const fetch = (url: string) => {
    asked.push(url);
    return Promise.resolve(Response.json({ results: [], device: "cpu" }));
  };
  const client = createSidecarClient({ baseUrl: "http://host/ocr?token=secret#part", fetch });
  await client.embed({ texts: [] });
  expect(asked).toEqual(["http://host/ocr/embed"]);
});
