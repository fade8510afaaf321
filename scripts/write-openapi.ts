import { openApiFile, readOpenApiText } from "../test/support/openapi-text.ts";

// Rewrites the golden file; its difference is what callers will notice.
await Bun.write(openApiFile, await readOpenApiText());
