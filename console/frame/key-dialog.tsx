import { useState } from "preact/hooks";
import type { ConsoleState } from "./console-state.ts";
import { Dialog } from "./dialog.tsx";

/** Asks for the key, once in a tab and again when the service refuses it. */
export function KeyDialog({ state }: { state: ConsoleState }) {
  const { keyRefused, key } = state;
  const [given, setGiven] = useState("");
  const say = state.say.value;
  const close = () => {
    keyRefused.value = false;
  };
  return (
    <Dialog open={keyRefused.value} title={say("keyTitle")} onClose={close}>
      <form
        method="dialog"
        class="stack"
        onSubmit={(event) => {
          event.preventDefault();
          if (given.trim() !== "") state.useKey(given.trim());
          setGiven("");
        }}
      >
        <p>{key.value === "" ? say("keyText") : say("keyWrong")}</p>
        <label class="labelled">
          {say("keyLabel")}
          <input
            type="password"
            autocomplete="off"
            spellcheck={false}
            value={given}
            onInput={(event) => setGiven(event.currentTarget.value)}
          />
        </label>
        <div class="row end">
          <button type="button" onClick={close}>
            {say("close")}
          </button>
          <button type="submit" class="primary">
            {say("keyUse")}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
