import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { join } from "node:path";
import { tesseractVersion } from "../../src/tesseract/version.ts";
import { childrenOf } from "../support/child-processes.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { startSidecar } from "../support/sidecar.ts";
import { startWithOllama } from "../support/sidecar-with-ollama.ts";
import { greyPng, thaiPage } from "../support/thai-page.ts";
import { repository } from "../support/tracked-files.ts";

// The engine's process takes a second to start, and more on a busy machine of two cores.
setDefaultTimeout(60_000);

const lines = Array.from(
  { length: 14 },
  (_, line) => `Line ${line + 1}: the contractor shall submit the drawings for approval.`,
);
const page = { kind: "scan", lines } as const;

test("readings are kept under the versions of the packages that made them", async () => {
  const versions = ["tesseract.js-core", "@tesseract.js-data/tha", "@tesseract.js-data/eng"].map(async (name) => {
    const manifest = await Bun.file(join(repository, "node_modules", name, "package.json")).json();
    return `${name} ${manifest.version}`;
  });
  expect(tesseractVersion).toBe(
    [...(await Promise.all(versions)), "text detector PP-OCRv4", "reader of numbers PP-OCRv4"].join(", "),
  );
});

describe("without Ollama", () => {
  test("scanned pages are read by the embedded engine, and what does not apply to it is said", async () => {
    await using sidecar = await startSidecar({});
    const response = await sidecar.upload(buildPdf([page]), { includePages: "true", temperature: "0" });
    const body = await response.json();
    expect(body).toMatchObject({ ocrUsed: true, engineUsed: "tesseract", pageCount: 1 });
    expect(body.pages[0]).toMatchObject({ source: "tesseract", attempts: 1 });
    expect(body.text.toLowerCase()).toContain("submit the drawings");
    expect(body.warnings.join()).toContain("do not apply to the embedded engine");
    expect((await fetch(`${sidecar.url}/ready`)).status).toBe(200);
  });

  test("an explicit model is refused", async () => {
    await using sidecar = await startSidecar({});
    const response = await sidecar.upload(buildPdf([page]), { engine: "np-dms-ocr" });
    expect({ status: response.status, code: (await response.json()).code }).toEqual({
      status: 503,
      code: "ocr_not_configured",
    });
  });
});

describe("engine=tesseract beside a model", () => {
  const typed = { kind: "text", lines } as const;

  test("has the embedded engine read every page that is not blank, text layers too, and says who read", async () => {
    await using world = await startWithOllama({});
    const { fake, sidecar } = world;
    const pdf = buildPdf([typed, { kind: "blank" }]);
    const fields = { engine: " Tesseract ", includePages: "true", systemPrompt: "Read well." };
    const body = await (await sidecar.upload(pdf, fields)).json();
    expect(body).toMatchObject({ ocrUsed: true, engineUsed: "tesseract", pageCount: 2 });
    expect(body.pages.map(({ source }: { source: string }) => source)).toEqual(["tesseract", "blank"]);
    expect(body.pages[0].reason).toBe("the caller asked for the embedded engine");
    expect(body.text.toLowerCase()).toContain("submit the drawings");
    expect(body.warnings.join()).toContain("do not apply to the embedded engine");
    expect(fake.pages).toEqual([]);
  });

  test("reads a picture that is no PDF, of a path, while Ollama cannot be reached", async () => {
    await using world = await startWithOllama({});
    const { fake, sidecar } = world;
    await fake.stop();
    const picture = await thaiPage("<p>The drawings of the third floor</p>", 900);
    const pdfPath = join(sidecar.base, "letter.png");
    await Bun.write(pdfPath, greyPng(picture));
    const body = await (await sidecar.post("/ocr", { pdfPath, engine: "tesseract" })).json();
    expect(body).toMatchObject({ engineUsed: "tesseract", pageCount: 1 });
    expect(body.text.toLowerCase()).toContain("drawings of the third floor");
    expect((await sidecar.post("/ocr", { pdfPath })).status).toBe(503);
  });

  test("opens nothing more than the other engines do", async () => {
    await using sidecar = await startSidecar({});
    const post = (fields: object, init: RequestInit = {}) =>
      sidecar.post("/ocr", { engine: "tesseract", ...fields }, init);
    expect((await post({ pdfPath: "/etc/passwd" })).status).toBe(403);
    expect((await post({ pdfPath: join(sidecar.base, "none.pdf") })).status).toBe(404);
    const stranger = { headers: { "X-API-Key": "wrong" } };
    expect((await post({ pdfPath: join(sidecar.base, "none.pdf") }, stranger)).status).toBe(401);
  });
});

describe("a scanned page that lies on its side", () => {
  test.each([90, 180, 270] as const)(
    "and was turned by %p degrees is turned upright before it is read",
    async (rotation) => {
      await using world = await startWithOllama({}, { OCR_AUTO_ROTATE: "true" });
      const { sidecar } = world;
      const body = await (await sidecar.upload(buildPdf([{ ...page, rotation }]), { includePages: "true" })).json();
      expect(body.pages[0].rotation).toBe((360 - rotation) % 360);
    },
  );

  test("or upright is left as it is", async () => {
    await using world = await startWithOllama({}, { OCR_AUTO_ROTATE: "true" });
    const { sidecar } = world;
    const body = await (await sidecar.upload(buildPdf([page]), { includePages: "true" })).json();
    expect(body.pages[0].rotation).toBeUndefined();
  });
});

describe("OCR_FALLBACK_ENGINE=tesseract", () => {
  test("takes the pages the model failed at, and says why", async () => {
    await using world = await startWithOllama({}, { OCR_FALLBACK_ENGINE: "tesseract", OCR_PAGE_ATTEMPTS: "1" });
    const { fake, sidecar } = world;
    fake.fail("crash", { when: ({ index }) => index === 0 });
    const body = await (
      await sidecar.upload(buildPdf([page, { ...page, lines: lines.slice(3) }]), { includePages: "true" })
    ).json();
    expect(body.pages.map(({ source }: { source: string }) => source)).toEqual(["tesseract", "np-dms-ocr"]);
    expect(body.engineUsed).toBe("np-dms-ocr");
    expect(body.warnings.join()).toContain("because the model failed");
  });

  test("reads the whole document when Ollama cannot be reached", async () => {
    await using world = await startWithOllama({}, { OCR_FALLBACK_ENGINE: "tesseract" });
    const { fake, sidecar } = world;
    await fake.stop();
    const body = await (await sidecar.upload(buildPdf([page]))).json();
    expect(body).toMatchObject({ engineUsed: "tesseract", ocrUsed: true });
    expect(body.warnings.join()).toContain("Ollama cannot be reached");
  });

  test("is not the default: a failing model is an error and never a silent drop in quality", async () => {
    await using world = await startWithOllama({}, { OCR_PAGE_ATTEMPTS: "1" });
    const { fake, sidecar } = world;
    fake.fail("crash");
    expect((await sidecar.upload(scan(1))).status).toBe(502);
  });
});

test("the processes of the embedded engine end with the service, beside a model as well", async () => {
  const engineProcesses = async () =>
    (await childrenOf(process.pid)).filter(({ command }) => command.includes("tesseract/program.ts")).length;
  {
    await using world = await startWithOllama({}, { OCR_AUTO_ROTATE: "true" });
    expect((await world.sidecar.upload(scan(1))).status).toBe(200);
    expect(await engineProcesses()).toBe(1);
  }
  expect(await engineProcesses()).toBe(0);
});
