import { afterEach, describe, expect, test } from "bun:test";
import { randomFillSync } from "node:crypto";
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createSpool, type Spool } from "../../src/pdf/files/spool.ts";
import { createPrivateFile } from "../../src/pdf/files/spool-folder.ts";
import { refusalOf } from "../support/refusal-of.ts";
import { openSpool, type TestSpool } from "../support/spool.ts";
import { until } from "../support/until.ts";

const mebibyte = 1024 * 1024;
const bytes = randomFillSync(new Uint8Array(300_000));
const spools: TestSpool[] = [];

async function start(options: Parameters<typeof openSpool>[0] = {}): Promise<TestSpool> {
  const spool = await openSpool(options);
  spools.push(spool);
  return spool;
}

afterEach(async () => {
  for (const spool of spools.splice(0)) {
    await until(async () => (await spool.traces()).length === 0, "nothing is left in the folder");
    expect(spool.status()).toEqual({ files: 0, bytes: 0 });
    await spool[Symbol.asyncDispose]();
  }
});

async function put(spool: Spool, pieces: readonly Uint8Array[]) {
  const writer = await spool.create();
  for (const piece of pieces) await writer.write(piece);
  return await writer.finish();
}

const inPieces = (whole: Uint8Array, size: number) =>
  Array.from({ length: Math.ceil(whole.length / size) }, (_, index) =>
    whole.subarray(index * size, (index + 1) * size),
  );

describe("a document in the spool", () => {
  test.each([1000, 65_535, 65_536, 65_537, 262_145, 300_000])("is what came in pieces of %d bytes", async (size) => {
    const file = await put(await start(), inPieces(bytes, size));
    expect(Buffer.compare(await readFile(file.path), bytes)).toBe(0);
    expect(file.sizeBytes).toBe(bytes.length);
    expect(file.sha256).toBe(new Bun.CryptoHasher("sha256").update(bytes).digest("hex"));
    expect(file.head).toEqual(bytes.subarray(0, 1024));
    file.close();
  });

  test("is what came in small and large pieces one after the other, though their memory is used again", async () => {
    const spool = await start();
    const sizes = [1, 5000, 70_000, 3, 64_000, 2000, 100_000, 7];
    const whole = bytes.subarray(
      0,
      sizes.reduce((sum, size) => sum + size, 0),
    );
    const writer = await spool.create();
    const memory = new Uint8Array(100_000);
    let offset = 0;
    for (const size of sizes) {
      memory.set(whole.subarray(offset, offset + size));
      await writer.write(memory.subarray(0, size));
      memory.fill(0);
      offset += size;
    }
    const file = await writer.finish();
    expect(Buffer.compare(await readFile(file.path), whole)).toBe(0);
    file.close();
  });

  test("may be empty", async () => {
    const spool = await start();
    const file = await put(spool, []);
    expect(file).toMatchObject({ sizeBytes: 0, head: new Uint8Array() });
    expect(spool.status()).toEqual({ files: 1, bytes: 0 });
    file.close();
  });

  test("has no name, is for this user only, and can be opened by another process", async () => {
    const spool = await start();
    const file = await put(spool, [bytes]);
    expect(await readdir(spool.folder)).toEqual([]);
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
    const read = Bun.spawnSync(["sha256sum", file.path]);
    expect(read.stdout.toString()).toStartWith(file.sha256);
    file.close();
  });

  test("is not handed to processes that are started meanwhile", async () => {
    const spool = await start();
    const file = await put(spool, [bytes]);
    const listed = Bun.spawnSync(["ls", "-l", "/proc/self/fd"]).stdout.toString();
    expect(listed).not.toContain(spool.folder);
    file.close();
  });

  test("is gone when it is closed, and a second time does nothing", async () => {
    const spool = await start();
    const [one, other] = [await put(spool, [bytes]), await put(spool, [bytes])];
    one.close();
    one.close();
    expect(spool.status().files).toBe(1);
    await until(async () => (await spool.traces()).length === 1);
    other.close();
  });

  test("is not taken away by a late discard", async () => {
    const spool = await start();
    const writer = await spool.create();
    await writer.write(bytes);
    const file = await writer.finish();
    writer.discard();
    expect(spool.status().files).toBe(1);
    file.close();
  });

  test("leaves nothing when it is discarded, be it during a write", async () => {
    const spool = await start();
    const writer = await spool.create();
    const writing = writer.write(randomFillSync(new Uint8Array(8 * mebibyte)));
    writer.discard();
    writer.discard();
    expect(spool.status()).toEqual({ files: 0, bytes: 0 });
    expect(await refusalOf(writing)).toMatchObject({ code: "shutting_down" });
  });

  test("has a name where there is no /proc, until it is closed", async () => {
    const spool = await start({ hasProc: false });
    const file = await put(spool, [bytes]);
    expect(file.path).toStartWith(`${spool.folder}/ocr-sidecar-${process.pid}-`);
    expect((await stat(file.path)).mode & 0o777).toBe(0o600);
    expect(Buffer.compare(await readFile(file.path), bytes)).toBe(0);
    file.close();
  });
});

