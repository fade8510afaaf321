import { expect, test } from "bun:test";
import { ModelSession } from "../../src/retrieval/models/model-session.ts";
import { FakeChildren } from "../support/fake-child.ts";

test("a model that could not be loaded is tried again by work that comes 30 s later, not sooner", async () => {
  const children = new FakeChildren();
  let clock = 1_000_000;
  const session = new ModelSession({
    label: "embedding model on cuda",
    prepare: () =>
      Promise.resolve({
        ok: true,
        settings: {
          kind: "embed",
          folder: "/nowhere",
          modelFile: "model.onnx",
          device: "cuda",
          gpuIndex: 0,
          threads: 1,
          maxTokens: 64,
          verify: [],
        },
      }),
    onReady: () => undefined,
    startChild: children.start,
    restarts: true,
    now: () => clock,
  });
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
