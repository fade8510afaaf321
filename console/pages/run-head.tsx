import { useEffect, useState } from "preact/hooks";
import type { ConsoleState } from "../frame/console-state.ts";
import { canCompare } from "../frame/keys.ts";
import { resolveOptions } from "../options/options.ts";
import type { DocumentEntry, RunName } from "../reading/documents.ts";
import type { Run } from "../reading/run.ts";
import type { WordKey } from "../words/words.ts";
import { clock, elapsedMs } from "./figures.ts";
import { Saving } from "./saving.tsx";

interface RunHeadProps {
  state: ConsoleState;
  entry: DocumentEntry;
  shown: { name: RunName; run: Run } | undefined;
}

/** What is said of a reading before its plan is there, or where none came. */
const stateWords: Readonly<Record<Run["state"], WordKey>> = {
  reading: "planning",
  done: "stateDone",
  failed: "stateFailed",
  stopped: "stateStopped",
};

/** A reading as a whole: how far it is, how it ended, and what can be done with it. */
export function RunHead({ state, entry, shown }: RunHeadProps) {
  const say = state.say.value;
  const run = shown?.run;
  const order = resolveOptions(state.options.value);
  const isBusy = entry.state !== "idle";
  return (
    <header class="run-head">
      <h2 class="document-title" title={entry.file.name}>
        {entry.file.name}
      </h2>
      <p class="run-facts">
        {run === undefined
          ? say(isBusy ? "stateWaiting" : "stateStopped")
          : run.pages.length === 0
            ? say(stateWords[run.state])
            : ""}
        {run !== undefined && run.pages.length > 0 && (
          <>
            {say("pagesDone", { done: run.finished, all: run.pages.length })} · <Elapsed run={run} />
            {run.answer === undefined ? "" : ` · ${say("characters", { count: run.answer.charCount })}`}
            {run.state === "stopped" ? ` · ${say("stateStopped")}` : ""}
          </>
        )}
      </p>
      <progress
        max={1}
        value={run === undefined || run.pages.length === 0 ? 0 : run.finished / run.pages.length}
        aria-label={say("panePages")}
      />
      <div class="row wrap">
        {isBusy ? (
          <button type="button" class="primary" onClick={() => state.stop(entry.id)}>
            {say("stop")}
          </button>
        ) : (
          <button
            type="button"
            title={say("againHint")}
            disabled={!order.ok}
            onClick={() => order.ok && state.readAgain(entry.id, order)}
          >
            {say("again")}
          </button>
        )}
        {run !== undefined && <Saving state={state} entry={entry} run={run} />}
      </div>
      {entry.b !== undefined && <Runs state={state} entry={entry} />}
      {run?.answer?.warnings !== undefined && run.answer.warnings.length > 0 && (
        <Warnings state={state} warnings={run.answer.warnings} />
      )}
    </header>
  );
}

/** Time of the reading, in steps of a second while it goes on. */
function Elapsed({ run }: { run: Run }) {
  const [, tick] = useState(0);
  const isReading = run.state === "reading";
  useEffect(() => {
    if (!isReading) return;
    const timer = setInterval(() => tick((count) => count + 1), 1000);
    return () => clearInterval(timer);
  }, [isReading]);
  return <span class="figure">{clock(elapsedMs(run, Date.now()))}</span>;
}

function Runs({ state, entry }: { state: ConsoleState; entry: DocumentEntry }) {
  const say = state.say.value;
  const { comparing, chosenRun } = state;
  const shows = (name: RunName) => !comparing.value && state.run.value?.name === name;
  return (
    <div class="row wrap">
      <div class="segments small">
        {(["a", "b"] as const).map((name) => (
          <button
            key={name}
            type="button"
            aria-pressed={shows(name)}
            onClick={() => {
              chosenRun.value = name;
              comparing.value = false;
            }}
          >
            {say(name === "a" ? "runA" : "runB")}
          </button>
        ))}
        <button
          type="button"
          aria-pressed={comparing.value}
          disabled={!canCompare(state)}
          onClick={() => {
            comparing.value = true;
          }}
        >
          {say("compare")}
        </button>
      </div>
      <button type="button" class="quiet" disabled={entry.state !== "idle"} onClick={() => state.keepAsBase(entry.id)}>
        {say("keepAsBase")}
      </button>
    </div>
  );
}

function Warnings({ state, warnings }: { state: ConsoleState; warnings: readonly string[] }) {
  const say = state.say.value;
  const count = warnings.length;
  return (
    <details class="warnings" open={count <= 2}>
      <summary>{count === 1 ? say("warning") : say("warnings", { count })}</summary>
      <ul class="notes">
        {warnings.map((warning) => (
          <li key={warning}>{warning}</li>
        ))}
      </ul>
    </details>
  );
}
