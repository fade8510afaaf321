import type { ConsoleState } from "../frame/console-state.ts";
import type { Run } from "../reading/run.ts";

/** Which page is looked at, and how. */
export function ViewerBar({ state, run }: { state: ConsoleState; run: Run }) {
  const say = state.say.value;
  const { page, raw, following, showsPicture, comparing } = state;
  const count = run.pages.length;
  const place = run.pages.findIndex((held) => held.page === page.value);
  return (
    <div class="viewer-bar">
      <button
        type="button"
        class="icon-button"
        disabled={place <= 0}
        aria-label={say("previous")}
        onClick={() => state.step(-1)}
      >
        <span aria-hidden="true">‹</span>
      </button>
      <span class="figure page-of">{say("pageOf", { page: page.value, all: Math.max(count, 1) })}</span>
      <button
        type="button"
        class="icon-button"
        disabled={place < 0 || place >= count - 1}
        aria-label={say("next")}
        onClick={() => state.step(1)}
      >
        <span aria-hidden="true">›</span>
      </button>
      {run.state === "reading" && !following.value && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            following.value = true;
          }}
        >
          {say("follow")}
        </button>
      )}
      <span class="spring" />
      <button
        type="button"
        class="toggle"
        aria-pressed={showsPicture.value}
        onClick={() => {
          showsPicture.value = !showsPicture.value;
        }}
      >
        {say("picture")}
      </button>
      {!comparing.value && (
        <div class="segments small">
          {[false, true].map((isRaw) => (
            <button
              key={String(isRaw)}
              type="button"
              aria-pressed={raw.value === isRaw}
              onClick={() => {
                raw.value = isRaw;
              }}
            >
              {say(isRaw ? "raw" : "rendered")}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
