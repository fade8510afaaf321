import type { ConsoleState, Pane } from "./console-state.ts";

/** Chooses the part that a narrow window shows; a wide one shows all, and no tabs. */
export function PaneTabs({ state }: { state: ConsoleState }) {
  const { pane } = state;
  const say = state.say.value;
  const panes: readonly { id: Pane; name: string }[] = [
    { id: "documents", name: say("paneDocuments") },
    { id: "pages", name: say("panePages") },
    { id: "page", name: say("panePage") },
  ];
  return (
    <nav class="pane-tabs segments" aria-label={say("viewRead")}>
      {panes.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          data-pane={id}
          aria-current={pane.value === id ? "true" : undefined}
          onClick={() => {
            pane.value = id;
          }}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}
