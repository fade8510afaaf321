import { type Box, intersection } from "./coverage.ts";

/** The part of a page that can currently be drawn on, as a bounding box. */
export interface ClipStack {
  /** `undefined` when nothing drawn now can be seen. */
  current(): Box | undefined;
  /** Whether something with these bounds and this opacity can be seen. */
  shows(bounds: Box, alpha: number): boolean;
  push(bounds: Box): void;
  pop(): void;
  /** What is drawn until `endMask` shapes a mask and is not seen itself. */
  beginMask(): void;
  /** The mask clips what follows, until the next `pop`. */
  endMask(): void;
}

export function createClipStack(page: Box): ClipStack {
  const clips: Array<Box | undefined> = [page];
  let masks = 0;
  const current = () => (masks > 0 ? undefined : clips.at(-1));
  return {
    current,
    shows(bounds, alpha) {
      const area = alpha > 0 ? current() : undefined;
      return area !== undefined && intersection(area, widened(bounds)) !== undefined;
    },
    push(bounds) {
      const clip = clips.at(-1);
      clips.push(clip && intersection(clip, bounds));
    },
    pop() {
      if (clips.length > 1) clips.pop();
    },
    beginMask() {
      masks += 1;
    },
    endMask() {
      masks = Math.max(0, masks - 1);
      clips.push(clips.at(-1));
    },
  };
}

/** Hairlines have bounds without an area, yet they are seen. */
const widened = ([left, top, right, bottom]: Box): Box => [left - 0.01, top - 0.01, right + 0.01, bottom + 0.01];
