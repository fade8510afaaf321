import { expect, test } from "bun:test";
import { ModelSession, type Prepared } from "../../src/retrieval/models/model-session.ts";
import { captureLog } from "../support/captured-log.ts";
import { FakeChildren } from "../support/fake-child.ts";
import { until } from "../support/until.ts";

const settingsOf = (device: "cpu" | "cuda") => ({
  kind: "embed" as const,
  folder: "/nowhere",
  modelFile: "model.onnx",
  device,
  gpuIndex: 0,
  threads: 1,
  maxTokens: 64,
  verify: [],
});

/** A session whose children load at once; the next `doomed.count` of them die before they have. */
function openSession(
  device: "cpu" | "cuda",
  now: () => number,
  missing: { reason?: string; until?: Promise<void> } = {},
  restarts = true,
) {
  const children = new FakeChildren();
  const doomed = { count: 0 };
  const toldAtStart: string[] = [];
  const session = new ModelSession({
    label: `embedding model on ${device}`,
    prepare: async () => {
      await missing.until;
      if (missing.reason !== undefined) return { ok: false, reason: missing.reason };
      return { ok: true, settings: settingsOf(device) };
    },
    onReady: () => undefined,
    startChild: () => {
      const child = children.start();
      toldAtStart.push(session.told.state);
      if (doomed.count > 0) {
        doomed.count -= 1;
        child.kill();
      }
      return child;
    },
    restarts,
    now,
  });
  return { children, doomed, session, toldAtStart };
}

test("a model that could not be loaded is tried again by work that comes 30 s later, not sooner", async () => {
  let clock = 1_000_000;
  const { children, session } = openSession("cuda", () => clock);
  children.fault = "load";
  session.demand();
  expect(await session.settled()).toEqual({ state: "failed", reason: "the provider is broken" });
  children.fault = "none";
  clock += 29_999;
  session.demand();
  expect(session.state.state).toBe("failed");
  clock += 1;
  session.demand();
  expect(await session.settled()).toMatchObject({ state: "ready" });
  expect(children.started).toHaveLength(2);
  await session.close("the test is over");
});

test("children that die while they load are a fault of the model only when none between them has loaded", async () => {
  const { children, doomed, session } = openSession("cpu", () => 0);
  doomed.count = 2;
  session.demand();
  expect(await session.settled()).toMatchObject({ state: "ready" });
  session.proved();
  doomed.count = 2;
  children.started.at(-1)?.kill();
  await until(() => session.state.state === "restarting", "the end is known");
  expect(await session.settled()).toMatchObject({ state: "ready" });
  expect(children.started).toHaveLength(6);
  await session.close("the test is over");
});

test("children that die while they load three times in a row are a fault of the model, with its reason", async () => {
  const { children, doomed, session } = openSession("cpu", () => 0);
  doomed.count = 3;
  session.demand();
  expect(await session.settled()).toEqual({ state: "failed", reason: "was killed by SIGKILL" });
  expect([children.started.length, session.crashes]).toEqual([3, 3]);
  await session.close("the test is over");
});

test("a child that dies after one was replaced is started again after a pause, as any other", async () => {
  const { children, session } = openSession("cpu", () => 0);
  session.demand();
  await session.settled();
  session.replace("it computes for nobody");
  session.replace("it computes for nobody");
  expect(await session.settled()).toMatchObject({ state: "ready" });
  expect(session).toMatchObject({ replacements: 1, crashes: 0 });
  children.started.at(-1)?.kill();
  await until(() => session.crashes === 1, "the end is known");
  expect(session.state).toMatchObject({ state: "restarting", atMs: 100 });
  expect(children.started).toHaveLength(2);
  await session.close("the test is over");
});

test("a session on the GPU has no second child: one that is replaced, or dies, is its end", async () => {
  for (const end of ["replaced", "dead"]) {
    const { children, session } = openSession("cuda", () => 0, {}, false);
    session.demand();
    await session.settled();
    if (end === "dead") children.started[0]?.kill();
    else session.replace("it hangs");
    expect(await until(() => session.state.state === "failed", "it has failed")).toBeUndefined();
    expect(children.started).toHaveLength(1);
    await session.close("the test is over");
  }
});

