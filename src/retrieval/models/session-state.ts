import type { LoadStage, ModelFacts } from "../child/messages.ts";

/** Where the life of a model's process stands. Reasons are the end of a sentence and hold no paths. */
export type SessionState =
  | { state: "idle" }
  /** The files are not there, or not the right ones. */
  | { state: "missing"; reason: string }
  | { state: "fetching"; done: number }
  | { state: "starting" }
  | { state: "loading"; stage: LoadStage; done: number }
  | { state: "ready"; facts: ModelFacts }
  /** It ended, by itself or because it computed for nobody, and is started again at that time. */
  | { state: "restarting"; reason: string; atMs: number }
  /** It cannot be loaded; asked again after a while, it tries again. */
  | { state: "failed"; reason: string }
  | { state: "gone"; reason: string };

/** Files are looked for again after this time, so that a model is found soon after it was fetched. */
const filesCheckedAgainMs = 2_000;
const failedTriedAgainMs = 30_000;

/** Whether new work starts a process in this state, which has lasted so long. */
export function startsOnDemand({ state }: SessionState, lastedMs: number): boolean {
  if (state === "missing") return lastedMs >= filesCheckedAgainMs;
  if (state === "failed") return lastedMs >= failedTriedAgainMs;
  return state === "idle";
}

/** Whether it is known that the process is ready or will not be. */
export const isSettled = ({ state }: SessionState): boolean =>
  state === "ready" || state === "failed" || state === "missing" || state === "gone";

/** Progress that is worth a line in the log: another state or stage, or another tenth of a download. */
export function isNews(before: SessionState, after: SessionState): boolean {
  if (before.state === "loading" && after.state === "loading") return before.stage !== after.stage;
  if (before.state !== "fetching" || after.state !== "fetching") return before.state !== after.state;
  return Math.floor(before.done * 10) !== Math.floor(after.done * 10);
}
