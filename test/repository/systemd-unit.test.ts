import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { envSchema } from "../../src/service/env-schema.ts";
import { repository } from "../support/tracked-files.ts";

const path = resolve(repository, "deploy/ocr-sidecar.service");
const unit = await Bun.file(path).text();
const valuesOf = (key: string) =>
  [...unit.matchAll(new RegExp(`^${key}=(.*)$`, "gm"))].map(([, value = ""]) => value.replace(/^"(.*)"$/, "$1"));
const environment = Object.fromEntries(valuesOf("Environment").map((value) => value.split(/=(.*)/).slice(0, 2)));

describe("the systemd unit", () => {
  test.skipIf(Bun.which("systemd-analyze") === null)("has nothing that systemd does not know", () => {
    const verify = (file: string) => Bun.spawnSync(["systemd-analyze", "verify", file]);
    const { exitCode, stdout, stderr } = verify(path);
    // systemd-analyze ends with 0 in spite of what it ignores, and says that.
    expect({ exitCode, said: stdout.toString() + stderr.toString() }).toEqual({ exitCode: 0, said: "" });
  });

  test("starts the service by the command line, as a user without rights, from the place where its words say it is", () => {
    const [start = ""] = valuesOf("ExecStart");
    const [folder = ""] = valuesOf("WorkingDirectory");
    expect(start).toBe(`/usr/bin/env bun ${folder}/src/cli.ts serve`);
    expect(environment.OCR_SIDECAR_COMMAND).toEndWith(`bun ${folder}/src/cli.ts`);
    expect(valuesOf("User")).toEqual(["ocr-sidecar"]);
    expect(valuesOf("CapabilityBoundingSet")).toEqual([""]);
    expect(valuesOf("NoNewPrivileges")).toEqual(["yes"]);
  });

  test("sets only what the service or its runtime knows, in folders that systemd makes for it", () => {
    const foreign = ["NODE_ENV", "BUN_RUNTIME_TRANSPILER_CACHE_PATH", "MALLOC_TRIM_THRESHOLD_"];
    expect(Object.keys(environment).filter((name) => !foreign.includes(name) && !(name in envSchema.shape))).toEqual(
      [],
    );
    expect(environment.MODEL_DIR).toStartWith(`/var/lib/${valuesOf("StateDirectory")[0]}/`);
    expect(environment.OCR_SPOOL_DIR).toBe(`/var/cache/${valuesOf("CacheDirectory")[0]}`);
  });

  test("gives it the time to stop that it takes, and does not start what a setting stops", () => {
    const grace = Number(envSchema.shape.SHUTDOWN_GRACE_SECONDS.parse(undefined));
    expect(Number(valuesOf("TimeoutStopSec")[0])).toBeGreaterThan(grace + 10);
    expect(valuesOf("RestartPreventExitStatus")).toEqual(["78"]);
    expect(valuesOf("KillMode")).toEqual(["mixed"]);
  });

  test("is installed as its document says", async () => {
    const text = await Bun.file(resolve(repository, "docs/systemd.md")).text();
    const mentioned = ["/opt/ocr-sidecar", "/etc/ocr-sidecar.env", "/var/lib/ocr-sidecar", "useradd --system"];
    for (const words of mentioned) expect(text).toContain(words);
    expect(valuesOf("EnvironmentFile")).toEqual(["/etc/ocr-sidecar.env"]);
  });
});
