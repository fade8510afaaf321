import { useState } from "preact/hooks";
import type { ConsoleState } from "../frame/console-state.ts";
import type { DocumentEntry } from "../reading/documents.ts";
import { type Run, textOf } from "../reading/run.ts";
import { curlCommand, savedName, toAnswer } from "./save.ts";

/** Takes a reading home: as Markdown, as JSON, as a command. */
export function Saving({ state, entry, run }: { state: ConsoleState; entry: DocumentEntry; run: Run }) {
  const say = state.say.value;
  const [copied, setCopied] = useState(false);
  const { name } = entry.file;
  const command = () => curlCommand(new URL(".", location.href).href, name, run.fields, state.asksForKey);
  return (
    <>
      <button
        type="button"
        title={say("downloadMarkdownHint")}
        aria-label={say("downloadMarkdownHint")}
        disabled={run.finished === 0}
        onClick={() => save(savedName(name, "md"), "text/markdown", textOf(run))}
      >
        {say("downloadMarkdown")}
      </button>
      <button
        type="button"
        title={say("downloadJsonHint")}
        aria-label={say("downloadJsonHint")}
        disabled={run.finished === 0}
        onClick={() => save(savedName(name, "json"), "application/json", JSON.stringify(toAnswer(run), null, 2))}
      >
        {say("downloadJson")}
      </button>
      <button
        type="button"
        title={say("copyCurlHint")}
        aria-label={say("copyCurlHint")}
        onClick={() =>
          void copy(command()).then(() => {
            setCopied(true);
            setTimeout(() => setCopied(false), 2000);
          })
        }
      >
        {say(copied ? "copied" : "copyCurl")}
      </button>
    </>
  );
}

function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }));
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  // The browser has taken the bytes when the click has been handled, at the latest some moments later.
  setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

/** The clipboard of the browser, which is only there on loopback and over HTTPS; elsewhere the selection. */
async function copy(text: string): Promise<void> {
  if (window.isSecureContext) return await navigator.clipboard.writeText(text);
  const area = document.createElement("textarea");
  area.value = text;
  area.className = "unseen";
  document.body.append(area);
  area.select();
  document.execCommand("copy");
  area.remove();
}
