import { useLayoutEffect, useRef } from "preact/hooks";
import type { ConsoleState } from "../frame/console-state.ts";
import { draftText, type PageState, type Run } from "../reading/run.ts";
import { createSafeMarkdown } from "./safe-markdown.ts";
import { shownText } from "./shown-text.ts";

const toNodes = createSafeMarkdown(window);

/** The text of a page: rendered, as it is, or as far as it is written. */
export function PageText({ state, run, page }: { state: ConsoleState; run: Run; page: PageState | undefined }) {
  const say = state.say.value;
  const { raw } = state;
  const { result, draft } = page ?? {};
  const shown = shownText(result?.text ?? "");
  return (
    <section
      class="page-text"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={say("text")}
      aria-busy={draft !== undefined}
    >
      {result !== undefined && <PageNotes page={result} />}
      {draft !== undefined && (
        <>
          <p class="writing" role="status">
            {say("writing")}
          </p>
          <pre class="raw">{draftText(draft)}</pre>
        </>
      )}
      {draft === undefined && result === undefined && (
        <p class="quiet-text">{say(run.state === "reading" ? "notYet" : "notRead")}</p>
      )}
      {result !== undefined &&
        (result.text === "" ? (
          result.error === undefined && <p class="quiet-text">{say("nothingWritten")}</p>
        ) : raw.value ? (
          <pre class="raw">{shown.text}</pre>
        ) : (
          <Rendered text={shown.text} tags={tagsOf(run)} />
        ))}
      {shown.leftOut > 0 && <p class="warn-text">{say("leftOut", { count: shown.leftOut })}</p>}
    </section>
  );
}

function PageNotes({ page: { warnings, error } }: { page: NonNullable<PageState["result"]> }) {
  return (
    <>
      {error !== undefined && <p class="fault">{error.detail}</p>}
      {warnings.length > 0 && (
        <ul class="notes warn-notes">
          {warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
    </>
  );
}

const tagsOf = ({ fields: { dmsTags } }: Run): readonly string[] =>
  Array.isArray(dmsTags) ? dmsTags : Object.keys(dmsTags ?? {});

function Rendered({ text, tags }: { text: string; tags: readonly string[] }) {
  const place = useRef<HTMLDivElement>(null);
  const names = tags.join(" ");
  useLayoutEffect(() => {
    place.current?.replaceChildren(toNodes(text, names === "" ? [] : names.split(" ")));
  }, [text, names]);
  return <div ref={place} class="rendered" />;
}
