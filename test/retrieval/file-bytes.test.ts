import { expect, test } from "bun:test";
import { readdirSync, readlinkSync } from "node:fs";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FileBytes } from "../../src/retrieval/child/file-bytes.ts";

test("a file is read by place, in any order and across what is read at once, as an array is", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "file-bytes-"));
  const whole = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7 + (index >> 8)) % 256);
  await Bun.write(join(folder.path, "file"), whole);
  using bytes = new FileBytes(join(folder.path, "file"));
  expect(bytes.length).toBe(whole.length);
  for (const index of [0, 1, 65_535, 65_536, 3, 199_999, 131_072]) expect(bytes.at(index)).toBe(whole[index]);
  expect(bytes.at(200_000)).toBeUndefined();
  expect(bytes.subarray(65_530, 65_545)).toEqual(whole.subarray(65_530, 65_545));
  const copy = new Uint8Array(whole.length + 3);
  expect(bytes.readInto(copy)).toBe(whole.length);
  expect(copy.subarray(0, whole.length)).toEqual(whole);
});

test("a file that is no longer used is closed", async () => {
  await using folder = await mkdtempDisposable(join(tmpdir(), "file-bytes-"));
  const path = join(folder.path, "file");
  await Bun.write(path, "x");
  const isOpen = () => readdirSync("/proc/self/fd").some((name) => pathOf(name) === path);
  {
    using bytes = new FileBytes(path);
    expect([bytes.at(0), isOpen()]).toEqual([120, true]);
  }
  expect(isOpen()).toBe(false);
});

function pathOf(descriptor: string): string | undefined {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`);
  } catch {
    // That of the listing itself.
    return undefined;
  }
}
