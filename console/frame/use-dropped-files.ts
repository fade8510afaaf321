import { useEffect, useState } from "preact/hooks";
import { resolveOptions } from "../options/options.ts";
import type { ConsoleState } from "./console-state.ts";

/** Takes files that are dropped anywhere on the page or pasted into it; true while they hover. */
export function useDroppedFiles(state: ConsoleState): boolean {
  const [hovering, setHovering] = useState(false);
  useEffect(() => {
    const hasFiles = (transfer: DataTransfer | null) => transfer?.types.includes("Files") ?? false;
    const events = new AbortController();
    const { signal } = events;
    window.addEventListener(
      "dragover",
      (event) => {
        if (!hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        setHovering(true);
      },
      { signal },
    );
    window.addEventListener(
      "dragleave",
      (event) => {
        // Leaving for another element of the page is no leaving.
        if (event.relatedTarget === null) setHovering(false);
      },
      { signal },
    );
    window.addEventListener(
      "drop",
      (event) => {
        if (!hasFiles(event.dataTransfer)) return;
        event.preventDefault();
        setHovering(false);
        addFiles(state, event.dataTransfer?.files);
      },
      { signal },
    );
    window.addEventListener(
      "paste",
      (event) => {
        if (hasFiles(event.clipboardData)) addFiles(state, event.clipboardData?.files);
      },
      { signal },
    );
    return () => events.abort();
  }, [state]);
  return hovering;
}

/** Puts files into the queue with the options as they stand; a form that cannot be sent says so itself. */
export function addFiles(state: ConsoleState, files: FileList | null | undefined): void {
  const order = resolveOptions(state.options.value);
  if (files && order.ok) state.add([...files], order);
}
