import { expect, test } from "bun:test";
import { judgePool } from "../src/readiness.ts";

test.each([
  { ready: 0, state: "loading", reason: "0 of 2 processes are up" },
  { ready: 1, state: "ready", reason: "1 of 2 processes are up" },
  { ready: 2, state: "ready", reason: undefined },
] as const)("with $ready of 2 PDF processes up the component is $state", ({ ready, ...expected }) => {
  const { state, reason } = judgePool({ processes: 2, ready });
  expect({ state, reason }).toEqual(expected);
});
