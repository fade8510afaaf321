import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { SidecarError } from "../../errors.ts";
import type { AppEnv } from "../context.ts";
import type { DocsAssets } from "../services.ts";

/** Everything comes from this service, no script stands in the page, and nobody may frame it. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** The API reference at `/docs`: a page that works without any other server. */
export function mountDocs(app: OpenAPIHono<AppEnv>, assets: DocsAssets): void {
  app.get("/docs", (c) => answer(c, assets, "index.html"));
  // The addresses in the page are relative to /docs, so that it also works behind a proxy's prefix.
  for (const path of ["/docs/", "/docs/index.html"]) app.get(path, (c) => c.redirect("../docs", 308));
  app.get("/docs/:asset", (c) => answer(c, assets, c.req.param("asset")));
}

async function answer(c: Context<AppEnv>, assets: DocsAssets, name: string): Promise<Response> {
  const asset = await assets(name);
  if (asset === undefined) throw new SidecarError("route_not_found", "The API reference has no such part; see /docs.");
  const headers = {
    // The browser keeps the file and asks whether it is still the same: an update is seen at once.
    "Cache-Control": "no-cache",
    ETag: asset.etag,
    "Content-Security-Policy": contentSecurityPolicy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  };
  if (c.req.header("If-None-Match") === asset.etag) return c.newResponse(null, { status: 304, headers });
  return c.newResponse(asset.body.stream(), {
    status: 200,
    headers: { ...headers, "Content-Type": asset.contentType, "Content-Length": String(asset.body.size) },
  });
}
