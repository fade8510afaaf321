/**
 * The text of a fault with every path reduced to its last part: it reaches callers and status pages, which
 * must not learn how the server's file system is laid out.
 */
export function withoutPaths(fault: unknown): string {
  const text = fault instanceof Error ? fault.message : String(fault);
  return text.replaceAll(/(?:file:\/\/)?(?:\/[^\s/:"'()]+)+\/([^\s/:"'()]*)/g, "$1").trim();
}
