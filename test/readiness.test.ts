import { expect, test } from "bun:test";
import { judgePool } from "../src/readiness.ts";

test.each([
  { ready: 0, ending: 1, heldUp: false, state: "loading", reason: "0 of 2 workers are up" },
  { ready: 2, ending: 0, heldUp: false, state: "ready", reason: undefined },
  { ready: 2, ending: 1, heldUp: false, state: "ready", reason: undefined },
  { ready: 1, ending: 1, heldUp: false, state: "ready", reason: "1 of 2 workers are up" },
  { ready: 0, ending: 0, heldUp: false, state: "loading", reason: "0 of 2 workers are up" },
  { ready: 0, ending: 2, heldUp: true, state: "failed", reason: expect.stringContaining("restart the service") },
] as const)(
  "with $ready of 2 PDF workers up and $ending ending the component is $state",
  ({ ready, ending, heldUp, ...expected }) => {
    const { state, reason } = judgePool({ workers: 2, ready, ending, heldUp });
    expect({ state, reason }).toEqual(expected);
  },
);
