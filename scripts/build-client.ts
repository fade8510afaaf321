/**
 * Builds `dist/client/`: one JavaScript module for Node and Bun, its type declarations, and a manifest of its own,
 * so that a backend can install the client without the service's dependencies.
 */
import { rm } from "node:fs/promises";
import { resolve } from "node:path";
import manifest from "../package.json" with { type: "json" };

const root = resolve(import.meta.dir, "..");
const outdir = resolve(root, "dist/client");

await rm(outdir, { recursive: true, force: true });
await Bun.build({
  entrypoints: [resolve(root, "src/client.ts")],
  outdir,
  target: "node",
  format: "esm",
  external: ["zod", "zod/mini"],
});
const types = Bun.spawnSync(["bun", "x", "--no-install", "tsc", "--project", "tsconfig.client.json"], {
  cwd: root,
  stdio: ["ignore", "inherit", "inherit"],
});
if (!types.success) process.exit(1);
// The compiler leaves the sources' extension in declarations, where older compilers refuse it.
for await (const file of new Bun.Glob("**/*.d.ts").scan({ cwd: outdir, absolute: true })) {
  const declarations = await Bun.file(file).text();
  await Bun.write(file, declarations.replace(/(from "\.[^"]+)\.ts"/g, '$1.js"'));
}
await Bun.write(
  resolve(outdir, "package.json"),
  `${JSON.stringify(
    {
      name: `${manifest.name}-client`,
      version: manifest.version,
      description: "Typed client of the OCR sidecar",
      license: manifest.license,
      type: "module",
      engines: { node: ">=20.3" },
      exports: { ".": { types: "./client.d.ts", default: "./client.js" } },
      dependencies: { zod: `^${manifest.dependencies.zod}` },
    },
    null,
    2,
  )}\n`,
);
