import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, type BrowserContextOptions, chromium } from "playwright-core";

/** Debian's package; where another is wanted, `CHROMIUM` names it. */
const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";

/** A browser with a profile of its own, which reaches nothing but loopback. */
export async function openBrowser(
  options: Pick<BrowserContextOptions, "viewport" | "colorScheme" | "locale" | "reducedMotion"> = {},
): Promise<{ context: BrowserContext } & AsyncDisposable> {
  const profile = await mkdtemp(join(tmpdir(), "sidecar-browser-"));
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    viewport: { width: 1280, height: 900 },
    ...options,
    args: [
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
      // As on a machine without a network: no name but loopback's address leads anywhere.
      "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
    ],
  });
  return {
    context,
    [Symbol.asyncDispose]: async () => {
      await context.close();
      await rm(profile, { recursive: true, force: true });
    },
  };
}

/** Where requests go, and everything that the console says of errors. */
export function watch(context: BrowserContext): { origins: string[]; urls: string[]; messages: string[] } {
  const origins: string[] = [];
  const urls: string[] = [];
  const messages: string[] = [];
  context.on("request", (request) => {
    const url = new URL(request.url());
    if (url.protocol === "data:" || url.protocol === "blob:") return;
    origins.push(url.origin);
    urls.push(request.url());
  });
  context.on("console", (message) => {
    if (message.type() === "error" || message.type() === "warning") messages.push(message.text());
  });
  context.on("weberror", (error) => messages.push(String(error.error())));
  return { origins, urls, messages };
}
