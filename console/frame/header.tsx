import type { Language } from "../words/words.ts";
import type { ConsoleState, View } from "./console-state.ts";

const languages: readonly { id: Language; name: string }[] = [
  { id: "en", name: "EN" },
  { id: "th", name: "ไทย" },
];

export function Header({ state }: { state: ConsoleState }) {
  const { view, language, helping, asksForKey, keyRefused, facts } = state;
  const say = state.say.value;
  const views: readonly { id: View; name: string }[] = [
    { id: "read", name: say("viewRead") },
    { id: "machine", name: say("viewMachine") },
  ];
  return (
    <header class="header">
      <h1>
        {say("title")} <span class="version">{facts.version}</span>
      </h1>
      <nav class="segments">
        {views.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            aria-current={view.value === id ? "page" : undefined}
            onClick={() => {
              view.value = id;
            }}
          >
            {name}
          </button>
        ))}
      </nav>
      <span class="spring" />
      <a class="quiet wide-only" href="docs">
        {say("reference")}
      </a>
      <a class="quiet wide-only" href={facts.notices}>
        {say("notices")}
      </a>
      {asksForKey && (
        <button
          type="button"
          class="quiet"
          onClick={() => {
            keyRefused.value = true;
          }}
        >
          {say("keyChange")}
        </button>
      )}
      <button
        type="button"
        class="quiet wide-only"
        onClick={() => {
          helping.value = true;
        }}
      >
        {say("help")} <kbd>?</kbd>
      </button>
      <fieldset class="segments small">
        <legend class="unseen">{say("language")}</legend>
        {languages.map(({ id, name }) => (
          <button
            key={id}
            type="button"
            lang={id}
            aria-pressed={language.value === id}
            onClick={() => {
              language.value = id;
            }}
          >
            {name}
          </button>
        ))}
      </fieldset>
    </header>
  );
}
