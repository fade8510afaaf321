import { describe, expect, test } from "bun:test";
import { resolve } from "node:path";
import { findSecrets } from "../support/find-secrets.ts";
import { listRepositoryFiles, repository } from "../support/tracked-files.ts";

/** As good as random, and the same in every run. */
const digest = (encoding: "base64" | "hex") => new Bun.CryptoHasher("sha256").update("a key").digest(encoding);

/** Put together here, so that this file itself holds nothing that looks like a secret. */
const secrets: ReadonlyArray<[what: string, line: string]> = [
  ["a key in an environment file", `OCR_SIDECAR_API_KEY=${crypto.randomUUID()}`],
  ["a password in YAML", `  password: ${["hunter", "2hunter"].join("")}`],
  ["a default in compose", `  OCR_SIDECAR_API_KEY: "${["change", "-me-now"].join("")}"`],
  ["a literal in a program", `const ${"apiKey"} = "${["my", "-own-key"].join("")}";`],
  ["a private key", ["-----BEGIN RSA PRIVATE", "KEY-----"].join(" ")],
  ["a token with a known prefix", `const x = "${["gh", "p_"].join("")}${"a1B2".repeat(8)}"`],
  ["credentials in an address", `OLLAMA_API_URL=${["http://", "user:pass", "@host"].join("")}`],
  ["random base64", `x = "${digest("base64")}"`],
  ["random hexadecimal", `x = "${digest("hex")}"`],
];

const harmless: readonly string[] = [
  "#OCR_SIDECAR_API_KEY=",
  ["  OCR_SIDECAR_API_KEY: ", "{OCR_SIDECAR_API_KEY:-}"].join("$"),
  "const key = await createKeyRing({ apiKey: env.OCR_SIDECAR_API_KEY });",
  "| `OCR_SIDECAR_API_KEY_FILE` | | file with accepted keys, read again when it changes |",
  'import { createOllamaClient } from "../ollama/client.ts";',
  "http://host.docker.internal:11434",
];

describe("the scan for secrets", () => {
  test.each(secrets)("finds %s", (_what, line) => {
    expect(findSecrets("src/file.ts", line)).not.toBeEmpty();
  });

  test.each(harmless)("lets pass: %s", (line) => {
    expect(findSecrets("src/file.ts", line)).toEqual([]);
  });

  test("finds none in the repository", async () => {
    // bun.lock holds the hashes of packages.
    const paths = (await listRepositoryFiles()).filter((path) => path !== "bun.lock");
    const found = await Promise.all(
      paths.map(async (path) => {
        const bytes = await Bun.file(resolve(repository, path)).bytes();
        // Pictures and packed files hold NUL, and anything that looks random.
        return bytes.includes(0) ? [] : findSecrets(path, Buffer.from(bytes).toString());
      }),
    );
    expect(paths.length).toBeGreaterThan(100);
    expect(found.flat()).toEqual([]);
  });
});
