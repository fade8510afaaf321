import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { ConsoleState } from "../frame/console-state.ts";
import { zoomBy } from "../frame/keys.ts";
import type { DocumentEntry } from "../reading/documents.ts";
import type { Run } from "../reading/run.ts";
import { wantedPictures } from "./pictures.ts";

/** Milliseconds a page must be looked at before its picture is asked for: who leafs through asks for none. */
const patienceMs = 120;

/** The page as the model sees it, as large as the person wants it. */
export function PictureView({ state, entry, run }: { state: ConsoleState; entry: DocumentEntry; run: Run }) {
  const say = state.say.value;
  const { pictures, tile, zoom } = state;
  const page = state.page.value;
  const isThere = run.pages.length > 0;
  useEffect(() => {
    if (!isThere) return;
    const pages = run.pages.map((held) => held.page);
    const key = { documentId: entry.id, page, tile: tile.value };
    const timer = setTimeout(() => pictures.want(wantedPictures(key, pages, entry.file.size)), patienceMs);
    return () => clearTimeout(timer);
  }, [entry.id, entry.file.size, page, tile.value, isThere, pictures]);

  // Read, so that what is shown changes with it.
  pictures.version.value;
  const held = pictures.look({ documentId: entry.id, page, tile: tile.value });
  const whole = pictures.look({ documentId: entry.id, page, tile: 0 });
  const tiles = whole?.state === "shown" ? (whole.picture.tiles ?? 0) : 0;
  return (
    <div class="picture">
      <div class="picture-bar">
        {tiles > 0 && (
          <label class="row">
            <span class="quiet-text">{say("piece")}</span>
            <select
              class="piece"
              value={String(tile.value)}
              onChange={(event) => {
                tile.value = Number(event.currentTarget.value);
              }}
            >
              <option value="0">{say("pieceWhole")}</option>
              {Array.from({ length: tiles }, (_, place) => (
                <option key={place} value={String(place + 1)}>
                  {place + 1}
                </option>
              ))}
            </select>
          </label>
        )}
        {held?.state === "shown" && held.picture.rotation !== 0 && (
          <span class="chip plain">{say("pictureTurned", { degrees: held.picture.rotation })}</span>
        )}
        <span class="spring" />
        <button type="button" class="icon-button" aria-label={say("zoomOut")} onClick={() => zoomBy(state, -1)}>
          <span aria-hidden="true">−</span>
        </button>
        <span class="figure zoom">{Math.round(zoom.value * 100)} %</span>
        <button type="button" class="icon-button" aria-label={say("zoomIn")} onClick={() => zoomBy(state, 1)}>
          <span aria-hidden="true">+</span>
        </button>
      </div>
      {held?.state === "shown" && held.picture.warnings.length > 0 && (
        <ul class="notes warn-notes picture-notes">
          {held.picture.warnings.map((warning) => (
            <li key={warning}>{warning}</li>
          ))}
        </ul>
      )}
      <Sheet state={state}>
        {held?.state === "shown" ? (
          <img
            src={held.picture.url}
            alt={say("pictureOf", { page })}
            draggable={false}
            style={{ width: `${zoom.value * 100}%` }}
          />
        ) : (
          <p class={held?.state === "failed" ? "fault" : "quiet-text"}>
            {held?.state === "failed" ? say("pictureNone", { why: held.fault.message }) : say("pictureLoading")}
          </p>
        )}
      </Sheet>
    </div>
  );
}

/** A place that scrolls, by dragging too, and zooms with the wheel while Ctrl is held. */
function Sheet({ state, children }: { state: ConsoleState; children: ComponentChildren }) {
  const place = useRef<HTMLElement>(null);
  useEffect(() => {
    const element = place.current;
    if (element === null) return;
    const onWheel = (event: WheelEvent) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      zoomBy(state, event.deltaY < 0 ? 1 : -1);
    };
    element.addEventListener("wheel", onWheel, { passive: false });
    return () => element.removeEventListener("wheel", onWheel);
  }, [state]);
  return (
    <section
      ref={place}
      class="sheet"
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by the keyboard
      tabIndex={0}
      aria-label={state.say.value("picture")}
      onPointerDown={(event) => {
        if (event.pointerType === "mouse" && event.button === 0) event.currentTarget.setPointerCapture(event.pointerId);
      }}
      onPointerMove={(event) => {
        if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
        event.currentTarget.scrollLeft -= event.movementX;
        event.currentTarget.scrollTop -= event.movementY;
      }}
    >
      {children}
    </section>
  );
}
