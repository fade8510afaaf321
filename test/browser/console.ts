import { expect, setDefaultTimeout, test } from "bun:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Page } from "playwright-core";
import { languageModel } from "../support/fake-ollama/models.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { testKey } from "../support/sidecar.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";
import { approvalScan, approvalText } from "./approval.ts";
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
const approval = approvalScan();

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
  expect(await page.locator(".viewer").count()).toBe(0);
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, "error.png") });
});

test("a scan is shown as the model sees it while it is written, and two prompts are compared by word and cell", async () => {
  await using world = await startWithOllama({
    // The pages come in order, so each run of three says which page it is.
    answer: ({ index, system }) => approvalText((index % 3) + 1, system !== undefined),
    pageDelayMs: 1500,
    pieceCount: 40,
  });
  await using browser = await openBrowser({ viewport: { width: 1440, height: 900 } });
  const seen = watch(browser.context);
  const page = await open(browser, world.sidecar.url);
  await choose(page, await approval, "ใบขออนุมัติ 2568-101.pdf");
  await page.locator("pre.raw", { hasText: "เลขที่" }).waitFor();
  await page.locator(".sheet img").waitFor();
  await page.screenshot({ path: join(pictures, "reading.png") });
  await page.getByText("3 of 3 pages").waitFor();
  await page.locator(".page-row").first().click();
  await page.locator(".rendered table").waitFor();
  const picture = page.locator(".sheet img");
  expect(await picture.evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalHeight))).toBe(
    1800,
  );
  await page.screenshot({ path: join(pictures, "finished.png") });
  expect(await violations(page)).toEqual([]);

  const widthOf = async () => (await picture.boundingBox())?.width ?? 0;
  const before = await widthOf();
  await page.getByRole("button", { name: "Larger" }).click();
  expect((await widthOf()) / before).toBeCloseTo(1.5, 1);
  await page.getByRole("button", { name: "Smaller" }).click();

  await page.getByLabel("System prompt").fill("Read what stands there, units and decimals included.");
  await page.getByRole("button", { name: "Read again" }).click();
  await page.getByText("3 of 3 pages").waitFor();
  await page.getByRole("button", { name: "Compare" }).click();
  await page.locator(".page-row").first().click();
  const compared = page.locator(".compare");
  await compared.getByText("Read what stands there").waitFor();
  expect(await compared.locator("td[data-differs=true]").allTextContents()).toEqual([
    "คอนกรีตผสมเสร็จ 240 กก./ตร.ซม.ksc",
    "264,000264,000.00",
    "195,500195,500.00",
    "38,00038,000.00",
  ]);
  expect(await page.locator(".page-row .chip.differs").count()).toBe(3);
  await page.screenshot({ path: join(pictures, "compare.png") });
  expect(await violations(page)).toEqual([]);
  expect(seen.messages).toEqual([]);
});

test("a large sheet is read and looked at in pieces", async () => {
  await using world = await startWithOllama({ pageDelayMs: 300 });
  await using browser = await openBrowser();
  const page = await open(browser, world.sidecar.url);
  const lines = Array.from(
    { length: 60 },
    (_, at) => `Line ${at} of a large drawing whose words fill the sheet to its right end`,
  );
  await choose(page, buildPdf([{ kind: "scan", widthPt: 2384, heightPt: 1684, lines }]), "drawing.pdf");
  await page.getByText(/of \d+ pieces/).waitFor();
  await page.getByText("1 of 1 pages").waitFor();
  const pieces = Number(/\d+/.exec((await page.getByText(/^\d+ pieces$/).textContent()) ?? "")?.[0]);
  expect(world.fake.pages).toHaveLength(pieces);
  await page.locator(".sheet img").waitFor();
  expect(await page.getByLabel("Piece").locator("option").count()).toBe(pieces + 1);
  const widthOf = () =>
    page.locator(".sheet img").evaluate((image: HTMLImageElement) => image.decode().then(() => image.naturalWidth));
  const whole = await widthOf();
  await page.getByLabel("Piece").selectOption("2");
  await until(async () => (await page.locator(".sheet img").count()) === 1 && (await widthOf()) !== whole);
});

