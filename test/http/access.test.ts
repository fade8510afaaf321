import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { mkdir, mkdtemp, mkdtempDisposable, rename, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Hono } from "hono";
import { SidecarError } from "../../src/errors.ts";
import { authenticate } from "../../src/http/access/auth.ts";
import { createKeyRing } from "../../src/http/access/key-ring.ts";
import { describeNetworks } from "../../src/http/access/own-networks.ts";
import type { AppEnv } from "../../src/http/context.ts";
import type { AccessPolicy } from "../../src/http/services.ts";
import { parseEnv } from "../../src/service/env.ts";
import { accessPolicy } from "../../src/service/wire-access.ts";
import { captureLog } from "../support/captured-log.ts";
import { setClockBack } from "../support/set-clock-back.ts";
import { startSidecar } from "../support/sidecar.ts";
import { repository } from "../support/tracked-files.ts";

// Real processes and sockets on a busy machine of two cores.
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

  test("warns once of keys that are too short, and tells none of them", async () => {
    await using log = await captureLog();
    const long = "k".repeat(16);
    await createKeyRing({ keys: ["short-one", long, "two"], file: undefined });
    expect(log.records.map(({ level, properties }) => ({ level, properties }))).toEqual([
      { level: "warning", properties: { short: 2, fewest: 16 } },
    ]);
    await createKeyRing({ keys: [long], file: undefined });
    expect(log.records).toHaveLength(1);
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
    await mkdir(file);
    nowMs += 2000;
    expect(await keys.accepts("new")).toBe(true);
    await rm(folder, { recursive: true });
  });

  test("refuses a key that was taken out of its file although the clock was set back", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keys-"));
    const file = join(folder, "key");
    await Bun.write(file, "old-key-of-the-file\n");
    const keys = await createKeyRing({ keys: [], file });
    expect(await keys.accepts("old-key-of-the-file")).toBe(true);
    await Bun.write(file, "new-key-of-the-file-1\n");
    using _clock = setClockBack(2000);
    expect(await keys.accepts("new-key-of-the-file-1")).toBe(true);
    expect(await keys.accepts("old-key-of-the-file")).toBe(false);
    await rm(folder, { recursive: true });
  });

  test("reads a key file that has not changed once, and none larger than 64 KiB", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keys-"));
    const file = join(folder, "key");
    await Bun.write(file, "first-key-of-the-file");
    let nowMs = 0;
    const keys = await createKeyRing({ keys: [], file, now: () => nowMs });
    await Bun.write(file, `another-key-of-the-file\n#${"-".repeat(65_000)}`);
    await using log = await captureLog();
    for (let round = 0; round < 3; round += 1) {
      nowMs += 2000;
      expect(await keys.accepts("another-key-of-the-file")).toBe(true);
    }
    expect(log.records).toHaveLength(1);
    await Bun.write(file, `a-third-key-of-the-file\n#${"-".repeat(65_536)}`);
    nowMs += 2000;
    expect(await keys.accepts("a-third-key-of-the-file")).toBe(false);
    await rm(folder, { recursive: true });
  });

  test("reads a changed key file again until that has gone well once", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keys-"));
    const file = join(folder, "key");
    // A process that has no descriptor left sees that the file has changed, and cannot read it.
    const program = `
      import { closeSync, openSync, writeFileSync } from "node:fs";
      import { createKeyRing } from "${repository}/src/http/access/key-ring.ts";
      writeFileSync("${file}", "old");
      let nowMs = 0;
      const keys = await createKeyRing({ keys: [], file: "${file}", now: () => nowMs });
      const accepts = async (key) => {
        nowMs += 2000;
        return await keys.accepts(key);
      };
      writeFileSync("${file}", "another");
      const taken = [];
      try {
        for (;;) taken.push(openSync("/dev/null", "r"));
      } catch {}
      const meanwhile = [await accepts("old"), await accepts("another")];
      for (const descriptor of taken) closeSync(descriptor);
      console.log(JSON.stringify([...meanwhile, await accepts("another"), await accepts("old")]));
    `;
    const child = Bun.spawn(["bash", "-c", 'ulimit -n 200; exec "$0" -e "$1"', process.execPath, program], {
      stdout: "pipe",
    });
    const printed = await new Response(child.stdout).text();
    await rm(folder, { recursive: true });
    expect(JSON.parse(printed)).toEqual([true, false, true, false]);
  });

  test("reads a file that took the place of another, though both have the same size and time", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "keys-"));
    const [file, next] = [join(folder.path, "key"), join(folder.path, "next")];
    for (const [path, key] of [
      [file, "old-key"],
      [next, "new-key"],
    ] as const) {
      await Bun.write(path, key);
      await utimes(path, 1, 1);
    }
    let nowMs = 0;
    const keys = await createKeyRing({ keys: [], file, now: () => nowMs });
    await rename(next, file);
    nowMs = 1000;
    expect([await keys.accepts("new-key"), await keys.accepts("old-key")]).toEqual([true, false]);
  });

  test("refuses the keys of a file that was emptied, and takes those that are written there again", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keys-"));
    const file = join(folder, "key");
    await Bun.write(file, "# keys of the backend\none\n  # old, two\n");
    let nowMs = 0;
    const keys = await createKeyRing({ keys: ["fixed"], file, now: () => nowMs });
    const accepted = () => Promise.all(["one", "old", "two", "# old", "fixed"].map((key) => keys.accepts(key)));
    expect(await accepted()).toEqual([true, false, false, false, true]);
    await Bun.write(file, "# one\n");
    nowMs += 2000;
    expect(await accepted()).toEqual([false, false, false, false, true]);
    expect(await keys.accepts("")).toBe(false);
    await Bun.write(file, "two\n");
    nowMs += 2000;
    expect(await accepted()).toEqual([false, false, true, false, true]);
    await rm(folder, { recursive: true });
  });

  test("looks at its file no more often than once a second, and takes commas and ends of lines of every kind", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keys-"));
    const file = join(folder, "key");
    await Bun.write(file, "one\r\ntwo,three\rfour\n");
    let nowMs = 0;
    const keys = await createKeyRing({ keys: [], file, now: () => nowMs });
    const accepted = (...given: string[]) => Promise.all(given.map((key) => keys.accepts(key)));
    expect(await accepted("one", "two", "three", "four", "two,three")).toEqual([true, true, true, true, false]);
    await Bun.write(file, "another\n");
    nowMs = 999;
    expect(await accepted("one", "another")).toEqual([true, false]);
    nowMs = 1000;
    // Who asks while it is read waits for it.
    expect(await accepted("another", "one", "another")).toEqual([true, false, true]);
    await Bun.write(file, "a third one\n");
    nowMs = 1999;
    expect(await accepted("another")).toEqual([true]);
    nowMs = 2000;
    expect(await accepted("another")).toEqual([false]);
    await rm(folder, { recursive: true });
  });

  test("refuses to start with a file that is none, or could not end", async () => {
    const refusal = (file: string) => createKeyRing({ keys: [], file }).catch((error: Error) => error.message);
    expect(await refusal(tmpdir())).toContain("no regular file");
    expect(await refusal("/dev/zero")).toContain("no regular file");
  });

  test("refuses to start without a key", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keys-"));
    await Bun.write(join(folder, "empty"), " \n");
    await expect(createKeyRing({ keys: [], file: join(folder, "empty") })).rejects.toThrow("holds no key");
    await expect(createKeyRing({ keys: [], file: join(folder, "missing") })).rejects.toThrow(
      "OCR_SIDECAR_API_KEY_FILE",
    );
    await rm(folder, { recursive: true });
  });
});

