/**
 * The page for people as a guest: when it paints first and what moves, what a tab holds after each of 20 documents, and
 * what ten open pages, one of which reads, are to the service. Needs Chromium. `bun test/bench/console.ts paint memory
 * guests`, or some of them.
 */
import type { BrowserContext, Page } from "playwright-core";
import { openBrowser } from "../browser/browser.ts";
import { FakeOllama } from "../support/fake-ollama.ts";
import { scan } from "../support/scan.ts";
import { startServiceProcess } from "../support/service-process.ts";
import { median, milliseconds } from "./statistics.ts";
import { watchHealth } from "./watch-health.ts";

const documents = 20;
const pagesEach = 10;
const consoles = 10;
const visits = 7;
const guestsMs = 20_000;

await using fake = await FakeOllama.start({ pieceCount: 40, pageDelayMs: 40 });
await using service = await startServiceProcess({ OLLAMA_API_URL: fake.url, OCR_PAGE_CACHE_MB: "0" });
await (await fetch(`${service.url}/console`)).text();
const chosen = process.argv.slice(2);
const isChosen = (part: string) => chosen.length === 0 || chosen.includes(part);
if (isChosen("paint")) {
  await using browser = await openBrowser({ viewport: { width: 1440, height: 900 } });
  await firstPaint(browser.context);
}
if (isChosen("memory")) {
  await using browser = await openBrowser({ viewport: { width: 1440, height: 900 } });
  await memory(browser.context);
}
if (isChosen("guests")) await guests();

async function firstPaint(context: BrowserContext): Promise<void> {
  const paints: number[] = [];
  let shift = 0;
  for (let visit = 0; visit < visits; visit += 1) {
    const page = await context.newPage();
    await page.goto(`${service.url}/console`);
    await page.getByRole("heading", { name: "OCR sidecar" }).waitFor();
    await page.waitForTimeout(500);
    const seen = await page.evaluate(
      () =>
        new Promise<{ paintMs: number; shift: number }>((resolve) => {
          const paintMs = performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? Number.NaN;
          let sum = 0;
          const observer = new PerformanceObserver((list) => {
            for (const entry of list.getEntries()) if ("value" in entry) sum += Number(entry.value);
          });
          observer.observe({ type: "layout-shift", buffered: true });
          setTimeout(() => resolve({ paintMs, shift: sum }), 100);
        }),
    );
    paints.push(seen.paintMs);
    shift = Math.max(shift, seen.shift);
    await page.close();
  }
  const [first = Number.NaN] = paints;
  console.log(
    `first contentful paint: ${milliseconds(first)} at the first visit, ${milliseconds(median(paints))} in the middle of ${visits}`,
  );
  console.log(`layout shift: ${shift.toFixed(4)}`);
}

async function read(page: Page, name: string): Promise<void> {
  const buffer = Buffer.from(scan(pagesEach, name));
  await page.locator('input[type="file"]').setInputFiles({ name: `${name}.pdf`, mimeType: "application/pdf", buffer });
  await page.getByText(name).last().waitFor();
  await page.locator(".document", { hasText: name }).locator(".document-choice").click();
  await page.locator(".run-facts", { hasText: `${pagesEach} of ${pagesEach} pages` }).waitFor({ timeout: 120_000 });
}

async function memory(context: BrowserContext): Promise<void> {
  const page = await context.newPage();
  await page.goto(`${service.url}/console`);
  const session = await context.newCDPSession(page);
  await session.send("Performance.enable");
  for (let count = 1; count <= documents; count += 1) {
    await read(page, `document-${count}`);
    for (let step = 0; step < pagesEach; step += 1) {
      await page.keyboard.press("k");
      await page.waitForTimeout(150);
    }
    await session.send("HeapProfiler.collectGarbage");
    const { metrics } = await session.send("Performance.getMetrics");
    const metric = (name: string) => metrics.find((held) => held.name === name)?.value ?? Number.NaN;
    const heapMb = metric("JSHeapUsedSize") / 1_048_576;
    console.log(
      `document ${count}: heap ${heapMb.toFixed(2)} MB, nodes ${metric("Nodes")}, listeners ${metric("JSEventListeners")}`,
    );
  }
  await page.close();
}

/** @returns after printing how long `/health` takes, alone and with the pages open */
async function guests(): Promise<void> {
  const alone = await timesOf(async () => Bun.sleep(guestsMs / 4));
  const beforeMb = (await service.residentBytes()) / 1_048_576;
  await using browser = await openBrowser({ viewport: { width: 1440, height: 900 } });
  const pages = await Promise.all(Array.from({ length: consoles }, () => browser.context.newPage()));
  for (const page of pages) await page.goto(`${service.url}/console`);
  for (const page of pages.slice(1)) await page.getByRole("button", { name: "Machine" }).click();
  const withThem = await timesOf(async () => {
    const [reader] = pages;
    const until = performance.now() + guestsMs;
    for (let count = 0; performance.now() < until; count += 1) if (reader) await read(reader, `guest-${count}`);
  });
  const afterMb = (await service.residentBytes()) / 1_048_576;
  console.log(
    `/health alone: p99 ${milliseconds(alone.p99Ms)}; with ${consoles} pages: p99 ${milliseconds(withThem.p99Ms)}, longest ${milliseconds(withThem.maximumMs)}`,
  );
  console.log(
    `the service's process: ${beforeMb.toFixed(0)} MB before, ${afterMb.toFixed(0)} MB with ${consoles} pages`,
  );
}

async function timesOf(work: () => Promise<void>) {
  const end = await watchHealth(service.url);
  await work();
  return await end();
}
