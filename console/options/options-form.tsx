import type { ComponentChildren } from "preact";
import { parameterNames } from "../../src/client/sampling-parameters.ts";
import type { ConsoleState } from "../frame/console-state.ts";
import { countSet } from "./count-set.ts";
import { type Options, resolveOptions } from "./options.ts";

/** Every option of a reading; an empty field leaves the choice to the service or the model. */
export function OptionsForm({ state }: { state: ConsoleState }) {
  const options = state.options.value;
  const say = state.say.value;
  const count = countSet(options);
  const text = (name: TextField) => ({
    value: options[name],
    onInput: (event: { currentTarget: HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement }) =>
      state.setOptions({ [name]: event.currentTarget.value }),
  });
  return (
    <form class="options" autocomplete="off" onSubmit={(event) => event.preventDefault()}>
      <div class="row">
        <h2>{say("options")}</h2>
        <span class="quiet-text">{count > 0 ? say("optionsSet", { count }) : ""}</span>
        <span class="spring" />
        {count > 0 && (
          <button type="button" class="quiet" onClick={() => state.clearOptions()}>
            {say("optionsClear")}
          </button>
        )}
      </div>
      <Field name={say("engine")}>
        <select {...text("engine")}>
          <option value="">{say("byService")}</option>
          <option value="auto">{say("engineAuto")}</option>
          <option value="np-dms-ocr">{say("engineModel")}</option>
          <option value="tesseract">{say("engineTesseract")}</option>
        </select>
      </Field>
      <div class="pair">
        <Field name={say("pages")}>
          <input type="text" placeholder={say("pagesHint")} {...text("pages")} />
        </Field>
        <Field name={say("maxPages")}>
          <input type="text" inputmode="numeric" {...text("maxPages")} />
        </Field>
      </div>
      <div class="pair">
        <Field name={say("textLayerFormat")}>
          <select {...text("textLayerFormat")}>
            <option value="">{say("byService")}</option>
            <option value="markdown">{say("formatMarkdown")}</option>
            <option value="plain">{say("formatPlain")}</option>
          </select>
        </Field>
        <Field name={say("onPageError")}>
          <select {...text("onPageError")}>
            <option value="">{say("byService")}</option>
            <option value="fail">{say("errorFail")}</option>
            <option value="skip">{say("errorSkip")}</option>
          </select>
        </Field>
      </div>
      <Field name={say("systemPrompt")}>
        <textarea rows={4} {...text("systemPrompt")} />
      </Field>
      <Field name={say("dmsTags")}>
        <input type="text" spellcheck={false} placeholder={say("dmsTagsHint")} {...text("dmsTags")} />
      </Field>
      <details open={parameterNames.some((name) => options.parameters[name] !== "")}>
        <summary>{say("parameters")}</summary>
        <div class="parameters">
          {parameterNames.map((name) => (
            <label key={name} class="parameter">
              <span>{name}</span>
              <input
                type="text"
                inputmode="decimal"
                placeholder={say("byModel")}
                value={options.parameters[name]}
                onInput={(event) =>
                  state.setOptions({ parameters: { ...options.parameters, [name]: event.currentTarget.value } })
                }
              />
            </label>
          ))}
        </div>
      </details>
      <details open={options.profileRow !== "" || options.promptRow !== ""}>
        <summary>{say("rows")}</summary>
        <div class="stack">
          <p class="quiet-text">{say("rowsHint")}</p>
          <Field name={say("profileRow")}>
            <textarea class="code" rows={4} spellcheck={false} {...text("profileRow")} />
          </Field>
          <Field name={say("promptRow")}>
            <textarea class="code" rows={4} spellcheck={false} {...text("promptRow")} />
          </Field>
        </div>
      </details>
      <Outcome state={state} />
    </form>
  );
}

type TextField = Exclude<keyof Options, "parameters">;

function Field({ name, children }: { name: string; children: ComponentChildren }) {
  return (
    // biome-ignore lint/a11y/noLabelWithoutControl: the control is the child
    <label class="labelled">
      <span>{name}</span>
      {children}
    </label>
  );
}

/** What the form amounts to: what is sent, what was passed over, or what is wrong. */
function Outcome({ state }: { state: ConsoleState }) {
  const say = state.say.value;
  const resolved = resolveOptions(state.options.value);
  if (!resolved.ok) {
    return (
      <p class="fault" role="alert">
        {resolved.problem}
      </p>
    );
  }
  const fields = Object.entries(resolved.fields);
  return (
    <details class="outcome">
      <summary>
        {say("resolved")}: {fields.length === 0 ? say("resolvedNothing") : fields.map(([name]) => name).join(", ")}
      </summary>
      <pre class="code">{JSON.stringify(resolved.fields, null, 2)}</pre>
      {resolved.notes.length > 0 && (
        <>
          <p>{say("notes")}</p>
          <ul class="notes">
            {resolved.notes.map((note) => (
              <li key={note}>{note}</li>
            ))}
          </ul>
        </>
      )}
    </details>
  );
}
