import { fileURLToPath } from "node:url";
import type { DocsAssets } from "../services.ts";

/** The closed list of what the reference consists of: the name in the address, its file, and what it is. */
const files: Readonly<Record<string, { file: string | URL; contentType: string }>> = {
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

/** The API reference, read from this package and from its library on each request. */
export const docsAssets: DocsAssets = async (name) => {
  const asset = Object.hasOwn(files, name) ? files[name] : undefined;
  if (asset === undefined) return undefined;
  const body = Bun.file(fileURLToPath(asset.file));
  const { size, mtimeMs } = await body.stat();
  return { body, contentType: asset.contentType, etag: `"${size.toString(36)}-${Math.floor(mtimeMs).toString(36)}"` };
};
