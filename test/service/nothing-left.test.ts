import { expect, setDefaultTimeout, test } from "bun:test";
import { resolve } from "node:path";
import { grownIn, startMixedWorld } from "../support/mixed-world.ts";
import { until } from "../support/until.ts";

// A real service with all its processes, on a busy machine of two cores.
setDefaultTimeout(90_000);

test("after mixed work a service holds no file, process or descriptor more than after the first of it", async () => {
  await using world = await startMixedWorld();
  // The first round starts what is kept: processes on demand, connections to Ollama.
  expect(await world.round(0)).toEqual([]);
  const before = await world.atRest();
  expect(before.files).toEqual([]);
  for (const round of [1, 2]) expect(await world.round(round)).toEqual([]);
  let grown = ["unknown"];
  await until(async () => {
    grown = grownIn(before, await world.atRest());
    return grown.length === 0;
  }, "nothing has grown").catch((error: unknown) => {
    throw new Error(`${error}: ${grown.join(", ")}`);
  });
});

test("after mixed work a service that has stopped keeps its process alive by nothing: no timer, no socket", async () => {
  const program = Bun.spawn([process.execPath, resolve(import.meta.dir, "../support/stopped-service-program.ts")], {
    stdout: "pipe",
    stderr: "inherit",
    timeout: 60_000,
  });
  const said = await new Response(program.stdout).text();
  const [wrong = "", stoppedAtMs = "0"] = said.trim().split("\n");
  expect(JSON.parse(wrong)).toEqual([]);
  expect(await program.exited).toBe(0);
  expect(Date.now() - Number(stoppedAtMs)).toBeLessThan(5000);
});