test("documents that are dropped wait for each other, with the options of that moment, which a reload keeps", async () => {
  await using world = await startWithOllama({ pageDelayMs: 1500, pieceCount: 20 });
  await using browser = await openBrowser();
  const page = await open(browser, world.sidecar.url);
  await page.getByText("Rows of the backend's database").click();
  await page.getByLabel("Row of ai_execution_profiles").fill('{"temperature": "0.100", "keep_alive": 0}');
  await page.getByText("ai_prompts: there is no active row ocr_extraction; activate a version of it.").waitFor();
  await page.getByLabel("System prompt").fill("Read the first.");
  await page.getByText("What is sent: systemPrompt, runtimeParams").click();
  await page.getByText("keep_alive was dropped").waitFor();
  await drop(page, ["one", "two", "three"]);
  await page.getByLabel("System prompt").fill("Read another.");
  await page.getByRole("button", { name: "Take three.pdf off the list" }).click();
  const facts = page.locator(".document-facts");
  await until(async () => (await facts.allTextContents()).join() === "reading · 0/1,waiting");
  await until(async () => (await facts.allTextContents()).join() === "read · 1/1,read · 1/1");
  expect(world.fake.pages.map(({ system, options }) => [system, options.temperature])).toEqual([
    ["Read the first.", 0.1],
    ["Read the first.", 0.1],
  ]);
  await page.reload();
  expect(await page.getByLabel("System prompt").inputValue()).toBe("Read another.");
});

test("everything is reached by the keyboard, and single keys can be switched off", async () => {
  await using world = await startWithOllama();
  await using browser = await openBrowser();
  const page = await open(browser, world.sidecar.url);
  await choose(page, letter);
  await page.getByText("2 of 2 pages").waitFor();
  const pageOf = () => page.locator(".page-of").textContent();
  await page.locator(".page-list").focus();
  await page.keyboard.press("ArrowDown");
  expect(await pageOf()).toBe("Page 2 of 2");
  await page.keyboard.press("Home");
  expect(await pageOf()).toBe("Page 1 of 2");
  await page.keyboard.press("j");
  expect(await pageOf()).toBe("Page 2 of 2");
  await page.keyboard.press("m");
  await page.locator("pre.raw").waitFor();
  await page.keyboard.press("p");
  expect(await page.locator(".picture").count()).toBe(0);
  await page.getByLabel("System prompt").focus();
  await page.keyboard.press("k");
  expect(await pageOf()).toBe("Page 2 of 2");
  await page.getByLabel("System prompt").fill("");
  await page.locator(".page-list").focus();
  await page.keyboard.press("?");
  await page.getByRole("dialog").waitFor();
  await page.getByLabel("Single keys are on").press("Space");
  await page.keyboard.press("Escape");
  await page.keyboard.press("k");
  expect(await pageOf()).toBe("Page 2 of 2");
  // Every step of the Tab key lands on something that can be seen to have the focus.
  for (let step = 0; step < 40; step += 1) {
    await page.keyboard.press("Tab");
    const outline = await page.evaluate(() => {
      const focused = document.activeElement;
      if (focused === null || focused === document.body) return "none there";
      const shown = focused.matches("input[type=file]") ? focused.closest(".drop") : focused;
      return shown === null ? "none there" : getComputedStyle(shown).outlineStyle;
    });
    expect(["solid", "none there"]).toContain(outline);
  }
});

test("a document of 200 pages draws only what can be seen, and leafing asks for few pictures", async () => {
  await using world = await startWithOllama();
  await using browser = await openBrowser();
  const seen = watch(browser.context);
  const page = await open(browser, world.sidecar.url);
  await choose(
    page,
    buildPdf(
      Array.from({ length: 200 }, (_, at) => ({
        kind: "text",
        lines: Array(6).fill(`Page ${at + 1} has enough text.`),
      })),
    ),
  );
  await page.getByText("200 of 200 pages").waitFor();
  expect(await page.locator(".page-row").count()).toBeLessThan(40);
  await page.locator(".page-list").focus();
  for (let step = 0; step < 100; step += 1) await page.keyboard.press("ArrowDown");
  await page.keyboard.press("End");
  await page.locator(".rendered", { hasText: "Page 200 has enough" }).waitFor();
  await page.locator(".sheet img").waitFor();
  expect(await page.locator(".page-row").last().locator(".page-number").textContent()).toBe("200");
  expect(seen.urls.filter((url) => url.endsWith("/page-image")).length).toBeLessThan(40);
  expect(seen.messages).toEqual([]);
});

