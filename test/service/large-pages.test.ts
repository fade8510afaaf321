import { describe, expect, setDefaultTimeout, test } from "bun:test";
import * as mupdf from "mupdf";
import type { PageRecord } from "../support/fake-ollama/records.ts";
import { numberedDrawing, readMarks } from "../support/numbered-drawing.ts";
import { startSidecar } from "../support/sidecar.ts";
import { type SidecarWithOllama, startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

const sheet = numberedDrawing({ widthMm: 841, heightMm: 594, notes: 120 });

/** A model that reads what it sees. */
const answer = ({ images: [image] }: PageRecord) => readMarks(image?.data ?? new Uint8Array(), sheet);

const upload = ({ sidecar }: SidecarWithOllama, init: RequestInit = {}, fields: Record<string, string> = {}) =>
  sidecar.upload(sheet.pdf, { engine: "np-dms-ocr", includePages: "true", ...fields }, init);

/** Lines of the answers of a stream, event by event. */
const eventsOf = (text: string) =>
  [...text.matchAll(/^event: (\w+)\ndata: (.*)$/gm)].map(([, name, data]) => ({ name, data: JSON.parse(data ?? "") }));

const answered = ({ fake }: SidecarWithOllama) => fake.pages.filter(({ outcome }) => outcome === "answered").length;

describe("an A1 sheet sent to the service", () => {
  test("is read by the model piece by piece, told as it goes, and answered with each note once", async () => {
    await using world = await startWithOllama({ answer });
    const response = await upload(world, { headers: { Accept: "text/event-stream" } }, { deltas: "true" });
    const all = eventsOf(await response.text());
    const written = all.filter(({ name }) => name === "delta").map(({ data }) => data.tile);
    // What waits when the page is finished, be it all of its last piece, is in its text.
    expect([...new Set(written)].slice(0, 5)).toEqual([1, 2, 3, 4, 5]);
    const events = all.filter(({ name }) => name !== "delta");
    const tiles = world.fake.pages.length;
    expect(tiles).toBe(6);
    expect(events.map(({ name }) => name)).toEqual(["plan", ...Array(tiles).fill("tile"), "page", "done"]);
    expect(events[3]?.data).toEqual({ page: 1, tile: 3, done: 3, tiles });
    const done = events.at(-1)?.data;
    expect(done.text.split("\n").filter(Boolean).sort()).toEqual([...sheet.notes].sort());
    expect(done).toMatchObject({ pageCount: 1, warnings: [], pages: [{ tiles, attempts: tiles }] });
    const tagged = world.fake.pages.map(({ prompt }) => prompt.includes("<document_number>"));
    expect(tagged).toEqual([true, false, false, false, false, true]);
  });

  test("costs the model nothing from the moment its caller has gone, and only the rest when it is sent again", async () => {
    await using world = await startWithOllama({ answer, pageDelayMs: 400 });
    const caller = new AbortController();
    const first = upload(world, { signal: caller.signal }).catch(() => undefined);
    await until(() => answered(world) === 3 && world.fake.pages.length === 4);
    const leftAt = performance.now();
    caller.abort();
    await first;
    await until(() => world.fake.pages.every(({ outcome }) => outcome !== "running"));
    expect(performance.now() - leftAt).toBeLessThan(1500);
    await Bun.sleep(300);
    const kept = answered(world);
    expect(world.fake.pages).toHaveLength(4);
    const { text, pages } = await (await upload(world)).json();
    expect(text.split("\n").filter(Boolean).sort()).toEqual([...sheet.notes].sort());
    expect(world.fake.pages).toHaveLength(4 + 6 - kept);
    expect(pages[0]).toMatchObject({ tiles: 6, attempts: 6 - kept });
  });
});

test("an A2 sheet is read by the embedded engine in pieces too, no note twice and none lost but by misreading", async () => {
  const drawing = numberedDrawing({ widthMm: 420, heightMm: 594, notes: 80, marks: false });
  await using sidecar = await startSidecar({ TESSERACT_WORKERS: "1" });
  const response = await sidecar.upload(drawing.pdf, { includePages: "true" });
  // Its text would do; a scan of it has none.
  expect((await response.json()).pages[0]).toMatchObject({ source: "text-layer" });
  const scanned = await sidecar.upload(scanOf(drawing.pdf), { includePages: "true" });
  const { text, pages } = await scanned.json();
  expect(pages[0]).toMatchObject({ source: "tesseract", tiles: 4, attempts: 4 });
  const flat = text.replaceAll(/\s+/g, " ");
  const times = drawing.notes.map((note) => flat.split(note).length - 1);
  expect(times.filter((count) => count > 1)).toEqual([]);
  expect(times.filter((count) => count === 1).length).toBeGreaterThanOrEqual(76);
});

/** The first page as a scan of 200 dpi. */
function scanOf(pdf: Uint8Array): Uint8Array<ArrayBuffer> {
  const source = mupdf.Document.openDocument(pdf, "application/pdf");
  const page = source.loadPage(0);
  const scale = 200 / 72;
  const pixmap = page.toPixmap([scale, 0, 0, scale, 0, 0], mupdf.ColorSpace.DeviceGray, false);
  const [left, top, right, bottom] = page.getBounds();
  const scan = new mupdf.PDFDocument();
  const resources = scan.addObject({ XObject: { Picture: scan.addImage(new mupdf.Image(pixmap)) } });
  const [width, height] = [right - left, bottom - top];
  const content = `q ${width} 0 0 ${height} 0 0 cm /Picture Do Q`;
  scan.insertPage(-1, scan.addPage([0, 0, width, height], 0, resources, content));
  const bytes = new Uint8Array(scan.saveToBuffer("compress").asUint8Array());
  for (const object of [pixmap, page, source, scan]) object.destroy();
  return bytes;
}
