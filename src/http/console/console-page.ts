import type { ConsoleBuild } from "./console-build.ts";

/** What the document tells the program before it asks the service anything. */
export interface PageFacts {
  /** Whether callers must send a key. */
  asksForKey: boolean;
  version: string;
}

/**
 * The document of the page for people. Its addresses are relative to /console, so that it also works behind a proxy's
 * prefix. Nothing of a caller or a document stands in it.
 */
export function consolePage(build: ConsoleBuild, { asksForKey, version }: PageFacts): string {
  const fonts = build.fonts.map(
    (name) => `<link rel="preload" href="console/${name}" as="font" type="font/ttf" crossorigin>`,
  );
  return `<!doctype html>
<html lang="en" data-key="${asksForKey ? "asked" : "none"}" data-version="${version}" data-notices="console/${build.notices}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="robots" content="noindex">
<title>OCR sidecar</title>
<link rel="icon" href="console/${build.icon}" type="image/svg+xml">
${fonts.join("\n")}
<link rel="stylesheet" href="console/${build.style}">
<script type="module" src="console/${build.script}"></script>
</head>
<body><noscript>This page needs JavaScript; the service itself is described at <a href="docs">/docs</a>.</noscript></body>
</html>
`;
}

/**
 * Everything comes from this service, no script and no style stands in the document, nobody may frame it, and only the
 * sanitiser may make elements from text.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types dompurify",
].join("; ");
