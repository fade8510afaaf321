import { expect, setDefaultTimeout, test } from "bun:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { testKey } from "../support/sidecar.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";
import { openBrowser, watch } from "./browser.ts";

// A browser on a busy machine of two cores.
setDefaultTimeout(120_000);

/** Where a person may look at what the browser saw. */
const pictures = join(tmpdir(), "sidecar-console");
const axe = await Bun.file(fileURLToPath(import.meta.resolve("axe-core/axe.min.js"))).text();

const letter = buildPdf([
  { kind: "text", lines: Array(8).fill("A typed page with enough on it to be believed.") },
  { kind: "scan", widthPt: 200, heightPt: 100, lines: ["one"] },
]);

test("a text page and a scan are read, each with where it came from, and can be taken home", async () => {
  await using world = await startWithOllama();
  await using browser = await openBrowser();
  const seen = watch(browser.context);
  const page = await open(browser, world.sidecar.url);
  await choose(page, letter);
  await page.getByText("2 of 2 pages").waitFor();
  expect(await page.locator(".page-row .chip.source").allTextContents()).toEqual(["text layer", "model"]);
  expect(await page.locator(".rendered").textContent()).toContain("A typed page with enough on it");
  await page.locator(".page-row").nth(1).click();
  await page.locator(".rendered table").waitFor();
  expect(await page.locator(".rendered td").allTextContents()).toEqual(["1", "2"]);
  await page.getByRole("button", { name: "Raw" }).click();
  expect(await page.locator("pre.raw").textContent()).toContain("|---|---|");
  const [saved] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("button", { name: "Save as .md" }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe("letter.md");
  expect(await Bun.file(await saved.path()).text()).toContain("| 1 | 2 |");
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, "finished.png") });
  expect([...new Set(seen.origins)]).toEqual([new URL(world.sidecar.url).origin]);
  expect(seen.messages).toEqual([]);
});

test("stopping hangs up in mid-page, and what was read stays", async () => {
  await using world = await startWithOllama({ pageDelayMs: 60_000, pieceCount: 200 });
  await using browser = await openBrowser();
  const page = await open(browser, world.sidecar.url);
  await choose(page, letter);
  await until(() => world.fake.pages.some(({ text }) => text !== ""));
  await page.getByRole("button", { name: "Stop" }).click();
  await until(() => world.fake.pages.every(({ outcome }) => outcome === "aborted"));
  await page.getByText("1 of 2 pages").waitFor();
  await page.getByRole("button", { name: "Read again" }).waitFor();
});

test("closing the tab stops the work", async () => {
  await using world = await startWithOllama({ pageDelayMs: 60_000, pieceCount: 200 });
  await using browser = await openBrowser();
  const page = await open(browser, world.sidecar.url);
  await choose(page, scan(1));
  await until(() => world.fake.pages.some(({ text }) => text !== ""));
  await page.close();
  await until(() => world.fake.pages.every(({ outcome }) => outcome === "aborted"));
});

