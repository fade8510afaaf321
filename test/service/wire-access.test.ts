import { describe, expect, test } from "bun:test";
import { mkdtemp, rm } from "node:fs/promises";
import { hostname, tmpdir } from "node:os";
import { join } from "node:path";
import { parseEnv } from "../../src/service/env.ts";
import { accessPolicy, hostsOf } from "../../src/service/wire-access.ts";
import { refusalOf } from "../support/refusal-of.ts";

const key = crypto.randomUUID();

function envOf(variables: Record<string, string>) {
  const parsed = parseEnv({ OCR_SIDECAR_API_KEY: key, ...variables });
  if (!parsed.ok) throw new Error(parsed.problems.join(", "));
  return parsed.env;
}

test("callers may reach the service by its own name and those of containers, or by what the operator names", () => {
  const own = hostname().toLowerCase();
  expect(hostsOf(envOf({}))).toEqual(new Set([own, "ocr-sidecar", "host.docker.internal"]));
  expect(hostsOf(envOf({ OCR_ALLOWED_HOSTS: "OCR.Example, other" }))).toEqual(new Set([own, "ocr.example", "other"]));
});

describe("who may call", () => {
  test("is who has a key of the variable or of the file", async () => {
    const folder = await mkdtemp(join(tmpdir(), "keys-"));
    const other = crypto.randomUUID();
    await Bun.write(join(folder, "keys"), `${other}\n`);
    const policy = await accessPolicy(envOf({ OCR_SIDECAR_API_KEY_FILE: join(folder, "keys") }));
    if (policy.mode !== "api-key") throw new Error("keys are wanted");
    const accepted = await Promise.all([key, other, crypto.randomUUID()].map((given) => policy.keys.accepts(given)));
    expect(accepted).toEqual([true, true, false]);
    await rm(folder, { recursive: true });
  });

  test("is nobody where the file of keys is not there", async () => {
    const refusal = refusalOf(accessPolicy(envOf({ OCR_SIDECAR_API_KEY_FILE: "/nowhere/keys" })));
    expect(await refusal).toMatchObject({ message: expect.stringContaining("OCR_SIDECAR_API_KEY_FILE") });
  });

  test("is whose network the operator names, and nobody of it is refused", async () => {
    const network = { OCR_SIDECAR_AUTH: "network", OCR_SIDECAR_ALLOWED_CIDRS: "10.0.0.0/8,192.168.1.1" };
    expect(await accessPolicy(envOf(network))).toEqual({
      mode: "network",
      allowed: ["10.0.0.0/8", "192.168.1.1"],
      refused: [],
    });
  });

  test("is this machine and its own networks where nothing is named", async () => {
    const policy = await accessPolicy(envOf({ OCR_SIDECAR_AUTH: "network" }));
    expect(policy).toMatchObject({
      mode: "network",
      allowed: expect.arrayContaining(["127.0.0.0/8", "::1/128"]),
      refused: expect.any(Array),
    });
  });
});
