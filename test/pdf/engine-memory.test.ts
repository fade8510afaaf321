import { afterEach, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { boundWasmMemory } from "../../src/pdf/engine/memory.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { repository } from "../support/tracked-files.ts";

// A real process on a busy machine of two cores.
setDefaultTimeout(60_000);

const page = 65_536;
const { grow } = WebAssembly.Memory.prototype;
afterEach(() => {
  WebAssembly.Memory.prototype.grow = grow;
});

test("a WASM memory grows up to its bound and not a page further", () => {
  const memory = new WebAssembly.Memory({ initial: 1, maximum: 100 });
  boundWasmMemory(3 * page);
  expect(memory.grow(2)).toBe(1);
  expect(() => memory.grow(1)).toThrow(RangeError);
  expect(memory.buffer.byteLength).toBe(3 * page);
});

test.each([
  ["drawn", "renderPage(opened, { ...job, longestSidePx: 50 })"],
  ["drawn in pieces", "renderTile(opened, { ...job, longestSidePx: 50, tile, cellsWide: 5, cellsHigh: 5 })"],
])("a page that is %s again and again takes no more memory than once", async (_, act) => {
  const folder = await mkdtemp(join(tmpdir(), "memory-"));
  const path = join(folder, "drawing.pdf");
  const bytes = buildPdf([{ kind: "drawing", segments: 60_000, lines: ["Section A-A"] }]);
  await Bun.write(path, bytes);
  // In a process of its own, whose memory nothing else has made larger.
  const program = `
    import { heapBytes } from "${repository}/src/pdf/engine/log.ts";
    import { openDocument } from "${repository}/src/pdf/engine/open-document.ts";
    import { renderPage } from "${repository}/src/pdf/engine/render.ts";
    import { renderTile } from "${repository}/src/pdf/engine/tiles.ts";
    const opened = openDocument({ key: 1, kind: "pdf", path: "${path}", sizeBytes: ${bytes.byteLength} }, 1e8);
    const job = { page: 1, turnDegrees: 0, maxPagePixels: 1e8 };
    const edges = { leftEdge: [0, 0], rightEdge: [2, 2], topEdge: [0, 0], bottomEdge: [2, 2] };
    const tile = { left: 0, top: 0, width: 2, height: 2, drawnCells: 4, ...edges };
    const heaps = Array.from({ length: 12 }, () => {
      ${act};
      return heapBytes();
    });
    console.log(JSON.stringify([heaps[1], heaps.at(-1)]));
  `;
  const child = Bun.spawn([process.execPath, "-e", program], { stdout: "pipe" });
  const [early, late] = JSON.parse(await new Response(child.stdout).text());
  await rm(folder, { recursive: true });
  expect(late).toBe(early);
});
