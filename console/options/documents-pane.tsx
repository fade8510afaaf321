import { useId } from "preact/hooks";
import type { ConsoleState } from "../frame/console-state.ts";
import { addFiles } from "../frame/use-dropped-files.ts";
import type { DocumentEntry } from "../reading/documents.ts";
import type { WordKey } from "../words/words.ts";
import { OptionsForm } from "./options-form.tsx";

/** What is read, and how. */
export function Documents({ state }: { state: ConsoleState }) {
  const say = state.say.value;
  const chooser = useId();
  return (
    <section class="pane documents" aria-label={say("paneDocuments")}>
      <div class="drop">
        <span>{say("drop")}</span>
        <label class="button primary" for={chooser}>
          {say("choose")}
        </label>
        <input
          id={chooser}
          class="unseen"
          type="file"
          multiple
          accept=".pdf,.png,.jpg,.jpeg,.tif,.tiff,.bmp,.gif,.jp2"
          onChange={(event) => {
            addFiles(state, event.currentTarget.files);
            event.currentTarget.value = "";
          }}
        />
      </div>
      {state.documents.value.length === 0 ? (
        <p class="quiet-text">{say("queueEmpty")}</p>
      ) : (
        <ul class="document-list">
          {state.documents.value.map((entry) => (
            <DocumentRow key={entry.id} state={state} entry={entry} />
          ))}
        </ul>
      )}
      <OptionsForm state={state} />
    </section>
  );
}

function DocumentRow({ state, entry }: { state: ConsoleState; entry: DocumentEntry }) {
  const say = state.say.value;
  const run = entry.b ?? entry.a;
  const word = stateWord(entry);
  const portion = run === undefined || run.pages.length === 0 ? 0 : run.finished / run.pages.length;
  return (
    <li class="document" data-state={word}>
      <button
        type="button"
        class="document-choice"
        aria-current={state.shownId.value === entry.id ? "true" : undefined}
        onClick={() => {
          state.show(entry.id);
          state.pane.value = "pages";
        }}
      >
        <span class="document-name" title={entry.file.name}>
          {entry.file.name}
        </span>
        <span class="document-facts">
          {say(word)}
          {run !== undefined && run.pages.length > 0 ? ` · ${run.finished}/${run.pages.length}` : ""}
        </span>
        {entry.state === "reading" && <progress max={1} value={portion} aria-label={say("stateReading")} />}
      </button>
      <button
        type="button"
        class="icon-button"
        aria-label={say("remove", { name: entry.file.name })}
        onClick={() => state.remove(entry.id)}
      >
        <span aria-hidden="true">×</span>
      </button>
    </li>
  );
}

function stateWord(entry: DocumentEntry): WordKey {
  if (entry.state === "waiting") return "stateWaiting";
  if (entry.state === "reading") return "stateReading";
  switch ((entry.b ?? entry.a)?.state) {
    case "failed":
      return "stateFailed";
    case "stopped":
    case undefined:
      return "stateStopped";
    case "done":
      return "stateDone";
    case "reading":
      return "stateReading";
  }
}
