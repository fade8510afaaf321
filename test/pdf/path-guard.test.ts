import { afterAll, beforeAll, describe, expect, setDefaultTimeout, test } from "bun:test";
import { appendFile, chmod, mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readBelowBase } from "../../src/pdf/files/path-guard.ts";
import type { Spool } from "../../src/pdf/files/spool.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { openFilesBelow, openSpool, type TestSpool, textOf } from "../support/spool.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const { signal } = new AbortController();
const maxBytes = 1000;
let root = "";
let base = "";
let server: Server;
let spool: TestSpool;

beforeAll(async () => {
  spool = await openSpool();
  root = await mkdtemp(join(tmpdir(), "path-guard-"));
  base = join(root, "uploads");
  await mkdir(join(base, "deep", "er"), { recursive: true });
  await mkdir(join(root, "uploads_evil"));
  await mkdir(join(root, "outside", "sub"), { recursive: true });
  await mkdir(join(base, "%2e%2e"));
  for (const file of ["doc.pdf", "deep/doc.pdf", "deep/er/doc.pdf", "%2e%2e/doc.pdf", "with space ü.pdf"]) {
    await writeFile(join(base, file), "inside");
  }
  await writeFile(join(base, "C:\\doc.pdf"), "inside");
  await writeFile(join(base, "\ufffd.pdf"), "inside");
  await writeFile(join(base, "empty.pdf"), "");
  await writeFile(join(base, "exact.pdf"), Buffer.alloc(maxBytes));
  await writeFile(join(base, "large.pdf"), Buffer.alloc(maxBytes + 1));
  for (const file of ["secret.pdf", "uploads_evil/secret.pdf", "outside/secret.pdf", "outside/doc.pdf"]) {
    await writeFile(join(root, file), "secret");
  }
  const links = {
    "uploads/in": "deep/doc.pdf",
    "uploads/in-absolute": join(base, "doc.pdf"),
    "uploads/in-folder": "deep",
    "uploads/in-chain": "in-chain-2",
    "uploads/in-chain-2": "in",
    "uploads/out": "../secret.pdf",
    "uploads/out-absolute": join(root, "secret.pdf"),
    "uploads/out-folder": "../outside",
    "uploads/out-chain": "deep/out-chain",
    "uploads/deep/out-chain": "../out",
    "uploads/out-dangling": "../nothing",
    "uploads/in-dangling": "nothing",
    "uploads/to-base": ".",
    "uploads/to-root": "/",
    "uploads/to-evil": "../uploads_evil",
    "uploads/to-fifo": "fifo",
    "uploads/to-null": "/dev/null",
    "uploads/to-proc": "/proc/self/environ",
    "uploads/loop": "loop-2",
    "uploads/loop-2": "loop",
    "outside/loop": "loop",
    "outside/back": "../uploads",
    "outside/to-doc": "../uploads/doc.pdf",
    "base-link": "uploads",
  };
  for (const [path, target] of Object.entries(links)) await symlink(target, join(root, path));
  Bun.spawnSync(["mkfifo", join(base, "fifo")]);
  await mkdir(join(base, "locked"));
  await writeFile(join(base, "locked", "doc.pdf"), "inside");
  await chmod(join(base, "locked"), 0);
  server = createServer().listen(join(base, "socket"));
});

afterAll(async () => {
  server.close();
  await until(async () => (await spool.traces()).length === 0, "no copy is left");
  expect(spool.status()).toEqual({ files: 0, bytes: 0 });
  await spool[Symbol.asyncDispose]();
  await chmod(join(base, "locked"), 0o700);
  await rm(root, { recursive: true });
});

/** The text read, or the code of the refusal. */
async function read(path: string, from = base): Promise<string> {
  try {
    return await textOf(await readBelowBase({ base: from, path, maxBytes, spool, signal }));
  } catch (error) {
    if (error instanceof Error && "code" in error) return String(error.code);
    throw error;
  }
}

