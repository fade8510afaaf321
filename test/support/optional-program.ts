/**
 * Where a program of the system is that only some tests need; undefined where it is not installed, and that is said
 * loudly.
 *
 * @param name also of Debian's package, unless `debianPackage` is given
 * @param tested what is not tested without it, as the beginning of a sentence
 * @throws Error when it is not installed and `CI_FULL=1` says that nothing may be left out
 */
export function findOptionalProgram(
  name: string,
  tested: string,
  { environment = process.env, debianPackage = name }: { environment?: NodeJS.ProcessEnv; debianPackage?: string } = {},
): string | undefined {
  // Debian keeps servers where the path of a user who is not root does not look.
  const path = Bun.which(name, { PATH: `${environment.PATH ?? ""}:/usr/sbin:/sbin` });
  if (path !== null) return path;
  const message = `NOT TESTED: ${tested}. There is no ${name}; install Debian's ${debianPackage}.`;
  if (environment.CI_FULL === "1") throw new Error(message);
  console.error(`!! ${message}`);
  return undefined;
}
