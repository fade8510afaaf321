import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, rename, rm, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { buildPdf } from "../support/pdf-builder.ts";
import { startSidecar, type TestSidecar } from "../support/sidecar.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const inside = buildPdf([{ kind: "text", lines: Array(5).fill("Inside the base, where everybody may read.") }]);
const outside = buildPdf([{ kind: "text", lines: Array(5).fill("TOP SECRET outside of the base, for nobody.") }]);

let sidecar: TestSidecar;
let evil: string;
function below(path: string): string {
  return sidecar.base + path;
}
beforeAll(async () => {
  sidecar = await startSidecar();
  const { base } = sidecar;
  evil = `${base}_evil`;
  await Bun.write(join(base, "deep/er/good.pdf"), inside);
  await Bun.write(join(evil, "secret.pdf"), outside);
  await symlink(join(evil, "secret.pdf"), join(base, "file-link.pdf"));
  await symlink(evil, join(base, "folder-link"));
  await symlink(join(base, "folder-link"), join(base, "link-to-link"));
  await symlink(join(base, "deep/er/good.pdf"), join(base, "inner-link.pdf"));
  await symlink("/nowhere/at/all", join(base, "dangling-outside"));
  await symlink(join(base, "loop"), join(base, "loop"));
  await mkdir(join(base, "folder"));
  Bun.spawnSync(["mkfifo", join(base, "fifo")]);
});
afterAll(async () => {
  await rm(evil, { recursive: true, force: true });
  await sidecar[Symbol.asyncDispose]();
});

const ask = (pdfPath: string) => sidecar.post("/ocr", { pdfPath });

const up = "/..".repeat(20);

type Case = readonly [what: string, path: () => string, status: number, code: string | undefined];

describe("a path that /ocr is asked for", () => {
  const cases: readonly Case[] = [
    ["a file below the base", () => below("/deep/er/good.pdf"), 200, undefined],
    ["a link that stays inside", () => below("/inner-link.pdf"), 200, undefined],
    ["dots that stay inside", () => below("/deep/../deep/./er//good.pdf"), 200, undefined],
    ["nothing", () => "", 400, "invalid_path"],
    ["a NUL", () => below("/a\0.pdf"), 400, "invalid_path"],
    ["more than 4,096 bytes", () => below(`/${"a/".repeat(2048)}`), 400, "invalid_path"],
    ["more than 4,096 bytes in fewer characters", () => below(`/${"ก/".repeat(1100)}`), 400, "invalid_path"],
    ["dots that lead out", () => below("/../../etc/passwd"), 403, "path_outside_base"],
    ["a relative path", () => "../../etc/passwd", 403, "path_outside_base"],
    ["a bare name", () => "good.pdf", 403, "path_outside_base"],
    ["a system file", () => "/etc/passwd", 403, "path_outside_base"],
    ["a missing file outside", () => "/nowhere/at/all.pdf", 403, "path_outside_base"],
    ["a sibling with the same beginning", () => `${evil}/secret.pdf`, 403, "path_outside_base"],
    ["a link to a file outside", () => below("/file-link.pdf"), 403, "path_outside_base"],
    ["a link to a folder outside", () => below("/folder-link/secret.pdf"), 403, "path_outside_base"],
    ["a link to a link that leads out", () => below("/link-to-link/secret.pdf"), 403, "path_outside_base"],
    ["a missing file behind a link that leads out", () => below("/folder-link/none.pdf"), 403, "path_outside_base"],
    ["a dangling link that leads out", () => below("/dangling-outside"), 403, "path_outside_base"],
    ["a missing file where dots pass a link that leads out", () => below("/folder-link/../x"), 404, "file_not_found"],
    ["a root of a process", () => below(`${up}/proc/self/root/etc/passwd`), 403, "path_outside_base"],
    ["the base at a root", () => `/proc/self/root${below("/deep/er/good.pdf")}`, 403, "path_outside_base"],
    ["the base at a root of nobody", () => `/proc/2147483647/root${below("/x")}`, 403, "path_outside_base"],
    ["a working folder", () => `/proc/${process.pid}/cwd/..`, 403, "path_outside_base"],
    ["a working folder of nobody", () => "/proc/2147483647/cwd/..", 403, "path_outside_base"],
    ["dots that come back", () => `/proc/self/cwd${up}${below("/deep/er/good.pdf")}`, 200, undefined],
    ["dots that come back from nobody", () => `/proc/2147483647/cwd${up}${below("/deep/er/good.pdf")}`, 200, undefined],
    ["a drive letter", () => "C:\\uploads\\a.pdf", 403, "path_outside_base"],
    ["a UNC path", () => "\\\\server\\share\\a.pdf", 403, "path_outside_base"],
    ["a file URL", () => `file://${sidecar.base}/deep/er/good.pdf`, 403, "path_outside_base"],
    ["a missing file inside", () => below("/none.pdf"), 404, "file_not_found"],
    ["a folder", () => below("/folder"), 404, "file_not_found"],
    ["the base itself", () => below(""), 404, "file_not_found"],
    ["a FIFO that nobody writes to", () => below("/fifo"), 404, "file_not_found"],
    ["a link to itself", () => below("/loop"), 404, "file_not_found"],
    ["percent-encoded dots, which are never decoded", () => below("/%2e%2e/%2e%2e/etc/passwd"), 404, "file_not_found"],
    ["backslashes, which are part of a name", () => below("/..\\..\\etc\\passwd"), 404, "file_not_found"],
    ["a path below a file", () => below("/deep/er/good.pdf/x"), 404, "file_not_found"],
  ];

  test.each(cases)("%s", async (_, path, status, code) => {
    const response = await ask(path());
    const body = await response.json();
    expect({ status: response.status, code: body.code }).toEqual({ status, code });
    expect(JSON.stringify(body)).not.toContain("TOP SECRET");
    if (status !== 200) expect(body.detail).not.toContain(dirname(sidecar.base));
  });

  test("a link that is swapped while requests run never yields a byte from outside", async () => {
    const link = join(sidecar.base, "swapped");
    const spare = join(sidecar.base, "spare");
    let swapping = true;
    const swap = async () => {
      for (let turn = 0; swapping; turn += 1) {
        await rm(spare, { force: true });
        await symlink(turn % 2 === 0 ? join(evil, "secret.pdf") : join(sidecar.base, "deep/er/good.pdf"), spare);
        await rename(spare, link);
      }
    };
    const swapper = swap();
    const statuses = new Set<number>();
    for (let round = 0; round < 100; round += 1) {
      const response = await ask(link);
      statuses.add(response.status);
      expect(await response.text()).not.toContain("TOP SECRET");
    }
    swapping = false;
    await swapper;
    expect([...statuses].every((status) => [200, 403, 404].includes(status))).toBe(true);
  });

  test("a base that does not exist is 404 for what lies inside and 403 outside", async () => {
    await using other = await startSidecar({ OCR_SIDECAR_UPLOAD_BASE: "/nowhere/uploads" });
    expect((await other.post("/ocr", { pdfPath: "/nowhere/uploads/a.pdf" })).status).toBe(404);
    expect((await other.post("/ocr", { pdfPath: "/nowhere/a.pdf" })).status).toBe(403);
    const uploads = async () => (await (await fetch(`${other.url}/ready`)).json()).components.uploads.state;
    await until(async () => (await uploads()) === "failed");
  });
});