test.each(["while its files are looked for", "while its child loads"])(
  "a session that is closed %s stays so",
  async (when) => {
    const files = Promise.withResolvers<void>();
    const { children, session } = openSession("cpu", () => 0, { until: files.promise });
    const states: string[] = [];
    session.onChange(() => states.push(session.state.state));
    session.demand();
    if (when === "while its child loads") {
      files.resolve();
      // It loads within the next steps of this turn.
      while (children.started.length === 0) await Promise.resolve();
    }
    const closed = session.close("the service stops");
    files.resolve();
    await closed;
    await Bun.sleep(1);
    expect(states).toEqual(["starting", "gone"]);
    expect(children.started.filter(({ alive }) => alive)).toEqual([]);
  },
);

test("a session that is closed stays so, whatever its child or its files have yet to say", async () => {
  const files = Promise.withResolvers<void>();
  const { session } = openSession("cpu", () => 0, { until: files.promise });
  session.demand();
  await session.close("the service stops");
  files.reject(new Error("the hub is away"));
  await Bun.sleep(0);
  expect(session.state).toEqual({ state: "gone", reason: "the service stops" });

  const loading = openSession("cpu", () => 0);
  loading.session.demand();
  while (loading.children.started.length === 0) await Promise.resolve();
  const closed = loading.session.close("the service stops");
  loading.children.started[0]?.onProgress("first inference", 0);
  expect(loading.session.state.state).toBe("gone");
  await closed;
});

test("a session that is closed while its files are fetched stays so, whatever is told of the files then", async () => {
  const fetching = Promise.withResolvers<(done: number) => void>();
  const files = Promise.withResolvers<Prepared>();
  const children = new FakeChildren();
  const session = new ModelSession({
    label: "embedding model on cpu",
    prepare: (onFetch) => {
      fetching.resolve(onFetch);
      return files.promise;
    },
    onReady: () => undefined,
    startChild: children.start,
    restarts: true,
    now: () => 0,
  });
  session.demand();
  const report = await fetching.promise;
  report(0.5);
  await session.close("the service stops");
  report(0.6);
  expect(session.state).toEqual({ state: "gone", reason: "the service stops" });
  files.resolve({ ok: true, settings: settingsOf("cpu") });
  await Bun.sleep(1);
  expect(children.started).toEqual([]);
});

test("a session that is closed replaces no child, however long that takes to go", async () => {
  const { children, session } = openSession("cpu", () => 0);
  session.demand();
  await session.settled();
  const closed = session.close("the service stops");
  session.replace("an operation does not end");
  await closed;
  await Bun.sleep(1);
  expect(session).toMatchObject({ state: { state: "gone" }, replacements: 0 });
  expect(children.started).toHaveLength(1);
});

test("a session that is closed while its child is to be started again starts none", async () => {
  const { children, session } = openSession("cpu", () => 0);
  session.demand();
  await session.settled();
  children.started[0]?.kill();
  await until(() => session.state.state === "restarting", "the end is known");
  await session.close("the service stops");
  // The first pause is 100 ms.
  await Bun.sleep(150);
  expect(session.state).toEqual({ state: "gone", reason: "the service stops" });
  expect(children.started).toHaveLength(1);
});

test("what is missing is told as missing while it is looked for again, and as loading when it was found", async () => {
  let clock = 1_000_000;
  const missing: { reason?: string } = { reason: "the files are not there" };
  const { session, toldAtStart } = openSession("cpu", () => clock, missing);
  const told: string[] = [];
  session.demand();
  await session.settled();
  session.onChange(() => told.push(session.told.state));
  clock += 2_000;
  session.demand();
  expect([session.state.state, session.told]).toEqual(["starting", { state: "missing", reason: missing.reason ?? "" }]);
  await session.settled();
  expect(told).toEqual(["missing", "missing"]);
  delete missing.reason;
  clock += 2_000;
  session.demand();
  expect(session.told.state).toBe("missing");
  await session.settled();
  expect(session.told.state).toBe("ready");
  expect(toldAtStart).toEqual(["starting"]);
  await session.close("the test is over");
});

test("what is missing now is told, and no more what was missing before; the log says so once each", async () => {
  await using log = await captureLog();
  let clock = 1_000_000;
  const missing: { reason?: string } = { reason: "a.onnx is not there" };
  const { session } = openSession("cpu", () => clock, missing);
  for (const reason of ["a.onnx is not there", "a.onnx is not there", "b.onnx is not there"]) {
    missing.reason = reason;
    session.demand();
    await session.settled();
    expect(session.told).toEqual({ state: "missing", reason });
    clock += 2_000;
  }
  const warnings = log.records.filter(({ level }) => level === "warning");
  expect(warnings.map(({ properties }) => properties.reason)).toEqual(["a.onnx is not there"]);
  await session.close("the test is over");
});
