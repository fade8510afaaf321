import { describe, expect, test } from "bun:test";
import { readFile } from "node:fs/promises";
import { parseEnv } from "../../src/service/env.ts";
import { envSchema } from "../../src/service/env-schema.ts";
import { limitsOf } from "../../src/service/limits.ts";
import { configure, shippedConfiguration } from "../support/balancer.ts";
import { readComposeFile } from "../support/compose-file.ts";
import { findOptionalProgram } from "../support/optional-program.ts";

const haproxy = findOptionalProgram("haproxy", "the shipped file of HAProxy");
const text = await readFile(shippedConfiguration, "utf8");
const { services, volumes } = readComposeFile({}, "deploy/scale/docker-compose.yml");
const main = readComposeFile().services.sidecar;
const sidecars = Object.entries(services).filter(([name]) => name.startsWith("sidecar-"));
const seconds = (setting: string) => Number(new RegExp(`^ +${setting} (\\d+)s$`, "m").exec(text)?.[1]);
const defaults = parseEnv({ OCR_SIDECAR_API_KEY: crypto.randomUUID() });
if (!defaults.ok) throw new Error(defaults.problems.join("\n"));
const limits = limitsOf(defaults.env, { cpus: 2, memoryBytes: 8 * 1024 ** 3, fileThreads: 7 });

describe("the shipped file of HAProxy", () => {
  test.skipIf(haproxy === undefined).each([
    ["as it is", text],
    ["for four sidecars", fourSidecars()],
  ])("is accepted %s", async (_, configuration) => {
    const check = Bun.spawn([haproxy ?? "", "-c", "-f", "/dev/stdin"], {
      stdin: new Blob([configuration]),
      stderr: "pipe",
    });
    const [exitCode, said] = await Promise.all([check.exited, new Response(check.stderr).text()]);
    // Names of containers are not known here, and are looked up again where the file is used.
    const complaints = said.split("\n").filter((line) => /WARNING|ALERT/.test(line) && !/could not resolve/.test(line));
    expect({ exitCode, complaints }).toEqual({ exitCode: 0, complaints: [] });
  });

  test("knows the sidecars of the Compose file by their names, in every backend", () => {
    const servers = [...text.matchAll(/^ +server (\S+) (\S+)/gm)].map(([, name, address]) => ({ name, address }));
    const expected = sidecars.map(([name, { environment }]) => ({ name, address: `${name}:${environment?.OCR_PORT}` }));
    expect(servers).toEqual([...expected, ...expected, ...expected]);
    const numbered = [...text.matchAll(/srv_conn\(documents\/(\S+)\) if \{ var\(txn.last\) -m int (\d+) \}/g)];
    const ids = [...text.matchAll(/^ +server (\S+) \S+ id (\d+)/gm)];
    expect(numbered.map(([, name, id]) => [name, id])).toEqual(ids.map(([, name, id]) => [name, id]));
  });

  test("waits longer than a sidecar takes at most, and for a caller longer than a stream of events is silent", () => {
    expect(seconds("timeout server")).toBeGreaterThan(limits.request.documentTimeoutMs / 1000);
    expect(seconds("timeout client")).toBeGreaterThan(5 * 2);
    expect(seconds("timeout check")).toBeGreaterThan(5);
  });

  test("remembers documents as long as a sidecar keeps their pages, and reads a body with the longest prompt", () => {
    expect(Number(/stick-table .* expire (\d+)m$/m.exec(text)?.[1])).toBe(limits.pageCache.ttlMs / 60_000);
    // A character may take six bytes as JSON.
    const longest = 6 * limits.request.maxSystemPromptChars + 4096;
    expect(Number(/tune.bufsize (\d+)$/m.exec(text)?.[1])).toBeGreaterThan(longest);
  });

  test("answers by itself in the form of all errors", () => {
    const bodies = [...text.matchAll(/application\/json string "(.*?[^\\])"/g)];
    expect(bodies.length).toBe(4);
    for (const [, body = ""] of bodies) {
      const { detail, code, ...rest } = JSON.parse(body.replaceAll('\\"', '"'));
      expect([detail, code, rest]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/^[a-z_]+$/), {}]);
    }
  });
});

describe("the Compose file for several sidecars", () => {
  test.each(sidecars)("%s is hardened as the one of the main file is", (_, definition) => {
    const { init, stop_grace_period, read_only, tmpfs, cap_drop, security_opt, mem_limit, memswap_limit, pids_limit } =
      definition;
    const { logging, healthcheck, restart, cpus } = definition;
    expect(main).toMatchObject({
      ...{ init, stop_grace_period, read_only, tmpfs, cap_drop, security_opt, mem_limit, memswap_limit, pids_limit },
      ...{ logging, healthcheck, restart, cpus },
    });
    expect(definition.ports).toBeUndefined();
  });

  test.each(sidecars)("%s starts once a key is given, and is refused without", (_, { environment = {} }) => {
    expect(parseEnv(environment).ok).toBeFalse();
    const parsed = parseEnv({ ...environment, OCR_SIDECAR_API_KEY: crypto.randomUUID() });
    if (!parsed.ok) throw new Error(parsed.problems.join("\n"));
    const unknown = Object.keys(environment).filter((name) => !(name in envSchema.shape) && name !== "OCR_SIDECAR_URL");
    expect(unknown).toEqual([]);
  });

  test("each sidecar asks an Ollama of its own, and each Ollama has a card and models of its own", () => {
    const asked = sidecars.map(([, { environment }]) => new URL(environment?.OLLAMA_API_URL ?? "").hostname);
    expect(new Set(asked).size).toBe(sidecars.length);
    const cards = asked.flatMap((name) => services[name]?.deploy?.resources.reservations.devices ?? []);
    expect(cards.map(({ device_ids }) => device_ids)).toEqual([["0"], ["1"]]);
    const stores = asked.flatMap((name) => services[name]?.volumes ?? []);
    expect(new Set(stores).size).toBe(sidecars.length);
    for (const store of stores) expect(Object.keys(volumes)).toContain(store.split(":")[0] ?? "none");
    const filled = Object.values(services).flatMap(({ environment }) => environment?.OLLAMA_HOST ?? []);
    expect(filled.map((url) => new URL(url).hostname)).toEqual(asked);
  });

  test("only the balancer can be reached from outside, by this machine alone, and by the name the one service had", () => {
    const published = Object.entries(services).filter(([, { ports }]) => ports !== undefined);
    expect(published.map(([name, { ports }]) => [name, ports])).toEqual([["balancer", ["127.0.0.1:8765:8765"]]]);
    expect(services.balancer?.networks).toEqual({ ocr: { aliases: ["ocr-sidecar"] } });
    expect(services.balancer?.volumes).toEqual(["./haproxy.cfg:/usr/local/etc/haproxy/haproxy.cfg:ro"]);
    expect(text).toContain("\n    bind :8765\n");
  });
});

function fourSidecars(): string {
  return configure(text, ["127.0.0.1:1", "127.0.0.1:2", "127.0.0.1:3", "127.0.0.1:4"]);
}
