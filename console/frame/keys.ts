import { resolveOptions } from "../options/options.ts";
import type { ConsoleState } from "./console-state.ts";

/** The keys, in the order in which the help lists them. */
export const keyHelp = [
  ["J", "keyNext"],
  ["K", "keyPrevious"],
  ["M", "keyRaw"],
  ["P", "keyPicture"],
  ["+ −", "keyZoom"],
  ["C", "keyCompare"],
  ["S", "keyStop"],
  ["R", "keyAgain"],
  ["?", "keyHelp"],
] as const;

/** What a key does; undefined for the keys that do nothing here. */
function actionOf(key: string, state: ConsoleState): (() => void) | undefined {
  const id = state.shownId.value;
  switch (key) {
    case "j":
      return () => state.step(1);
    case "k":
      return () => state.step(-1);
    case "m":
      return () => {
        state.raw.value = !state.raw.value;
      };
    case "p":
      return () => {
        state.showsPicture.value = !state.showsPicture.value;
      };
    case "+":
    case "=":
      return () => zoomBy(state, 1);
    case "-":
      return () => zoomBy(state, -1);
    case "c":
      return () => {
        if (canCompare(state)) state.comparing.value = !state.comparing.value;
      };
    case "s":
      return () => {
        if (id !== undefined) state.stop(id);
      };
    case "r":
      return () => {
        const order = resolveOptions(state.options.value);
        if (id !== undefined && order.ok) state.readAgain(id, order);
      };
    case "?":
      return () => {
        state.helping.value = true;
      };
    default:
      return undefined;
  }
}

/** Widths of the picture, as multiples of the place it has. */
const zooms = [1, 1.5, 2, 3, 4] as const;

export function zoomBy({ zoom }: ConsoleState, steps: number): void {
  const place = zooms.findIndex((step) => step >= zoom.value);
  zoom.value = zooms[Math.max(0, Math.min(zooms.length - 1, place + steps))] ?? 1;
}

export const canCompare = ({ shown }: ConsoleState): boolean =>
  shown.value?.a !== undefined && shown.value.b !== undefined;

/** Single keys work wherever no text is being typed, and can be switched off. */
export function listenForKeys(browser: Window, state: ConsoleState): void {
  browser.addEventListener("keydown", (event) => {
    const isTyping =
      event.target instanceof Element && event.target.closest("input, textarea, select, dialog") !== null;
    if (!state.keysOn.value || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
    const isShown = state.view.value === "read" || event.key === "?";
    const action = isShown ? actionOf(event.key.toLowerCase(), state) : undefined;
    if (action === undefined) return;
    event.preventDefault();
    action();
  });
}
