export interface ListView {
  /** Pixels scrolled from the top. */
  scrollTop: number;
  /** Pixels of the list that can be seen. */
  height: number;
  rowHeight: number;
  count: number;
}

/** Rows drawn above and below those that can be seen. */
const overscan = 4;

/** Which rows of a list of equal rows are drawn: from `first` to before `end`. */
export function visibleWindow({ scrollTop, height, rowHeight, count }: ListView): { first: number; end: number } {
  const first = Math.max(0, Math.min(count, Math.floor(scrollTop / rowHeight)) - overscan);
  const end = Math.min(count, Math.ceil((scrollTop + height) / rowHeight) + overscan);
  return { first, end: Math.max(first, end) };
}

/** Where to scroll so that a row can be seen whole; undefined when it can. */
export function scrollToShow(
  row: number,
  { scrollTop, height, rowHeight }: Omit<ListView, "count">,
): number | undefined {
  const [top, bottom] = [row * rowHeight, (row + 1) * rowHeight];
  if (top < scrollTop) return top;
  return bottom > scrollTop + height ? bottom - height : undefined;
}
