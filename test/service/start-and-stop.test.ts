import { expect, setDefaultTimeout, test } from "bun:test";
import { resolve } from "node:path";
import { buildPdf } from "../support/pdf-builder.ts";
import { readmeLine } from "../support/readme-line.ts";
import { startCommand } from "../support/started-command.ts";
import { repository } from "../support/tracked-files.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

/** What the README's first line starts, without what it installs before. */
const readmeCommand = async () => ["bash", "-c", (await readmeLine("start")).split(" && ").at(-1) ?? ""];

test("the README's first line starts a service that answers at once and reads an upload without a key", async () => {
  await using service = await startCommand({ command: await readmeCommand(), cwd: repository });
  // The aim is 0.5 s; the bound is for machines that do much else at the same time.
  expect(service.startupMs).toBeLessThan(5000);

  const form = new FormData();
  const sentence = "This page was typed and needs nobody to look at it. ".repeat(4);
  form.set("file", new Blob([buildPdf([{ kind: "text", lines: [sentence] }])]), "doc.pdf");
  const response = await fetch(`${service.url}/ocr-upload`, { method: "POST", body: form });
  expect(response.status).toBe(200);
  expect(await response.json()).toMatchObject({ pageCount: 1, engineUsed: "fast-path" });
}, 30_000);

test.each(["SIGTERM", "SIGINT"] as const)(
  "%s ends the service with exit code 0",
  async (signal) => {
    await using service = await startCommand({ command: await readmeCommand(), cwd: repository });
    service.child.kill(signal);
    expect(await service.child.exited).toBe(0);
    expect(await fetch(`${service.url}/health`).catch(() => "refused")).toBe("refused");
  },
  30_000,
);

test("a start without a key names the variable and ends with 78", async () => {
  const child = Bun.spawn([process.execPath, "src/main.ts"], {
    cwd: repository,
    env: { PATH: "/usr/bin:/bin" },
    stderr: "pipe",
  });
  expect(await child.exited).toBe(78);
  expect(await new Response(child.stderr).text()).toContain("OCR_SIDECAR_API_KEY");
}, 30_000);

test("the container's health check tells a service that answers from one that does not, or not within 3 s", async () => {
  const check = async (variables: Record<string, string>) => {
    const child = Bun.spawn([process.execPath, resolve(repository, "src/health-check.ts")], {
      cwd: "/",
      env: { PATH: "/usr/bin:/bin", OCR_SIDECAR_AUTH: "network", ...variables },
      stdout: "pipe",
      stderr: "pipe",
    });
    return child.exited;
  };
  await using service = await startCommand({ command: await readmeCommand(), cwd: repository });
  const OCR_PORT = String(service.port);
  expect(await check({ OCR_PORT })).toBe(0);
  expect(await check({ OCR_PORT, OCR_HOST: "127.0.0.1" })).toBe(0);
  expect(await check({ OCR_PORT, OCR_SIDECAR_AUTH: "nonsense" })).toBe(1);
  using sixth = Bun.serve({ hostname: "::1", port: 0, fetch: () => new Response("alive") });
  for (const OCR_HOST of ["::1", "::"]) expect(await check({ OCR_PORT: String(sixth.port), OCR_HOST })).toBe(0);

  service.child.kill("SIGTERM");
  await service.child.exited;
  expect(await check({ OCR_PORT })).toBe(1);

  using silent = Bun.listen({ hostname: "127.0.0.1", port: 0, socket: { data: () => {} } });
  expect(await check({ OCR_PORT: String(silent.port) })).toBe(1);
}, 30_000);
