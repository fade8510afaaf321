import { z } from "zod";
import { messageOf } from "../../errors.ts";
import type { ModelName } from "./model-name.ts";

/** Where repositories are fetched from unless told otherwise. */
export const defaultHub = "https://huggingface.co";

const listing = z.object({
  sha: z.string().regex(/^[0-9a-f]{40}$/),
  siblings: z.array(
    z.object({
      rfilename: z.string(),
      size: z.number().int().nonnegative(),
      blobId: z.string().optional(),
      lfs: z.object({ sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullish(),
    }),
  ),
});

/** A file of a repository at one commit, with the digest that the hub gives for it. */
export interface HubFile {
  name: string;
  bytes: number;
  url: string;
  /** Large files have a SHA-256, small ones the SHA-1 that Git gives their content. */
  digest: { kind: "sha256" | "git-sha1"; hex: string };
}

export interface HubRepository {
  /** The commit that a branch or tag means now. */
  commit: string;
  files: HubFile[];
}

const listingTimeoutMs = 30_000;

/**
 * The files of a repository at a revision; `main` where none is named.
 * @throws Error with a sentence for a person
 */
export async function listRepository(hub: string, model: ModelName, signal: AbortSignal): Promise<HubRepository> {
  const revision = model.revision ?? "main";
  const url = `${hub}/api/models/${model.name}/revision/${revision}?blobs=true`;
  const timed = AbortSignal.any([signal, AbortSignal.timeout(listingTimeoutMs)]);
  const response = await fetch(url, { signal: timed }).catch((error: unknown) => {
    signal.throwIfAborted();
    throw new Error(`${new URL(hub).host} cannot be reached: ${messageOf(error)}`);
  });
  if (!response.ok) {
    throw new Error(`${new URL(hub).host} answers ${response.status} for ${model.name} in revision ${revision}`);
  }
  const parsed = listing.safeParse(await response.json().catch(() => undefined));
  if (!parsed.success) throw new Error(`${new URL(hub).host} lists ${model.name} in a form that is not known`);
  const { sha, siblings } = parsed.data;
  const files = siblings.flatMap(({ rfilename, size, blobId, lfs }): HubFile[] => {
    const hex = lfs?.sha256 ?? blobId;
    if (hex === undefined || rfilename.split("/").includes("..") || rfilename.startsWith("/")) return [];
    const digest = { kind: lfs ? "sha256" : "git-sha1", hex } as const;
    return [{ name: rfilename, bytes: size, url: `${hub}/${model.name}/resolve/${sha}/${rfilename}`, digest }];
  });
  return { commit: sha, files };
}
