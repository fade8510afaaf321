import type { ConsoleState } from "../frame/console-state.ts";
import { PageText } from "./page-text.tsx";
import { ViewerBar } from "./viewer-bar.tsx";

/** One page: what it says, beside what it looks like. */
export function PageView({ state }: { state: ConsoleState }) {
  const say = state.say.value;
  const shown = state.run.value;
  return (
    <section class="pane page" aria-label={say("panePage")}>
      {shown !== undefined && (
        <>
          <ViewerBar state={state} run={shown.run} />
          <div class="viewer">
            <PageText state={state} run={shown.run} page={state.pageState.value} />
          </div>
        </>
      )}
    </section>
  );
}
