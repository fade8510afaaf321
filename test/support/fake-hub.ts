/** A file of a fake repository; large ones are given with a SHA-256, small ones with Git's SHA-1. */
export interface FakeHubFile {
  content: Uint8Array;
  large?: boolean;
  /** Sent instead of the content. */
  sent?: Uint8Array;
  /** Sent from its beginning, whatever is asked for. */
  alwaysWhole?: boolean;
}

export interface FakeHub extends Disposable {
  url: string;
  /** Requests for files: path and the `Range` that was asked for. */
  fetched: string[];
}

export const fakeCommit = "0123456789".repeat(4);

/** A hub on loopback with these repositories; answers 404 to everything that the real one does not have. */
export function fakeHub(repositories: Readonly<Record<string, Readonly<Record<string, FakeHubFile>>>>): FakeHub {
  const fetched: string[] = [];
  const server = Bun.serve({
    hostname: "127.0.0.1",
    port: 0,
    fetch(request) {
      const { pathname, searchParams } = new URL(request.url);
      const [, name = "", revision] = /^\/api\/models\/(.+)\/revision\/([^/]+)$/.exec(pathname) ?? [];
      const repository = repositories[name];
      if (repository !== undefined && (revision === "main" || revision === fakeCommit)) {
        return searchParams.get("blobs") === "true" ? Response.json(listing(repository)) : notFound();
      }
      const [, model = "", commit, file = ""] = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(pathname) ?? [];
      const found = repositories[model]?.[file];
      if (found === undefined || commit !== fakeCommit) return notFound();
      const range = request.headers.get("range");
      fetched.push(range === null ? file : `${file} ${range}`);
      const sent = found.sent ?? found.content;
      const asked = /^bytes=(\d+)-$/.exec(range ?? "")?.[1];
      if (asked === undefined || found.alwaysWhole) return new Response(Buffer.from(sent));
      return new Response(Buffer.from(sent.subarray(Number(asked))), { status: 206 });
    },
  });
  return { url: `http://127.0.0.1:${server.port}`, fetched, [Symbol.dispose]: () => void server.stop(true) };
}

const listing = (repository: Readonly<Record<string, FakeHubFile>>) => ({
  id: "not read",
  sha: fakeCommit,
  siblings: Object.entries(repository).map(([rfilename, { content, large }]) => ({
    rfilename,
    size: content.byteLength,
    blobId: hash("sha1", Buffer.concat([Buffer.from(`blob ${content.byteLength}\0`), content])),
    ...(large ? { lfs: { sha256: hash("sha256", content), size: content.byteLength, pointerSize: 134 } } : {}),
  })),
});

const hash = (algorithm: "sha1" | "sha256", content: Uint8Array) =>
  new Bun.CryptoHasher(algorithm).update(content).digest("hex");

const notFound = () => new Response("Not found", { status: 404 });
