import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdtemp, rename, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ByteBudget } from "../src/http/byte-budget.ts";
import { createKeyRing } from "../src/http/key-ring.ts";
import { describeNetworks } from "../src/http/own-networks.ts";
import { startSidecar } from "./support/sidecar.ts";

// Real workers and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

describe("the key ring", () => {
  test("takes any of several keys and nothing else", async () => {
    const keys = await createKeyRing({ keys: ["one", "two"], file: undefined });
    expect(await Promise.all(["one", "two", "", "on", "onetwo", "one,two"].map((key) => keys.accepts(key)))).toEqual([
      true,
      true,
      false,
      false,
      false,
      false,
    ]);
  });

  test("reads a key file again when it changes, and keeps the old keys when it breaks", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keys-"));
    const file = join(folder, "key");
    await Bun.write(file, "old\n");
    let nowMs = 0;
    const keys = await createKeyRing({ keys: [], file, now: () => nowMs });
    expect(await keys.accepts("old")).toBe(true);
    await Bun.write(`${file}.next`, "new, other\n");
    await rename(`${file}.next`, file);
    nowMs += 2000;
    expect(await keys.accepts("new")).toBe(true);
    expect(await keys.accepts("other")).toBe(true);
    expect(await keys.accepts("old")).toBe(false);
    await rm(file);
    nowMs += 2000;
    expect(await keys.accepts("new")).toBe(true);
    await Bun.write(file, "\n");
    nowMs += 2000;
    expect(await keys.accepts("new")).toBe(true);
    expect(await keys.accepts("")).toBe(false);
    await rm(folder, { recursive: true });
  });

  test("refuses to start without a key", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keys-"));
    await Bun.write(join(folder, "empty"), " \n");
    expect(createKeyRing({ keys: [], file: join(folder, "empty") })).rejects.toThrow("holds no key");
    expect(createKeyRing({ keys: [], file: join(folder, "missing") })).rejects.toThrow("OCR_SIDECAR_API_KEY_FILE");
    await rm(folder, { recursive: true });
  });
});

describe("network mode", () => {
  const address = (cidr: string, internal = false) =>
    ({ address: "", netmask: "", family: "IPv4", mac: "", internal, cidr }) as const;
  const routes =
    "Iface\tDestination\tGateway \tFlags\neth0\t00000000\t010011AC\t0003\neth0\t000011AC\t00000000\t0001\n";
  const routes6 = `${"0".repeat(32)} 00 ${"0".repeat(32)} 00 fd000000000000000000000000000001 00000400\n${"0".repeat(32)} 00 ${"0".repeat(32)} 00 ${"0".repeat(32)} ffffffff`;

  test("allows loopback and the own subnets, and refuses the gateway", () => {
    const networks = describeNetworks(
      { lo: [address("127.0.0.1/8", true)], eth0: [address("172.17.0.2/16")] },
      routes,
      routes6,
    );
    expect(networks).toEqual({
      allowed: ["127.0.0.0/8", "::1/128", "172.17.0.2/16"],
      refused: ["172.17.0.1", "fd00:0000:0000:0000:0000:0000:0000:0001"],
    });
  });

  test("asks for no key, ignores a supplied one, and never reads forwarding headers", async () => {
    await using sidecar = await startSidecar({ OCR_SIDECAR_AUTH: "network", OCR_SIDECAR_API_KEY: "" });
    const headers = { "X-API-Key": "whatever", "X-Forwarded-For": "203.0.113.9" };
    expect((await fetch(`${sidecar.url}/residency`)).status).toBe(200);
    expect((await fetch(`${sidecar.url}/residency`, { headers })).status).toBe(200);
  });

  test("refuses peers outside of the allowed networks, whatever they say of themselves", async () => {
    await using sidecar = await startSidecar({
      OCR_SIDECAR_AUTH: "network",
      OCR_SIDECAR_ALLOWED_CIDRS: "203.0.113.0/24",
    });
    const response = await fetch(`${sidecar.url}/residency`, {
      headers: { "X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9" },
    });
    expect(response.status).toBe(403);
    expect((await response.json()).code).toBe("peer_not_allowed");
    expect((await fetch(`${sidecar.url}/health`)).status).toBe(200);
  });

  test("unmaps IPv4 addresses that come as IPv6", async () => {
    await using sidecar = await startSidecar({
      OCR_SIDECAR_AUTH: "network",
      OCR_HOST: "::",
      OCR_SIDECAR_ALLOWED_CIDRS: "127.0.0.0/8",
    });
    const { port } = new URL(sidecar.url);
    expect((await fetch(`http://127.0.0.1:${port}/residency`)).status).toBe(200);
    expect((await fetch(`http://[::1]:${port}/residency`)).status).toBe(403);
  });
});

describe("the byte budget", () => {
  test("refuses what all requests together may not hold, and gets everything back", () => {
    const budget = new ByteBudget(100);
    const [one, two] = [budget.open("ocr_busy"), budget.open("ocr_busy")];
    one.take(60);
    expect(() => two.take(41)).toThrow("Too much is being received");
    two.take(40);
    one.release();
    one.release();
    expect(budget.heldBytes).toBe(40);
    two.release();
    expect(budget.heldBytes).toBe(0);
  });

  test("lets one request alone pass its bound", () => {
    const budget = new ByteBudget(10);
    const alone = budget.open("ocr_busy");
    alone.take(8);
    alone.take(8);
    expect(() => budget.open("ocr_busy").take(1)).toThrow("Too much is being received");
  });
});