test("a hostile document runs nothing, fetches nothing, and stays in its place", async () => {
  const hostile = [
    '<img src="http://evil.example/x.png" onerror="globalThis.owned = 1">',
    "<script>globalThis.owned = 2</script>",
    "[a link](javascript:globalThis.owned=3) ![a picture](http://evil.example/y.png)",
    '<a href="javascript:globalThis.owned=4" id="link">click</a>',
    '<svg onload="globalThis.owned = 5"><animate onbegin="globalThis.owned = 6"/></svg>',
    '<style>* { display: none !important } @import "http://evil.example/z.css";</style>',
    '<div style="position:fixed;inset:0;z-index:9999;background:url(http://evil.example/w.png)" class="dialog">over</div>',
    '<iframe srcdoc="<script>top.owned = 7</script>"></iframe><form action="http://evil.example"><input autofocus></form>',
    '<table onmouseover="globalThis.owned = 8" background="http://evil.example/v.png"><tr><td>kept</td></tr></table>',
    '<math><mi//xlink:href="data:x,<script>globalThis.owned=9</script>">',
    "<document_number>12/2568</document_number>",
  ].join("\n\n");
  await using world = await startWithOllama({ answer: () => hostile });
  await using browser = await openBrowser();
  const seen = watch(browser.context);
  const page = await open(browser, world.sidecar.url);
  await page.evaluate(() => {
    document.addEventListener("securitypolicyviolation", (event) => console.error(`CSP: ${event.blockedURI}`));
  });
  await choose(page, scan(1, "<img src=x onerror=alert(1)>"), "<img src=x onerror=alert(1)>.pdf");
  await page.locator(".rendered table").waitFor();
  const text = page.locator(".rendered");
  expect(await text.locator("td").allTextContents()).toEqual(["kept"]);
  expect(await text.locator(".field").textContent()).toBe("document_number12/2568");
  const found = await text.evaluate((element) =>
    [...element.querySelectorAll("*")].flatMap(({ localName, attributes }) => [
      ...(/^(a|img|script|svg|style|iframe|form|input|div|math|animate)$/.test(localName) ? [localName] : []),
      ...[...attributes].map(({ name }) => name).filter((name) => !/^(class|align|colspan|rowspan)$/.test(name)),
    ]),
  );
  expect(found).toEqual([]);
  expect(await text.textContent()).toContain('<img src="http://evil.example/x.png" onerror="globalThis.owned = 1">');
  await page.locator(".rendered td").hover();
  await page.getByRole("button", { name: "Raw" }).click();
  expect(await page.locator("pre.raw").textContent()).toContain("globalThis.owned = 1");
  expect(await page.evaluate(() => "owned" in globalThis)).toBe(false);
  expect([...new Set(seen.origins)]).toEqual([new URL(world.sidecar.url).origin]);
  expect(seen.messages).toEqual([]);
});

test("a wrong key is told in the service's words, and the right one is asked for once in a tab", async () => {
  await using world = await startWithOllama();
  await using browser = await openBrowser();
  const page = await browser.context.newPage();
  await page.goto(`${world.sidecar.url}/console`);
  await giveKey(page, "wrong");
  await choose(page, letter);
  await page.getByText("The API key is not accepted; ask the operator for a valid one.").waitFor();
  await giveKey(page, testKey);
  await page.getByRole("button", { name: "Read again" }).click();
  await page.getByText("2 of 2 pages").waitFor();
  await page.reload();
  expect(await page.getByRole("dialog").isVisible()).toBe(false);
  await choose(page, letter);
  await page.getByText("2 of 2 pages").waitFor();
});

test("an Ollama that is down is told in the service's words", async () => {
  await using world = await startWithOllama();
  await world.fake.stop();
  await using browser = await openBrowser();
  const page = await open(browser, world.sidecar.url);
  await choose(page, letter);
  await page.locator(".fault-card").waitFor();
  expect(await page.locator(".fault-card").textContent()).toMatch(/Ollama.*ollama_unreachable · 503 · Request [\w-]+/s);
  expect(await page.locator(".document-facts").textContent()).toBe("failed");
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, "error.png") });
});

type Browser = Awaited<ReturnType<typeof openBrowser>>;

/** The page with its key given. */
async function open(browser: Browser, url: string): Promise<Page> {
  const page = await browser.context.newPage();
  page.setDefaultTimeout(15_000);
  await page.goto(`${url}/console`);
  await giveKey(page, testKey);
  return page;
}

async function giveKey(page: Page, key: string): Promise<void> {
  await page.getByLabel("API key").fill(key);
  await page.getByRole("button", { name: "Use it" }).click();
}

async function choose(page: Page, file: Uint8Array, name = "letter.pdf"): Promise<void> {
  const buffer = Buffer.from(file);
  await page.locator('input[type="file"]').setInputFiles({ name, mimeType: "application/pdf", buffer });
}

/** What axe finds wrong, by rule and place. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe);
  return await page.evaluate(async () => {
    const { violations } = await (
      globalThis as unknown as {
        axe: { run(): Promise<{ violations: { id: string; nodes: { target: unknown }[] }[] }> };
      }
    ).axe.run();
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ target }) => String(target)).join(", ")}`);
  });
}
