import type { ConsoleState } from "../frame/console-state.ts";
import { FaultCard } from "../frame/fault-card.tsx";
import { PageList } from "./page-list.tsx";
import { RunHead } from "./run-head.tsx";

/** The pages of a reading, as they come. */
export function Pages({ state }: { state: ConsoleState }) {
  const say = state.say.value;
  const entry = state.shown.value;
  const shown = state.run.value;
  const comparing = state.comparing.value ? entry : undefined;
  return (
    <section class="pane pages" aria-label={say("panePages")}>
      {entry === undefined ? (
        <div class="welcome">
          <h2>{say("welcome")}</h2>
          <p>{say("welcomeMore")}</p>
        </div>
      ) : (
        <>
          <RunHead state={state} entry={entry} shown={shown} />
          {shown?.run.fault !== undefined && <FaultCard state={state} fault={shown.run.fault} />}
          {shown !== undefined && shown.run.pages.length > 0 && (
            <PageList state={state} run={comparing?.b ?? shown.run} other={comparing?.a} />
          )}
        </>
      )}
    </section>
  );
}
