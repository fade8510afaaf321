import { describe, expect, test } from "bun:test";
import { tmpdir } from "node:os";
import { hashDocument, readDocument, unreadable } from "../../src/batch/document-source.ts";
import { explainOutput } from "../../src/batch/output-fault.ts";

const systemFault = (code: string) => Object.assign(new Error(`${code}: as the system says it`), { code });
const signal = new AbortController().signal;

describe("a document that the system does not give out", () => {
  test.each([
    ["ENOENT", "DocumentFailure"],
    ["ENOTDIR", "DocumentFailure"],
    ["ELOOP", "DocumentFailure"],
    ["ENAMETOOLONG", "DocumentFailure"],
    ["EISDIR", "DocumentFailure"],
    ["EIO", "StorageFault"],
    ["ESTALE", "StorageFault"],
    ["ETIMEDOUT", "StorageFault"],
    ["EMFILE", "StorageFault"],
    ["EACCES", "StorageFault"],
  ])("with %s: %s", (code, name) => {
    expect(() => unreadable(systemFault(code))).toThrow(expect.objectContaining({ name }));
  });

  test("because the storage fails while it is read is not missing", async () => {
    // The kernel answers EIO to whoever reads the first page of memory.
    const fault = { name: "StorageFault", message: expect.stringContaining("(EIO)") };
    await expect(hashDocument("/proc/self", "mem", signal)).rejects.toMatchObject(fault);
    await expect(readDocument("/proc/self", "mem", signal)).rejects.toMatchObject(fault);
  });
});

describe("texts that cannot be written", () => {
  test.each([
    ["EACCES", tmpdir(), "DocumentFailure"],
    ["EPERM", tmpdir(), "DocumentFailure"],
    ["ENAMETOOLONG", tmpdir(), "DocumentFailure"],
    ["ENAMETOOLONG", "/nowhere", "DocumentFailure"],
    ["ENOSPC", tmpdir(), "WorkerFault"],
    ["EACCES", "/nowhere", "WorkerFault"],
    ["EPERM", "/nowhere", "WorkerFault"],
  ])("with %s, the output folder being %s: %s", async (code, out, name) => {
    await expect(explainOutput(systemFault(code), out)).rejects.toMatchObject({ name });
  });
});
