import { expect, setDefaultTimeout, test } from "bun:test";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { buildPdf } from "../support/pdf-builder.ts";
import { startSidecar, testKey } from "../support/sidecar.ts";
import { openBrowser, watch } from "./browser.ts";

// A browser on a busy machine of two cores.
setDefaultTimeout(120_000);

/** Where a person may look at what the browser saw. */
const screenshotFolder = join(tmpdir(), "sidecar-docs");

test("the API reference shows the operations, and tries them out with a key, without any other server", async () => {
  await using sidecar = await startSidecar();
  await using browser = await openBrowser();
  const seen = watch(browser.context);
  const page = await browser.context.newPage();
  page.setDefaultTimeout(20_000);
  await page.goto(`${sidecar.url}/docs`);
  await page.locator(".opblock-summary").first().waitFor();

  const paths = await page.locator(".opblock-summary-path").allTextContents();
  expect(paths.map((path) => path.replaceAll("\u200b", "")).sort()).toEqual(
    expect.arrayContaining(["/health", "/metrics", "/ocr", "/ocr-upload", "/ready", "/residency"]),
  );
  await page.screenshot({ path: join(screenshotFolder, "operations.png"), fullPage: true });

  const residency = page.locator("#operations-Operations-getResidency");
  await residency.locator(".opblock-summary-control").click();
  expect(await execute(residency)).toBe("401");
  await authorise(page, testKey);
  expect(await execute(residency)).toBe("200");
  expect(await residency.locator(".responses-table.live-responses-table").textContent()).toContain("decisions");
  await residency.screenshot({ path: join(screenshotFolder, "residency.png") });

  const upload = page.locator("#operations-OCR-readUploadedDocument");
  await upload.locator(".opblock-summary-control").click();
  expect(await upload.getByText("Send empty value").first().isVisible()).toBe(false);
  const buffer = Buffer.from(buildPdf([{ kind: "text", lines: Array(6).fill("A typed page with enough on it.") }]));
  await upload.locator('input[type="file"]').setInputFiles({ name: "letter.pdf", mimeType: "application/pdf", buffer });
  expect(await execute(upload)).toBe("200");
  expect(await upload.locator(".live-responses-table").textContent()).toContain("A typed page");
  await upload.screenshot({ path: join(screenshotFolder, "upload.png") });

  const { origin } = new URL(sidecar.url);
  expect([...new Set(seen.origins)]).toEqual([origin]);
  // The browser itself reports the 401 that was asked for above.
  expect(seen.messages.filter((message) => !message.includes("401"))).toEqual([]);
});

async function execute(operation: ReturnType<Page["locator"]>): Promise<string> {
  const clear = operation.getByRole("button", { name: "Clear" });
  if (await clear.isVisible()) await clear.click();
  await operation.getByRole("button", { name: "Execute" }).click();
  const status = operation.locator(".live-responses-table .response-col_status").last();
  await status.waitFor();
  return /^\d+/.exec((await status.textContent())?.trim() ?? "")?.[0] ?? "";
}

async function authorise(page: Page, key: string): Promise<void> {
  await page.locator(".auth-wrapper .authorize").first().click();
  const dialogue = page.locator(".modal-ux");
  await dialogue.locator("input").first().fill(key);
  await dialogue.getByRole("button", { name: "Apply credentials" }).first().click();
  await dialogue.locator(".close-modal").click();
}