describe("a request without a key", () => {
  test("has the operator told once what a backend without keys needs", async () => {
    const keys = await createKeyRing({ keys: ["one"], file: undefined });
    await using log = await captureLog();
    const app = new Hono<AppEnv>()
      .use(authenticate({ mode: "api-key", keys }))
      .onError((error, c) => c.text(error instanceof SidecarError ? error.code : "something else", 401));
    for (let request = 0; request < 3; request += 1) expect(await (await app.request("/")).text()).toBe("unauthorized");
    expect(log.records.map(({ level, rawMessage }) => [level, String(rawMessage)])).toEqual([
      ["warning", expect.stringContaining("OCR_SIDECAR_AUTH=network")],
    ]);
  });
});

describe("network mode", () => {
  const nowhere = "0".repeat(32);
  const routes = (...rows: [destination: string, gateway: string][]) =>
    ["Iface\tDestination\tGateway \tFlags", ...rows.map((row) => `eth0\t${row.join("\t")}\t0003`), ""].join("\n");
  const routes6 = (...nextHops: string[]) =>
    nextHops.map((hop) => `${nowhere} 00 ${nowhere} 00 ${hop} 00000400`).join("\n");
  const interfaceOf = (cidr: string, internal = false) => {
    const [address = ""] = cidr.split("/");
    return { address, netmask: "", family: "IPv4", mac: "", internal, cidr } as const;
  };
  const loopback = interfaceOf("127.0.0.1/8", true);
  const always = ["127.0.0.0/8", "::1/128"];

  test.each([
    ["nothing but loopback", [loopback], routes(), "", [], []],
    ["a bridge", ["172.17.0.2/16"], routes(), "", ["172.17.0.2/16"], ["172.17.0.1"]],
    [
      "two bridges, one of them on the way out",
      ["172.17.0.2/16", "172.18.0.7/16"],
      routes(["00000000", "010011AC"], ["000011AC", "00000000"]),
      "",
      ["172.17.0.2/16", "172.18.0.7/16"],
      ["172.17.0.1", "172.18.0.1"],
    ],
    [
      "gateways that are not the first address, of whatever route",
      ["10.0.0.2/24"],
      routes(["00000000", "FE00000A"], ["0000A8C0", "FD00000A"]),
      "",
      ["10.0.0.2/24"],
      ["10.0.0.254", "10.0.0.253", "10.0.0.1"],
    ],
    ["a part of a network", ["10.0.0.70/26"], routes(), "", ["10.0.0.70/26"], ["10.0.0.65"]],
    ["a network of two", ["10.0.0.2/30"], routes(), "", ["10.0.0.2/30"], ["10.0.0.1"]],
    ["a bridge whose gateway this machine is", ["172.17.0.1/16"], routes(), "", ["172.17.0.1/16"], []],
    [
      "a route by way of this machine itself",
      ["172.17.0.1/16"],
      routes(["0000A8C0", "0100007F"], ["0001A8C0", "010011AC"]),
      "",
      ["172.17.0.1/16"],
      [],
    ],
    [
      "an address alone, and a line between two",
      ["10.0.0.2/32", "10.1.0.1/31"],
      routes(),
      "",
      ["10.0.0.2/32", "10.1.0.1/31"],
      [],
    ],
    [
      "IPv6",
      ["fd00:1::5/64"],
      routes(),
      routes6("fd0000000000000000000000000000fe", "fe800000000000000000000000000001", nowhere),
      ["fd00:1::5/64"],
      ["fd00::fe", "fe80::1", "fd00:1::1"],
    ],
    ["the IPv6 gateway itself", ["fd00:1::1/64"], routes(), "", ["fd00:1::1/64"], []],
    ["an IPv6 address alone", ["fd00:1::5/128"], routes(), "", ["fd00:1::5/128"], []],
    ["link-local addresses", ["169.254.7.1/16", "fe80::1234/64", "febf::1/10"], routes(), "", [], []],
    ["tables that are none", ["10.0.0.2/24"], "nonsense", "nonsense\n1 2", ["10.0.0.2/24"], ["10.0.0.1"]],
  ] as const)("with %s has its default", (_, cidrs, table, table6, allowed, refused) => {
    const addresses = cidrs.map((cidr) => (typeof cidr === "string" ? interfaceOf(cidr) : cidr));
    expect(describeNetworks({ lo: [loopback], eth0: addresses, eth1: undefined }, table, table6)).toEqual({
      allowed: [...always, ...allowed],
      refused: [...refused],
    });
  });

  /** What a peer with this address is answered. */
  async function statusFor(peerAddress: string, networks: { allowed: readonly string[]; refused: readonly string[] }) {
    const app = new Hono<AppEnv>()
      .use(authenticate({ mode: "network", ...networks }))
      .get("/", (c) => c.text("in"))
      .onError((error, c) => c.text(error.message, error instanceof SidecarError ? error.status : 500));
    return (await app.request("/", {}, { peerAddress })).status;
  }

  test("refuses the gateway of an own network, and takes its other peers and loopback", async () => {
    const networks = describeNetworks(
      { eth0: [interfaceOf("172.18.0.2/16"), interfaceOf("fd00::2/64")] },
      routes(),
      "",
    );
    const peers = [
      "172.18.0.1",
      "::ffff:172.18.0.1",
      "fd00::1",
      "fd00:0:0:0::1",
      "172.19.0.2",
      "169.254.0.9",
      "fe80::9",
      "",
    ];
    expect(await Promise.all(peers.map((peer) => statusFor(peer, networks)))).toEqual(peers.map(() => 403));
    const friends = ["172.18.0.3", "::ffff:172.18.0.3", "fd00::3", "127.0.0.1", "::1", "172.18.0.2"];
    expect(await Promise.all(friends.map((peer) => statusFor(peer, networks)))).toEqual(friends.map(() => 200));
  });

  test("refuses everybody where nobody is allowed", async () => {
    const nobody = { allowed: [], refused: [] };
    const peers = ["127.0.0.1", "::1", "10.0.0.2", "203.0.113.9", ""];
    expect(await Promise.all(peers.map((peer) => statusFor(peer, nobody)))).toEqual(peers.map(() => 403));
  });

  test("obeys a list of the operator as it is written, gateways included", async () => {
    const parsed = parseEnv({ OCR_SIDECAR_AUTH: "network", OCR_SIDECAR_ALLOWED_CIDRS: "172.18.0.0/16" });
    if (!parsed.ok) throw new Error(parsed.problems.join());
    const policy = await accessPolicy(parsed.env);
    expect(policy).toEqual({ mode: "network", allowed: ["172.18.0.0/16"], refused: [] });
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

describe("who asks, which decides whose readings are shared,", () => {
  /** The opaque word for a caller. */
  async function callerOf(policy: AccessPolicy, peerAddress: string, key = "") {
    const app = new Hono<AppEnv>().use(authenticate(policy)).get("/", (c) => c.text(c.var.caller ?? "nobody"));
    return await (await app.request("/", { headers: { "X-API-Key": key } }, { peerAddress })).text();
  }

  test("is told by the key together with the address, and neither can be told from it", async () => {
    const policy = { mode: "api-key", keys: await createKeyRing({ keys: ["one", "two"], file: undefined }) } as const;
    const caller = await callerOf(policy, "10.0.0.2", "one");
    expect(await callerOf(policy, "10.0.0.2", "one")).toBe(caller);
    expect(await callerOf(policy, "10.0.0.3", "one")).not.toBe(caller);
    expect(await callerOf(policy, "10.0.0.2", "two")).not.toBe(caller);
    expect(caller).toMatch(/^[\w-]{43}$/);
  });

  test("is told by the address alone in network mode, whatever key is sent", async () => {
    const policy = { mode: "network", allowed: ["10.0.0.0/8"], refused: [] } as const;
    const caller = await callerOf(policy, "10.0.0.2");
    expect(await callerOf(policy, "10.0.0.2", "any")).toBe(caller);
    expect(await callerOf(policy, "10.0.0.3")).not.toBe(caller);
    expect(caller).toMatch(/^[\w-]{43}$/);
  });
});
