import { fileURLToPath } from "node:url";
import type { OpenAPIHono } from "@hono/zod-openapi";
import type { Context } from "hono";
import { SidecarError } from "../../errors.ts";
import type { AppEnv } from "../context.ts";

/** The closed list of what the reference consists of: the name in the address, its file, and what it is. */
const parts: Readonly<Record<string, { file: string | URL; contentType: string }>> = {
  "index.html": { file: new URL("docs-page/index.html", import.meta.url), contentType: "text/html; charset=utf-8" },
  "start.js": { file: new URL("docs-page/start.js", import.meta.url), contentType: "text/javascript; charset=utf-8" },
  "page.css": { file: new URL("docs-page/page.css", import.meta.url), contentType: "text/css; charset=utf-8" },
  "swagger-ui.css": {
    file: import.meta.resolve("swagger-ui-dist/swagger-ui.css"),
    contentType: "text/css; charset=utf-8",
  },
  "swagger-ui-bundle.js": {
    file: import.meta.resolve("swagger-ui-dist/swagger-ui-bundle.js"),
    contentType: "text/javascript; charset=utf-8",
  },
  "favicon.png": { file: import.meta.resolve("swagger-ui-dist/favicon-32x32.png"), contentType: "image/png" },
};

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
export function mountDocs(app: OpenAPIHono<AppEnv>): void {
  // The addresses in the page are relative to /docs, so that it also works behind a proxy's prefix. These two come first:
  // the router takes /docs/ for /docs as well.
  for (const path of ["/docs/", "/docs/index.html"]) app.get(path, (c) => c.redirect("../docs", 308));
  app.get("/docs", (c) => answer(c, "index.html"));
  app.get("/docs/:part", (c) => answer(c, c.req.param("part")));
}

/** Read from this package and from its library on each request. */
async function answer(c: Context<AppEnv>, name: string): Promise<Response> {
  const part = Object.hasOwn(parts, name) ? parts[name] : undefined;
  if (part === undefined) throw new SidecarError("route_not_found", "The API reference has no such part; see /docs.");
  const body = Bun.file(fileURLToPath(part.file));
  const { size, mtimeMs } = await body.stat();
  const etag = `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"`;
  const headers = {
    // The browser keeps the file and asks whether it is still the same: an update is seen at once.
    "Cache-Control": "no-cache",
    ETag: etag,
    "Content-Security-Policy": contentSecurityPolicy,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
  };
  if (c.req.header("If-None-Match") === etag) return c.newResponse(null, { status: 304, headers });
  return c.newResponse(body.stream(), {
    status: 200,
    headers: { ...headers, "Content-Type": part.contentType, "Content-Length": String(body.size) },
  });
}
