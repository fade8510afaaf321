import type { ConsoleState } from "./console-state.ts";
import { Dialog } from "./dialog.tsx";
import { keyHelp } from "./keys.ts";

/** The keys, and the switch for those who would rather not have them. */
export function HelpDialog({ state }: { state: ConsoleState }) {
  const { helping, keysOn } = state;
  const say = state.say.value;
  const close = () => {
    helping.value = false;
  };
  return (
    <Dialog open={helping.value} title={say("helpTitle")} onClose={close}>
      <dl class="keys">
        {keyHelp.map(([keys, meaning]) => (
          <div key={keys}>
            <dt>
              {keys.split(" ").map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{say(meaning)}</dd>
          </div>
        ))}
      </dl>
      <label class="row">
        <input
          type="checkbox"
          checked={keysOn.value}
          onChange={(event) => {
            keysOn.value = event.currentTarget.checked;
          }}
        />
        {say("keysOn")}
      </label>
      <div class="row end">
        <button type="button" onClick={close}>
          {say("close")}
        </button>
      </div>
    </Dialog>
  );
}
