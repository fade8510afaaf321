import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { startSidecar, type TestSidecar } from "../support/sidecar.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

let sidecar: TestSidecar;
beforeAll(async () => {
  sidecar = await startSidecar();
});
afterAll(() => sidecar[Symbol.asyncDispose]());

/** Without a key, as a browser asks. */
const get = (path: string, init?: RequestInit) => fetch(sidecar.url + path, init);

describe("the API reference", () => {
  test("is a page that refers only to parts which the service has, each with its content type", async () => {
    const response = await get("/docs");
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    const page = await response.text();
    expect(page).not.toMatch(/https?:|\/\/[a-z]/i);
    const references = [...page.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] ?? "");
    const found = await Promise.all(
      references.map(async (reference) => {
        const url = new URL(reference, `${sidecar.url}/docs`);
        const part = await fetch(url);
        expect((await part.arrayBuffer()).byteLength).toBe(Number(part.headers.get("Content-Length")));
        return [url.pathname, part.status, part.headers.get("Content-Type")?.split(";")[0]];
      }),
    );
    expect(found.sort()).toEqual([
      ["/docs/favicon.png", 200, "image/png"],
      ["/docs/page.css", 200, "text/css"],
      ["/docs/start.js", 200, "text/javascript"],
      ["/docs/swagger-ui-bundle.js", 200, "text/javascript"],
      ["/docs/swagger-ui.css", 200, "text/css"],
      ["/openapi.json", 200, "application/json"],
    ]);
  });

  test("has no script of its own in the page, and forbids scripts, frames and connections of others", async () => {
    const response = await get("/docs");
    const policy = response.headers.get("Content-Security-Policy");
    expect(policy).toStartWith("default-src 'none'; script-src 'self'; style-src 'self';");
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("connect-src 'self'");
    expect(policy).toContain("frame-ancestors 'none'");
    const page = await response.text();
    expect([...page.matchAll(/<script[^>]*>([^<]*)<\/script>/g)].map((match) => match[1])).toEqual(["", ""]);
    expect(page).not.toMatch(/<style|\bon\w+=|javascript:/i);
  });

  test("is not sent again to a browser that has it", async () => {
    const first = await get("/docs/swagger-ui.css");
    expect(first.headers.get("Cache-Control")).toBe("no-cache");
    await first.arrayBuffer();
    const again = await get("/docs/swagger-ui.css", { headers: { "If-None-Match": first.headers.get("ETag") ?? "" } });
    expect({ status: again.status, body: await again.text() }).toEqual({ status: 304, body: "" });
  });

  test.each(["/docs/", "/docs/index.html"])("sends %s to the page, whose addresses are relative", async (path) => {
    const response = await get(path, { redirect: "manual" });
    expect(response.status).toBe(308);
    expect(new URL(response.headers.get("Location") ?? "", sidecar.url + path).pathname).toBe("/docs");
  });

  test.each([
    "package.json",
    "index.js",
    "constructor",
    "__proto__",
    "..%2fpackage.json",
    "..%2f..%2f..%2fetc%2fpasswd",
    "%2e%2e%2fstart.js",
    "swagger-ui.css%00",
    "a/b",
  ])("has no part named %s", async (name) => {
    const response = await get(`/docs/${name}`);
    expect(response.status).toBe(404);
    expect((await response.json()).code).toBe("route_not_found");
  });
});
