import { expect, setDefaultTimeout, test } from "bun:test";
import { buildPdf } from "./support/pdf-builder.ts";
import { buildJpeg } from "./support/picture-builder.ts";

// Real threads and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

const program = `
  import { createPdfPool } from "./src/pdf/pool.ts";
  import { poolOptions } from "./test/support/pdf-pool.ts";
  const pool = createPdfPool(poolOptions);
  const { signal } = new AbortController();
  const bytes = new Uint8Array(await Bun.stdin.arrayBuffer());
  const document = await pool.open(bytes, process.argv[1], signal);
  const { ink } = await document.render(1, { longestSidePx: 40, turnDegrees: 0 }, signal);
  await pool.close();
  console.log(ink > 0 ? "drawn" : "empty");
`;

async function outputOf(bytes: Uint8Array, kind: string) {
  const child = Bun.spawn([process.execPath, "-e", program, kind], {
    cwd: `${import.meta.dir}/..`,
    stdin: bytes,
    stdout: "pipe",
    stderr: "pipe",
  });
  const [stdout, stderr] = await Promise.all([
    new Response(child.stdout).text(),
    new Response(child.stderr).text(),
    child.exited,
  ]);
  return { stdout, stderr };
}

test("what the engine has to say about a broken PDF reaches neither stdout nor stderr", async () => {
  const pdf = buildPdf([{ kind: "raw", content: "0 0 50 50 re f broken >> operators ] /Nothing Do" }]);
  pdf.fill(0x20, Buffer.from(pdf).lastIndexOf("startxref"));
  expect(await outputOf(pdf, "pdf")).toEqual({ stdout: "drawn\n", stderr: "" });
});

test("what libraries inside the engine print reaches neither stdout nor stderr", async () => {
  const jpeg = buildJpeg(["cut"], { widthPx: 300, heightPx: 200 });
  expect(await outputOf(jpeg.slice(0, jpeg.length * 0.9), "jpeg")).toEqual({ stdout: "drawn\n", stderr: "" });
});
