import { expect, test } from "bun:test";
import { judgePool } from "../src/readiness.ts";

test.each([
  { ready: 2, ending: 0, state: "ready", reason: undefined },
  { ready: 2, ending: 1, state: "ready", reason: undefined },
  { ready: 1, ending: 1, state: "ready", reason: "1 of 2 workers are up" },
  { ready: 0, ending: 0, state: "loading", reason: "0 of 2 workers are up" },
  { ready: 0, ending: 2, state: "failed", reason: expect.stringContaining("restart the service") },
] as const)(
  "with $ready of 2 PDF workers up and $ending ending the component is $state",
  ({ ready, ending, ...expected }) => {
    const { state, reason } = judgePool({ workers: 2, ready, ending });
    expect({ state, reason }).toEqual(expected);
  },
);
