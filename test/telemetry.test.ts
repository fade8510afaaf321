import { expect, test } from "bun:test";
import { join } from "node:path";

test("a path with line breaks and terminal sequences writes no line of its own into a readable log", () => {
  const program = `
    const { configureLog } = await import("./src/telemetry.ts");
    const { getLogger } = await import("@logtape/logtape");
    await configureLog({ level: "info", json: false });
    getLogger(["sidecar", "http"]).info("asked", { path: "/a\\nfake line\\u001b[31m" });
  `;
  const child = Bun.spawnSync([process.execPath, "-e", program], { cwd: join(import.meta.dir, "..") });
  const lines = child.stdout.toString().trimEnd().split("\n");
  expect(lines).toHaveLength(1);
  expect(lines[0]).toEndWith("path=/a\\u000afake line\\u001b[31m");
});
