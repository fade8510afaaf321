import { describe, expect, test } from "bun:test";
import { dirname, relative, resolve } from "node:path";

const root = resolve(import.meta.dir, "../src");
const transpiler = new Bun.Transpiler({ loader: "ts" });

/** Which rooms a room may import besides itself and the files of the ground floor. */
const allowed: Record<string, readonly string[]> = {
  pdf: [],
  ollama: [],
  tesseract: [],
  gpu: ["ollama"],
  ocr: ["pdf", "ollama", "tesseract"],
  retrieval: [],
  http: ["ocr", "retrieval", "gpu", "pdf", "ollama"],
  client: [],
  cli: ["client"],
};

/** Files outside the rooms that every room may import. */
const groundFloor = ["errors.ts"];

/** Outside libraries that only one room or file may name. */
const owners: ReadonlyArray<{ library: RegExp; owner: RegExp }> = [
  { library: /^mupdf/, owner: /^pdf\/(worker|engine)/ },
  { library: /^hono|^@hono\//, owner: /^http\// },
  { library: /^@huggingface\/|^onnxruntime/, owner: /^retrieval\// },
  { library: /^tesseract/, owner: /^tesseract\// },
];

const files = [...new Bun.Glob("**/*.ts").scanSync(root)].sort();
const roomOf = (file: string) => (file.includes("/") ? (file.split("/")[0] ?? "") : "");

async function importsOf(file: string): Promise<string[]> {
  const source = await Bun.file(resolve(root, file)).text();
  const typeImports = [...source.matchAll(/^(?:import|export) type [^;]*? from "([^"]+)"/gms)].map(
    (match) => match[1] ?? "",
  );
  return [...transpiler.scanImports(source).map((entry) => entry.path), ...typeImports];
}

const inside = (file: string, path: string) => relative(root, resolve(root, dirname(file), path));

describe("the house", () => {
  test.each(files.filter((file) => roomOf(file) !== ""))("%s imports only from rooms below it", async (file) => {
    const room = roomOf(file);
    const local = (await importsOf(file)).filter((path) => path.startsWith(".")).map((path) => inside(file, path));
    const forbidden = local.filter((target) => {
      const targetRoom = roomOf(target);
      if (targetRoom === "") return !groundFloor.includes(target);
      return targetRoom !== room && !(allowed[room] ?? []).includes(targetRoom);
    });
    expect(forbidden).toEqual([]);
  });

  test.each(files)("%s leaves outside libraries to their owners", async (file) => {
    const outside = (await importsOf(file)).filter((path) => !path.startsWith("."));
    const trespasses = outside.filter((path) =>
      owners.some(({ library, owner }) => library.test(path) && !owner.test(file)),
    );
    expect(trespasses).toEqual([]);
  });

  test.each(files.filter((file) => roomOf(file) === "client" || file === "client.ts"))(
    "%s runs wherever a backend runs: zod is all it imports, and Bun is not mentioned",
    async (file) => {
      const outside = (await importsOf(file)).filter((path) => !path.startsWith("."));
      expect(outside.filter((path) => path !== "zod")).toEqual([]);
      expect(await Bun.file(resolve(root, file)).text()).not.toMatch(/\bBun\.|\bprocess\./);
    },
  );

  test("only env.ts reads the environment of the process", async () => {
    const readers: string[] = [];
    for (const file of files) {
      const source = await Bun.file(resolve(root, file)).text();
      if (/process\.env|Bun\.env/.test(source)) readers.push(file);
    }
    expect(readers).toEqual(["env.ts"]);
  });
});