describe("the bounds of the spool", () => {
  test("count whole blocks: sixty documents of one byte take sixty", async () => {
    const spool = await start();
    const files = await Promise.all(Array.from({ length: 60 }, () => put(spool, [bytes.subarray(0, 1)])));
    expect(spool.status()).toEqual({ files: 60, bytes: 60 * 4096 });
    for (const file of files) file.close();
  });

  test("let a document of just the whole budget through, and refuse the next byte, whoever sends it", async () => {
    const spool = await start({ maxBytes: mebibyte });
    const file = await put(spool, [new Uint8Array(mebibyte)]);
    const writer = await spool.create();
    const refusal = await refusalOf(writer.write(bytes.subarray(0, 1)));
    expect(refusal).toMatchObject({ code: "ocr_busy", status: 503, retryable: true, retryAfterSeconds: 5 });
    writer.discard();
    file.close();
    const next = await put(spool, [new Uint8Array(mebibyte)]);
    next.close();
  });

  test("free at once what is closed, so that one document after the other finds room", async () => {
    const spool = await start({ maxBytes: mebibyte });
    for (let count = 0; count < 20; count += 1) (await put(spool, [new Uint8Array(mebibyte)])).close();
  });

  test("hold for open files, too", async () => {
    const spool = await start({ maxFiles: 2 });
    // The third comes while the first two are being made.
    const creating = [spool.create(), spool.create()] as const;
    expect(await refusalOf(spool.create())).toMatchObject({ code: "ocr_busy", retryAfterSeconds: 5 });
    const [one, other] = await Promise.all(creating);
    expect(await refusalOf(spool.create())).toMatchObject({ code: "ocr_busy", retryAfterSeconds: 5 });
    one.discard();
    (await spool.create()).discard();
    other.discard();
  });

  test("of the disk are told as the service's own", async () => {
    const spool = await start({ createFile: () => open("/dev/full", "w"), hasProc: true });
    const writer = await spool.create();
    expect(await refusalOf(writer.write(bytes))).toMatchObject({ code: "ocr_busy", retryAfterSeconds: 5 });
    writer.discard();
    const small = await spool.create();
    await small.write(bytes.subarray(0, 10));
    expect(await refusalOf(small.finish())).toMatchObject({ code: "ocr_busy" });
    small.discard();
  });

  test.each(["ENOSPC", "EDQUOT", "EMFILE", "ENFILE"])(
    "of the system are told as the service's own: %s",
    async (code) => {
      const spool = await start({ createFile: () => Promise.reject(Object.assign(new Error(code), { code })) });
      expect(await refusalOf(spool.create())).toMatchObject({ code: "ocr_busy", retryAfterSeconds: 5 });
    },
  );

  test("are not blamed for another fault of the disk", async () => {
    const fault = Object.assign(new Error("EIO"), { code: "EIO" });
    const spool = await start({ createFile: () => Promise.reject(fault) });
    expect(await refusalOf(spool.create())).toBe(fault);
  });

  test("hold when a disk takes less than it was given", async () => {
    const spool = await start({
      createFile: async (path) => {
        const handle = await open(path, "wx");
        return {
          fd: handle.fd,
          close: () => handle.close(),
          write: (piece, offset, length, position) => handle.write(piece, offset, Math.min(length, 1000), position),
        };
      },
    });
    const file = await put(spool, [bytes]);
    expect(Buffer.compare(await readFile(file.path), bytes)).toBe(0);
    file.close();
  });
});

describe("a spool that is closed", () => {
  test("frees what is open, finished or not, and takes nothing more", async () => {
    const spool = await start();
    const file = await put(spool, [bytes]);
    const writer = await spool.create();
    await writer.write(bytes);
    await spool.close();
    expect(await spool.traces()).toEqual([]);
    expect(await refusalOf(writer.write(bytes))).toMatchObject({ code: "shutting_down" });
    expect(await refusalOf(spool.create())).toMatchObject({ code: "shutting_down" });
    file.close();
  });
});

test("a spool that is closed has freed what was open when it says so", async () => {
  const removed = Promise.withResolvers<void>();
  const steps: string[] = [];
  const spool = await start({
    createFile: async (path) => {
      const handle = await createPrivateFile(path);
      const close = async () => {
        await removed.promise;
        await handle.close();
        steps.push("removed");
      };
      return { fd: handle.fd, close, write: handle.write.bind(handle) };
    },
  });
  await (await spool.create()).write(bytes);
  const closing = spool.close().then(() => steps.push("closed"));
  await Bun.sleep(1);
  expect(steps).toEqual([]);
  removed.resolve();
  await closing;
  expect(steps).toEqual(["removed", "closed"]);
});

