/** Vision models fail on a picture with a side shorter than this. */
const leastSidePx = 28;
/** And on one whose sides are further apart. */
const mostAspect = 200;

interface Size {
  widthPx: number;
  heightPx: number;
}

/** The smallest picture that holds one of this size and that a model can see. */
export function leastSides({ widthPx, heightPx }: Size): Size {
  const least = Math.max(leastSidePx, Math.ceil(Math.max(widthPx, heightPx) / mostAspect));
  return { widthPx: Math.max(widthPx, least), heightPx: Math.max(heightPx, least) };
}
