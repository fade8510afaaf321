import { resolve } from "node:path";

/** The folder of the repository. */
export const repository = resolve(import.meta.dir, "../..");

/** Paths of all files that git would take into a commit here: tracked ones, and new ones that are not ignored. */
export async function listRepositoryFiles(): Promise<string[]> {
  const git = Bun.spawn(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard", "--deduplicate"], {
    cwd: repository,
  });
  const listed = (await new Response(git.stdout).text()).split("\0").filter((path) => path !== "");
  const there = await Promise.all(listed.map((path) => Bun.file(resolve(repository, path)).exists()));
  return listed.filter((_, index) => there[index]);
}
