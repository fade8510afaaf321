import { CompareView } from "../compare/compare-view.tsx";
import type { ConsoleState } from "../frame/console-state.ts";
import { PageText } from "./page-text.tsx";
import { PictureView } from "./picture-view.tsx";
import { ViewerBar } from "./viewer-bar.tsx";

/** One page: what it says, beside what it looks like. */
export function PageView({ state }: { state: ConsoleState }) {
  const say = state.say.value;
  const entry = state.shown.value;
  const shown = state.run.value;
  const showsPicture = state.showsPicture.value;
  return (
    <section class="pane page" aria-label={say("panePage")}>
      {shown !== undefined && shown.run.pages.length > 0 && (
        <>
          <ViewerBar state={state} run={shown.run} />
          <div class="viewer">
            <div class="viewer-columns" data-picture={showsPicture}>
              {showsPicture && entry !== undefined && <PictureView state={state} entry={entry} run={shown.run} />}
              {state.comparing.value && entry !== undefined ? (
                <CompareView state={state} entry={entry} />
              ) : (
                <PageText state={state} run={shown.run} page={state.pageState.value} />
              )}
            </div>
          </div>
        </>
      )}
    </section>
  );
}
