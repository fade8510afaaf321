import { createHash } from "node:crypto";
import type { OpenAPIHono } from "@hono/zod-openapi";
import { SidecarError } from "../../errors.ts";
import type { AppEnv } from "../context.ts";
import type { Services } from "../services.ts";
import { createConsoleFiles } from "./console-files.ts";
import { consolePage, contentSecurityPolicy } from "./console-page.ts";

const commonHeaders = { "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer" };

/** The page for people at `/console`. It holds no data, so it needs no key: what it shows it asks for with one. */
export function mountConsole(app: OpenAPIHono<AppEnv>, { access, health }: Services): void {
  const files = createConsoleFiles();
  // Before /console, which the router takes for /console/ as well.
  app.get("/console/", (c) => c.redirect("../console", 308));
  app.get("/console", async (c) => {
    const page = consolePage(await files(), { asksForKey: access.mode === "api-key", version: health().version });
    const etag = `"${createHash("sha256").update(page).digest("base64url").slice(0, 16)}"`;
    const headers = {
      ...commonHeaders,
      // The document is asked for each time, and names files that never change.
      "Cache-Control": "no-cache",
      ETag: etag,
      "Content-Security-Policy": contentSecurityPolicy,
      "Cross-Origin-Opener-Policy": "same-origin",
    };
    if (c.req.header("If-None-Match") === etag) return c.newResponse(null, { status: 304, headers });
    return c.newResponse(page, { status: 200, headers: { ...headers, "Content-Type": "text/html; charset=utf-8" } });
  });
  app.get("/console/:file", async (c) => {
    const name = c.req.param("file");
    const file = (await files()).files.find((candidate) => candidate.name === name);
    if (file === undefined) throw new SidecarError("route_not_found", "The page has no such file; load /console anew.");
    return c.newResponse(file.body, {
      status: 200,
      headers: {
        ...commonHeaders,
        "Cache-Control": "public, max-age=31536000, immutable",
        "Content-Type": file.contentType,
        "Content-Length": String(file.body.byteLength),
      },
    });
  });
}