test("the machine shows who holds the card, what was decided and asked, and what is wrong with what to do", async () => {
  const models = { MODEL_DIR: join(tmpdir(), "sidecar-without-models"), RETRIEVAL_PRELOAD: "true" };
  await using world = await startWithOllama(
    { preloaded: [{ name: languageModel.name, pinned: true }], pageDelayMs: 300 },
    models,
  );
  await using browser = await openBrowser({ viewport: { width: 1440, height: 900 } });
  const seen = watch(browser.context);
  const page = await open(browser, world.sidecar.url);
  await choose(page, letter);
  await page.getByText("2 of 2 pages").waitFor();
  await page.getByRole("button", { name: "Machine" }).click();
  const card = (title: string) =>
    page.locator(".card", { has: page.getByRole("heading", { name: title, exact: true }) });
  await card("Requests").getByText("POST /ocr-upload").waitFor();
  expect(await card("Requests").locator("tr", { hasText: "/ocr-upload" }).textContent()).toMatch(/200.*1 text-layer/);
  await card("Decisions").getByText("loaded").first().waitFor();
  await card("Models").getByText(languageModel.name).first().waitFor();
  expect(await card("Models").textContent()).toContain("on the card");
  expect(await card("What is wrong").locator("code").first().textContent()).toContain("models");
  await page.locator('path[data-holder="llm"][d*="M"]').waitFor({ state: "attached" });
  expect(await violations(page)).toEqual([]);
  await page.screenshot({ path: join(pictures, "machine.png") });
  expect(seen.messages).toEqual([]);

  await world.fake.stop();
  await card("What is wrong").getByText("ollama", { exact: true }).waitFor();
  await page.screenshot({ path: join(pictures, "machine-without-ollama.png") });
});

test.each([
  ["desk", 1440, 900],
  ["tablet", 820, 1100],
  ["phone", 390, 844],
] as const)(
  "on a %s of %d by %d everything fits, in light and in dark, in Thai, without a fault",
  async (name, width, height) => {
    await using world = await startWithOllama({ answer: ({ index }) => approvalText((index % 3) + 1, true) });
    for (const colorScheme of ["light", "dark"] as const) {
      await using browser = await openBrowser({ viewport: { width, height }, colorScheme, locale: "th-TH" });
      const page = await browser.context.newPage();
      page.setDefaultTimeout(15_000);
      await page.goto(`${world.sidecar.url}/console`);
      await page.getByLabel("API key").fill(testKey);
      await page.getByRole("button", { name: "ใช้คีย์นี้" }).click();
      const look = async (view: string) => {
        await page.screenshot({ path: join(pictures, `${name}-${colorScheme}-${view}.png`) });
        expect([view, await violations(page)]).toEqual([view, []]);
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect([view, wide <= 0]).toEqual([view, true]);
      };
      await look("empty");
      await choose(page, await approval, "ใบขออนุมัติที่มีชื่อยาวมากจนไม่พอดีกับความกว้างของรายการ.pdf");
      await page.getByText("3 จาก 3 หน้า").waitFor();
      await look("pages");
      await page.locator(".page-row").first().click();
      await page.locator(".rendered table").waitFor();
      await page.locator(".sheet img").waitFor();
      await look("page");
      await page.getByRole("button", { name: "เครื่อง", exact: true }).click();
      await page.locator(".chart").waitFor();
      await look("machine");
    }
  },
);

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

/** Drops scans of one page each onto the page, as a file manager does. */
async function drop(page: Page, names: readonly string[]): Promise<void> {
  const files = names.map((name) => ({ name: `${name}.pdf`, base64: Buffer.from(scan(1, name)).toString("base64") }));
  await page.evaluate((dropped) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of dropped) {
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      transfer.items.add(new File([bytes], name, { type: "application/pdf" }));
    }
    for (const type of ["dragover", "drop"]) {
      document.body.dispatchEvent(new DragEvent(type, { bubbles: true, cancelable: true, dataTransfer: transfer }));
    }
  }, files);
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