describe("the path guard", () => {
  test.each([
    // Not a path at all.
    ["", "invalid_path"],
    ["BASE/doc.pdf\0", "invalid_path"],
    ["\0", "invalid_path"],
    [`BASE/${"a/".repeat(2100)}doc.pdf`, "invalid_path"],
    [`/${"ü".repeat(2048)}`, "invalid_path"],
    // Not absolute.
    ["doc.pdf", "path_outside_base"],
    ["./doc.pdf", "path_outside_base"],
    ["../../etc/passwd", "path_outside_base"],
    ["C:\\uploads\\doc.pdf", "path_outside_base"],
    ["C:/uploads/doc.pdf", "path_outside_base"],
    ["\\\\server\\share\\doc.pdf", "path_outside_base"],
    ["file://BASE/doc.pdf", "path_outside_base"],
    ["~/doc.pdf", "path_outside_base"],
    [" BASE/doc.pdf", "path_outside_base"],
    ["%2Ftmp%2Fdoc.pdf", "path_outside_base"],
    // Outside, existing or not.
    ["/etc/passwd", "path_outside_base"],
    ["/", "path_outside_base"],
    ["//server/share/doc.pdf", "path_outside_base"],
    ["/nothing/at/all", "path_outside_base"],
    ["ROOT/secret.pdf", "path_outside_base"],
    ["ROOT", "path_outside_base"],
    ["ROOT/uploads_evil/secret.pdf", "path_outside_base"],
    ["ROOT/uploads_nothing", "path_outside_base"],
    ["BASE/../secret.pdf", "path_outside_base"],
    ["BASE/../uploads_evil/secret.pdf", "path_outside_base"],
    ["BASE/../nothing", "path_outside_base"],
    ["BASE/nothing/../../secret.pdf", "path_outside_base"],
    ["BASE/nothing/../../uploads_evil/secret.pdf", "path_outside_base"],
    ["BASE/doc.pdf/../../secret.pdf", "path_outside_base"],
    ["BASE/../../../../../../../../../../etc/passwd", "path_outside_base"],
    [`/${"a".repeat(300)}/doc.pdf`, "path_outside_base"],
    // Links at every level.
    ["BASE/out", "path_outside_base"],
    ["BASE/out-absolute", "path_outside_base"],
    ["BASE/out-folder/secret.pdf", "path_outside_base"],
    ["BASE/out-folder/nothing", "path_outside_base"],
    ["BASE/out-folder/sub/../secret.pdf", "path_outside_base"],
    ["BASE/out-chain", "path_outside_base"],
    ["BASE/out-dangling", "path_outside_base"],
    ["BASE/out-dangling/deeper", "path_outside_base"],
    ["BASE/to-root/etc/passwd", "path_outside_base"],
    ["BASE/to-evil/secret.pdf", "path_outside_base"],
    ["BASE/to-null", "path_outside_base"],
    ["BASE/to-proc", "path_outside_base"],
    ["BASE/out-folder/loop", "path_outside_base"],
    ["BASE/in-folder/../../secret.pdf", "path_outside_base"],
    // Dots take away the name before them, whatever that is: nobody looks whether it is there.
    ["BASE/out-folder/../doc.pdf", "inside"],
    ["BASE/out-folder/../uploads/doc.pdf", "file_not_found"],
    ["BASE/in-folder/../doc.pdf", "inside"],
    ["BASE/nothing/../doc.pdf", "inside"],
    ["BASE/doc.pdf/.", "inside"],
    ["BASE/doc.pdf/../deep/doc.pdf", "inside"],
    [`BASE/${"a".repeat(300)}/../doc.pdf`, "inside"],
    ["BASE/../outside/../uploads/doc.pdf", "inside"],
    ["BASE/../nothing/../uploads/doc.pdf", "inside"],
    ["BASE/../secret.pdf/../uploads/doc.pdf", "inside"],
    ["BASE/../outside/loop/../../uploads/doc.pdf", "inside"],
    // Written as outside is outside, wherever the kernel would be led from there.
    ["ROOT/base-link/doc.pdf", "path_outside_base"],
    ["ROOT/nothing-link/doc.pdf", "path_outside_base"],
    ["ROOT/outside/back/doc.pdf", "path_outside_base"],
    ["ROOT/outside/to-doc", "path_outside_base"],
    ["/proc/self/rootBASE/doc.pdf", "path_outside_base"],
    ["/proc/self/rootROOT/secret.pdf", "path_outside_base"],
    [`/proc/${process.pid}/rootBASE/doc.pdf`, "path_outside_base"],
    ["/proc/2147483647/rootBASE/doc.pdf", "path_outside_base"],
    ["/proc/2147483647/cwd/doc.pdf", "path_outside_base"],
    [`/proc/${process.pid}/cwd/..`, "path_outside_base"],
    [`/proc/${process.pid}/cwd/${"../".repeat(20)}BASE/doc.pdf`, "inside"],
    [`/proc/2147483647/cwd/${"../".repeat(20)}BASE/doc.pdf`, "inside"],
    [`BASE/${"../".repeat(20)}proc/self/root/etc/passwd`, "path_outside_base"],
    [`BASE/${"../".repeat(20)}proc/self/rootBASE/doc.pdf`, "path_outside_base"],
    [`BASE/${"../".repeat(20)}proc/2147483647/rootBASE/doc.pdf`, "path_outside_base"],
    [`BASE/${"../".repeat(20)}proc/self/fd/0`, "path_outside_base"],
    ["BASE/in", "inside"],
    ["BASE/in-absolute", "inside"],
    ["BASE/in-folder/doc.pdf", "inside"],
    ["BASE/in-chain", "inside"],
    ["BASE/to-base/to-base/doc.pdf", "inside"],
    ["BASE/in-dangling", "file_not_found"],
    ["BASE/in-dangling/deeper", "file_not_found"],
    ["BASE/loop", "file_not_found"],
    ["BASE/loop/deeper", "file_not_found"],
    // Inside, but nothing that can be read.
    ["BASE", "file_not_found"],
    ["BASE/", "file_not_found"],
    ["BASE/.", "file_not_found"],
    ["BASE/to-base", "file_not_found"],
    ["BASE/deep", "file_not_found"],
    ["BASE/deep/", "file_not_found"],
    ["BASE/nothing", "file_not_found"],
    ["BASE/nothing/deeper/doc.pdf", "file_not_found"],
    ["BASE/doc.pdf/", "file_not_found"],
    ["BASE/doc.pdf/..", "file_not_found"],
    ["BASE/doc.pdf/deeper", "file_not_found"],
    ["BASE/doc.pdf ", "file_not_found"],
    ["BASE/DOC.PDF", "file_not_found"],
    ["BASE/fifo", "file_not_found"],
    ["BASE/to-fifo", "file_not_found"],
    ["BASE/socket", "file_not_found"],
    [`BASE/${"a".repeat(300)}`, "file_not_found"],
    ["BASE/\ud800.pdf", "file_not_found"],
    ["BASE/%64oc.pdf", "file_not_found"],
    ["BASE/%2e%2e/secret.pdf", "file_not_found"],
    ["BASE/..%2fsecret.pdf", "file_not_found"],
    ["BASE/%00", "file_not_found"],
    ["BASE/\u2025/secret.pdf", "file_not_found"],
    ["BASE\\..\\secret.pdf", "path_outside_base"],
    // Readable.
    ["BASE/doc.pdf", "inside"],
    ["BASE//deep///er/./doc.pdf", "inside"],
    ["BASE/deep/er/../doc.pdf", "inside"],
    ["BASE/../uploads/doc.pdf", "inside"],
    ["BASE/%2e%2e/doc.pdf", "inside"],
    ["BASE/C:\\doc.pdf", "inside"],
    ["BASE/with space ü.pdf", "inside"],
    ["BASE/\ufffd.pdf", "inside"],
    ["//BASE/doc.pdf", "inside"],
    ["BASE/empty.pdf", ""],
    ["BASE/exact.pdf", "\0".repeat(maxBytes)],
    ["BASE/large.pdf", "file_too_large"],
  ])("%j is answered with %j", async (path, expected) => {
    expect(await read(path.replace("BASE", base).replace("ROOT", root))).toBe(expected);
  });

  test("a base behind a link is the folder that the link leads to", async () => {
    expect(await read(join(base, "doc.pdf"), join(root, "base-link"))).toBe("inside");
    expect(await read(join(root, "base-link", "out"), join(root, "base-link"))).toBe("path_outside_base");
    expect(await read(join(base, "doc.pdf"), join(root, "base-link", "."))).toBe("inside");
    expect(await read(join(root, "base-link", "doc.pdf"), join(root, "base-link"))).toBe("inside");
  });

  test("a missing base has an inside and an outside as well", async () => {
    const missing = join(root, "later");
    expect(await read(join(missing, "doc.pdf"), missing)).toBe("file_not_found");
    expect(await read(missing, missing)).toBe("file_not_found");
    expect(await read(join(missing, "..", "secret.pdf"), missing)).toBe("path_outside_base");
  });

  test("a file that may not be read is not there", async () => {
    const program = `
      process.setuid?.(65534);
      const { readBelowBase } = await import("./src/pdf/files/path-guard.ts");
      const [base, path] = process.argv.slice(1);
      const { signal } = new AbortController();
      const spool = { create: () => { throw new Error("nothing is to be copied"); } };
      await readBelowBase({ base, path, maxBytes: 9, spool, signal }).catch((error) => console.log(error.code));
    `;
    await chmod(root, 0o755);
    const child = Bun.spawnSync([process.execPath, "-e", program, base, join(base, "locked", "doc.pdf")], {
      cwd: join(import.meta.dir, "../.."),
    });
    expect(child.stdout.toString()).toBe("file_not_found\n");
  });

  test("an aborted request reads nothing, and is not told whether there is anything", async () => {
    const aborted = AbortSignal.abort(new Error("gone"));
    const missing = readBelowBase({ base, path: join(base, "nothing"), maxBytes, spool, signal: aborted });
    expect(await refusalOf(missing)).toHaveProperty("message", "gone");
    await expect(
      readBelowBase({ base, path: join(base, "doc.pdf"), maxBytes, spool, signal: aborted }),
    ).rejects.toThrow("gone");
  });

  test("the copy is what the file was, whatever becomes of the file", async () => {
    const path = join(base, "changing.pdf");
    await writeFile(path, "before");
    const copy = await readBelowBase({ base, path, maxBytes, spool, signal });
    await writeFile(path, "behind");
    expect(await textOf(copy)).toBe("before");
  });

  test("a file for which there is no room is not read", async () => {
    await using full = await openSpool({ maxBytes: 4096, maxFiles: 2 });
    const readExact = () => readBelowBase({ base, path: join(base, "exact.pdf"), maxBytes, spool: full, signal });
    const copy = await readExact();
    expect(await refusalOf(readExact())).toMatchObject({ code: "ocr_busy" });
    copy.close();
    (await readExact()).close();
    expect(full.status()).toEqual({ files: 0, bytes: 0 });
  });

  test("a file that grows while it is read does not pass the limit", async () => {
    const path = join(base, "growing.pdf");
    await writeFile(path, "x");
    const growing: Pick<Spool, "create"> = {
      create: async () => {
        const writer = await spool.create();
        return { ...writer, write: (piece) => appendFile(path, "y".repeat(300)).then(() => writer.write(piece)) };
      },
    };
    const refusal = await refusalOf(readBelowBase({ base, path, maxBytes, spool: growing, signal }));
    expect(refusal).toMatchObject({ code: "file_too_large" });
  });

  describe("a caller who goes", () => {
    const gone = new Error("gone");
    /** A spool at which the caller leaves when a file of it is made, or right behind a write. */
    const leaving = (moment: "create" | "write" | "next read", leave: () => void): Pick<Spool, "create"> => ({
      create: async () => {
        const writer = await spool.create();
        if (moment === "create") leave();
        return {
          ...writer,
          write: async (piece) => {
            await writer.write(piece);
            if (moment === "write") leave();
            // By then the next read has begun; it takes a turn of the event loop at least.
            if (moment === "next read") queueMicrotask(() => queueMicrotask(() => queueMicrotask(leave)));
          },
        };
      },
    });

    test.each([
      ["before the file is read", "create", 4_000_000],
      ["while it is copied", "write", 4_000_000],
      ["while its next piece is read", "next read", 4_000_000],
      ["while its end is looked for", "next read", 100],
    ] as const)("%s leaves neither a copy nor an open file", async (_, moment, sizeBytes) => {
      const path = join(base, "left.pdf");
      await writeFile(path, Buffer.alloc(sizeBytes));
      const caller = new AbortController();
      const reading = readBelowBase({
        base,
        path,
        maxBytes: sizeBytes,
        spool: leaving(moment, () => caller.abort(gone)),
        signal: caller.signal,
      });
      expect(await refusalOf(reading)).toBe(gone);
      expect(spool.status()).toEqual({ files: 0, bytes: 0 });
      expect(await openFilesBelow(base)).toEqual([]);
      await until(async () => (await spool.traces()).length === 0, "the copy is closed");
    });
  });

  test("no refusal names a path of the server", async () => {
    for (const path of [join(root, "secret.pdf"), join(base, "nothing"), join(base, "large.pdf"), "relative"]) {
      const refusal = await readBelowBase({ base, path, maxBytes, spool, signal }).catch((error: unknown) =>
        String(error),
      );
      expect(refusal).not.toContain(root);
    }
  });
});