test("a document that is begun while the spool closes leaves nothing", async () => {
  const made = Promise.withResolvers<void>();
  const spool = await start({
    createFile: async (path) => {
      await made.promise;
      return await createPrivateFile(path);
    },
  });
  const creating = spool.create();
  const closing = spool.close();
  made.resolve();
  const writer = await creating;
  expect(await refusalOf(writer.write(bytes))).toMatchObject({ code: "shutting_down" });
  await closing;
});

describe("the folder of the spool", () => {
  const name = (pid: number) => `ocr-sidecar-${pid}-${"0a".repeat(16)}`;
  const gonePid = () => Bun.spawnSync(["true"]).pid;

  test("is swept of what processes that are gone have left, and of nothing else", async () => {
    const folder = await mkdtemp(join(tmpdir(), "spool-sweep-"));
    const leftovers = [name(gonePid()), name(process.pid)];
    const others = [name(1), `${name(gonePid())}x`, `x${name(gonePid())}`, "ocr-sidecar-uploads", "document.pdf"];
    for (const file of [...leftovers, ...others]) await writeFile(join(folder, file), "x");
    await mkdir(join(folder, `ocr-sidecar-${gonePid()}-${"ff".repeat(16)}`));
    await symlink(join(folder, "document.pdf"), join(folder, `ocr-sidecar-${gonePid()}-${"ee".repeat(16)}`));
    const spool = await createSpool({ folder, maxBytes: mebibyte, maxFiles: 1 });
    await spool.close();
    const left = (await readdir(folder)).filter((file) => !file.endsWith("ff"));
    expect(left.sort()).toEqual(others.sort());
    await rm(folder, { recursive: true });
  });

  test.each(["/nowhere/at/all", "/proc", "/dev/null"])("must be one in which files can be made: %s", async (folder) => {
    const refusal = await refusalOf(createSpool({ folder, maxBytes: mebibyte, maxFiles: 1 }));
    expect(String(refusal)).toContain(`OCR_SPOOL_DIR is ${folder}, where no file can be made (E`);
  });
});

/** A spool whose files take no write before `done`, and which steps they have seen. */
async function startWithHeldWrites() {
  const done = Promise.withResolvers<void>();
  const steps: string[] = [];
  const spool = await start({
    hasProc: true,
    createFile: async () => ({
      fd: 9,
      write: async (_bytes, _offset, length, position) => {
        steps.push(`${length} bytes at ${position}`);
        await done.promise;
        steps.push("written");
        return { bytesWritten: length };
      },
      close: async () => void steps.push("closed"),
    }),
  });
  return { spool, steps, done };
}

test("a file of the spool that is written is closed when that has ended, and not under it", async () => {
  const { spool, steps, done } = await startWithHeldWrites();
  const writer = await spool.create();
  const writing = writer.write(bytes.subarray(0, 100_000));
  await until(() => steps.length > 0);
  const closing = spool.close();
  await Bun.sleep(1);
  expect(steps).toEqual(["100000 bytes at 0"]);
  done.resolve();
  await Promise.all([writing, closing]);
  expect(steps).toEqual(["100000 bytes at 0", "written", "closed"]);
});

test("a document that is given up while it is written is written no further", async () => {
  const { spool, steps, done } = await startWithHeldWrites();
  const writer = await spool.create();
  await writer.write(bytes.subarray(0, 10));
  const writing = refusalOf(writer.write(bytes.subarray(0, 100_000)));
  await until(() => steps.length > 0);
  writer.discard();
  done.resolve();
  expect(await writing).toMatchObject({ code: "shutting_down" });
  await until(() => steps.includes("closed"));
  expect(steps).toEqual(["10 bytes at 0", "written", "closed"]);
});

test("a document that could not be written is closed all the same", async () => {
  const steps: string[] = [];
  const fault = Object.assign(new Error("ENOSPC"), { code: "ENOSPC" });
  const spool = await start({
    hasProc: true,
    createFile: async () => ({
      fd: 9,
      write: () => Promise.reject(fault),
      close: async () => void steps.push("closed"),
    }),
  });
  const writer = await spool.create();
  expect(await refusalOf(writer.write(bytes))).toMatchObject({ code: "ocr_busy" });
  writer.discard();
  await until(() => steps.length > 0);
  expect([steps, spool.status()]).toEqual([["closed"], { files: 0, bytes: 0 }]);
});
