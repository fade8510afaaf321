interface Size {
  widthPx: number;
  heightPx: number;
}

/** The engine halves a picture no more often. */
const mostHalvings = 6;
/** By which a picture may grow when it is fitted to the grid of pixels. */
const growthPx = 2;

/**
 * What the engine makes of a picture that it can decode piece by piece: it halves the sides as long as they stay larger
 * than they are drawn (mupdf 1.28.1, `fz_get_pixmap_from_image`).
 */
export function decodedSize({ widthPx, heightPx }: Size, drawn: Size): Size {
  const [width, height] = [Math.trunc(drawn.widthPx), Math.trunc(drawn.heightPx)];
  let halvings = 0;
  while (
    width > 0 &&
    height > 0 &&
    halvings < mostHalvings &&
    widthPx >> (halvings + 1) >= width + growthPx &&
    heightPx >> (halvings + 1) >= height + growthPx
  ) {
    halvings += 1;
  }
  return { widthPx: Math.ceil(widthPx / 2 ** halvings), heightPx: Math.ceil(heightPx / 2 ** halvings) };
}