describe("a link that is swapped during the request", () => {
  /** Another process, which puts a link to the inside and one to the outside in turns, or a real folder and a link. */
  const swapper = `
    const { existsSync, renameSync, symlinkSync, unlinkSync } = require("node:fs");
    const [path, inside, outside] = process.argv.slice(1);
    const swapLink = (target) => {
      symlinkSync(target, path + ".new");
      renameSync(path + ".new", path);
    };
    const swapFolder = () => {
      renameSync(path, path + ".away");
      symlinkSync(outside, path);
      unlinkSync(path);
      renameSync(path + ".away", path);
    };
    (function swap(count) {
      for (let index = 0; index < 50; index += 1) {
        if (inside === "itself") swapFolder();
        else swapLink(index % 2 ? inside : outside);
      }
      if (count === 0) console.log("swapping");
      setImmediate(swap, count + 1);
    })(0);
  `;

  test.each([
    ["the file itself", "race.pdf", "doc.pdf", "../secret.pdf", "race.pdf"],
    ["a folder above it", "race", "deep", "../outside", "race/doc.pdf"],
    ["put in the place of a real folder", "race-folder", "itself", "../outside", "race-folder/doc.pdf"],
  ])("gains nothing when it is %s", async (_name, name, inside, outside, path) => {
    if (inside === "itself") {
      await mkdir(join(base, name));
      await writeFile(join(base, path), "inside");
    } else {
      await symlink(inside, join(base, name));
    }
    const child = Bun.spawn([process.execPath, "-e", swapper, join(base, name), inside, outside], { stdout: "pipe" });
    await child.stdout.getReader().read();
    const answers = new Set<string>();
    for (let request = 0; request < 2000; request += 1) answers.add(await read(join(base, path)));
    child.kill();
    await child.exited;
    expect(answers).toContain("inside");
    expect(answers).toContain("path_outside_base");
    for (const answer of answers) expect(["inside", "path_outside_base", "file_not_found"]).toContain(answer);
  });
});
