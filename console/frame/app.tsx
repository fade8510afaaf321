import { MachineView } from "../machine/machine-view.tsx";
import { Documents } from "../options/documents-pane.tsx";
import { Pages } from "../pages/pages-pane.tsx";
import { PageView } from "../viewer/page-pane.tsx";
import type { ConsoleState } from "./console-state.ts";
import { Header } from "./header.tsx";
import { HelpDialog } from "./help-dialog.tsx";
import { KeyDialog } from "./key-dialog.tsx";
import { PaneTabs } from "./pane-tabs.tsx";
import { useDroppedFiles } from "./use-dropped-files.ts";

/** The whole page. */
export function App({ state }: { state: ConsoleState }) {
  const dropping = useDroppedFiles(state);
  const say = state.say.value;
  return (
    <div class="frame">
      <Header state={state} />
      {state.view.value === "machine" ? (
        <MachineView state={state} />
      ) : (
        <main class="read" data-pane={state.pane.value}>
          <PaneTabs state={state} />
          <Documents state={state} />
          <Pages state={state} />
          <PageView state={state} />
        </main>
      )}
      {dropping && (
        <div class="drop-veil" aria-hidden="true">
          <span>{say("dropNow")}</span>
        </div>
      )}
      <KeyDialog state={state} />
      <HelpDialog state={state} />
    </div>
  );
}
