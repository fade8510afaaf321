import { afterAll, beforeAll, describe, expect, test } from "bun:test";
import { mkdtempDisposable } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildConsole } from "../../src/http/console/console-build.ts";
import { createConsoleFiles, readConsole, writeConsole } from "../../src/http/console/console-files.ts";
import { captureLog } from "../support/captured-log.ts";
import { startSidecar, type TestSidecar } from "../support/sidecar.ts";
import { repository } from "../support/tracked-files.ts";

let sidecar: TestSidecar;

beforeAll(async () => {
  sidecar = await startSidecar();
});

afterAll(() => sidecar[Symbol.asyncDispose]());

/** Without a key, as browsers ask. */
const get = (path: string, init?: RequestInit) => fetch(sidecar.url + path, init);
const addressesIn = (html: string) =>
  [...html.matchAll(/(?:href|src|data-notices)="([^"]+)"/g)].map(([, path]) => path ?? "");

describe("GET /console", () => {
  test("is a page for everybody that lets nothing in but this service's files, and may be framed by nobody", async () => {
    const response = await get("/console");
    expect(response.status).toBe(200);
    expect(response.headers.get("Content-Type")).toBe("text/html; charset=utf-8");
    expect(response.headers.get("X-Content-Type-Options")).toBe("nosniff");
    const policy = new Map(
      (response.headers.get("Content-Security-Policy") ?? "").split("; ").map((rule) => {
        const [name = "", ...values] = rule.split(" ");
        return [name, values.join(" ")];
      }),
    );
    expect(Object.fromEntries(policy)).toMatchObject({
      "default-src": "'none'",
      "script-src": "'self'",
      "style-src": "'self'",
      "connect-src": "'self'",
      "frame-ancestors": "'none'",
      "require-trusted-types-for": "'script'",
    });
    const html = await response.text();
    expect(html).not.toMatch(/<script(?![^>]* src=)|<style|\son\w+=|\sstyle=|https?:/);
  });

  test("names files that are there, have a hash in their names, and are kept for ever", async () => {
    const addresses = addressesIn(await (await get("/console")).text()).filter((path) => path.startsWith("console/"));
    expect(addresses).toHaveLength(6);
    for (const address of addresses) {
      const response = await get(`/${address}`);
      expect([address, response.status]).toEqual([address, 200]);
      expect(response.headers.get("Cache-Control")).toBe("public, max-age=31536000, immutable");
      expect(address).toMatch(/^console\/[\w-]+\.[\w-]{12}\.(js|css|ttf|txt|svg)$/);
      expect((await response.bytes()).byteLength).toBe(Number(response.headers.get("Content-Length")));
    }
  });

  test("is asked for each time, and not sent again while it is the same", async () => {
    const first = await get("/console");
    expect(first.headers.get("Cache-Control")).toBe("no-cache");
    const etag = first.headers.get("ETag") ?? "";
    const second = await get("/console", { headers: { "If-None-Match": etag } });
    expect([second.status, await second.text()]).toEqual([304, ""]);
  });

  test("says whether a key is asked, and nothing of the keys", async () => {
    expect(await (await get("/console")).text()).toContain('data-key="asked"');
    await using open = await startSidecar({ OCR_SIDECAR_AUTH: "network" });
    expect(await (await fetch(`${open.url}/console`)).text()).toContain('data-key="none"');
  });

  test.each(["/console/other.js", "/console/..%2f..%2fpackage.json", "/console/%00"])(
    "%s is no part of it",
    async (path) => {
      const response = await get(path);
      expect([response.status, (await response.json()).code]).toEqual([404, "route_not_found"]);
    },
  );

  test("is found under its name with a slash too", async () => {
    const response = await get("/console/", { redirect: "manual" });
    expect([response.status, response.headers.get("Location")]).toEqual([308, "../console"]);
    expect((await get("/console", { method: "POST" })).status).toBe(405);
  });
});

describe("the build", () => {
  test("holds at most 250 kB of JavaScript, 90 compressed", async () => {
    const { files, script } = await buildConsole();
    const body = files.find(({ name }) => name === script)?.body ?? new Uint8Array();
    expect(body.byteLength).toBeGreaterThan(50_000);
    expect(body.byteLength).toBeLessThanOrEqual(250_000);
    expect(Bun.gzipSync(body, { level: 9 }).byteLength).toBeLessThanOrEqual(90_000);
  });

  test("that fails says what to do, and is tried again", async () => {
    const failures = [new Error("preact is not there")];
    const files = createConsoleFiles(() => {
      const failure = failures.pop();
      return failure === undefined ? buildConsole() : Promise.reject(failure);
    });
    await using log = await captureLog();
    expect(await files().catch((error: unknown) => error)).toMatchObject({
      code: "internal_error",
      message: expect.stringContaining("install all dependencies"),
    });
    expect(log.records).toMatchObject([{ level: "error", properties: { reason: "preact is not there" } }]);
    expect((await files()).script).toMatch(/^console\./);
  });

  test("is the same when it was written to a folder, as images do, and read from there", async () => {
    await using folder = await mkdtempDisposable(join(tmpdir(), "console-"));
    await writeConsole(folder.path);
    expect(await readConsole(folder.path)).toEqual(await buildConsole());
  });

  test("holds the licence of everything in it", async () => {
    const { files, notices } = await buildConsole();
    const text = new TextDecoder().decode(files.find(({ name }) => name === notices)?.body);
    expect(text).toContain("SIL OPEN FONT LICENSE");
    const imported = new Set<string>();
    for (const folder of ["console", "src/client"]) {
      for await (const path of new Bun.Glob("**/*.{ts,tsx}").scan({ cwd: join(repository, folder), absolute: true })) {
        const transpiler = new Bun.Transpiler({ loader: path.endsWith("x") ? "tsx" : "ts" });
        for (const { path: target } of transpiler.scanImports(await Bun.file(path).text())) {
          const name = /^(@[^/]+\/[^/]+|[^./][^/]*)/.exec(target)?.[1];
          if (name !== undefined) imported.add(name);
        }
      }
    }
    // What this look takes for the runtime of JSX; the bundler takes preact's.
    imported.delete("react");
    expect([...imported].sort()).toContain("preact");
    const headed = `\n${text.toLowerCase()}`;
    expect([...imported].filter((name) => !headed.includes(`\n${name}\n=`))).toEqual([]);
  });
});
