import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { createHash } from "node:crypto";
import { createSidecarClient } from "../../src/client/sidecar-client.ts";
import { createApp } from "../../src/http/app.ts";
import type { Services } from "../../src/http/services.ts";
import { numberedDrawing } from "../support/numbered-drawing.ts";
import { buildPdf } from "../support/pdf-builder.ts";
import { scan } from "../support/scan.ts";
import { type TestSidecar, testKey } from "../support/sidecar.ts";
import { type SidecarWithOllama, startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";
import { wireService } from "../support/wired-service.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(60_000);

type Bytes = Uint8Array<ArrayBuffer>;

const formOf = (file: Bytes, fields: Record<string, string>) => {
  const form = new FormData();
  form.set("file", new Blob([file]));
  for (const [name, value] of Object.entries(fields)) form.set(name, value);
  return form;
};

const ask = (sidecar: TestSidecar, file: Bytes, fields: Record<string, string>, init: RequestInit = {}) =>
  sidecar.call("/page-image", { ...init, method: "POST", body: formOf(file, fields) });

const sha256 = async (response: Response) => {
  expect(response.status).toBe(200);
  return createHash("sha256")
    .update(new Uint8Array(await response.arrayBuffer()))
    .digest("hex");
};

/** What the model has been given, picture by picture. */
const seen = ({ fake }: SidecarWithOllama) => fake.pages.map(({ images }) => images[0]?.sha256);

const figures = ({ headers }: Response) =>
  ["Content-Type", "X-Page-Rotation", "X-Page-Tiles", "X-Page-Warnings"].map((name) => headers.get(name));

describe("a page that is asked for", () => {
  test("comes as the very picture that the model is given, also while that is busy, and costs it nothing", async () => {
    await using world = await startWithOllama();
    const { sidecar, fake } = world;
    await sidecar.upload(scan(2), { engine: "np-dms-ocr" });
    fake.fail("hang");
    const hanging = sidecar.upload(scan(1, "another"), {}, { signal: AbortSignal.timeout(60_000) });
    await until(() => fake.pages.length === 3);
    const response = await ask(sidecar, scan(2), { page: "2" });
    expect(figures(response)).toEqual(["image/png", "0", null, null]);
    expect(response.headers.get("Cache-Control")).toBe("no-store");
    expect(await sha256(response)).toBe(seen(world)[1] ?? "");
    expect(fake.pages).toHaveLength(3);
    await sidecar.server.stop(0);
    await hanging.catch(() => undefined);
  });

  test("and read in pieces comes as each of them, and as a whole", async () => {
    const { pdf } = numberedDrawing({ widthMm: 420, heightMm: 594, notes: 40, marks: false });
    await using world = await startWithOllama();
    const { sidecar } = world;
    await sidecar.upload(pdf, { engine: "np-dms-ocr" });
    const pieces = seen(world);
    for (const index of [0, pieces.length - 1]) {
      const response = await ask(sidecar, pdf, { page: "1", tile: String(index + 1) });
      expect(figures(response)).toEqual(["image/png", "0", String(pieces.length), null]);
      expect(await sha256(response)).toBe(pieces[index] ?? "");
    }
    const whole = await ask(sidecar, pdf, { page: "1", tile: "" });
    expect(figures(whole)).toEqual(["image/png", "0", String(pieces.length), null]);
    expect(new DataView(await whole.arrayBuffer()).getUint32(20)).toBe(1800);
    const beyond = await ask(sidecar, pdf, { page: "1", tile: String(pieces.length + 1) });
    expect(beyond.status).toBe(400);
    expect(await beyond.json()).toMatchObject({ code: "invalid_request", errors: [{ path: "tile" }] });
  });

  test("and lies on its side is turned as for the model, or shown as it lies", async () => {
    const lines = Array.from(
      { length: 14 },
      (_, line) => `Line ${line + 1}: the contractor shall submit the drawings.`,
    );
    const turned = buildPdf([{ kind: "scan", lines, rotation: 90 }]);
    await using world = await startWithOllama({}, { OCR_AUTO_ROTATE: "true" });
    const client = createSidecarClient({ baseUrl: world.sidecar.url, apiKey: testKey });
    await world.sidecar.upload(turned);
    const upright = await client.pageImage({ file: turned, page: 1 });
    expect(upright).toMatchObject({ rotation: 270, warnings: [] });
    expect(createHash("sha256").update(upright.png).digest("hex")).toBe(seen(world)[0] ?? "");
    const asItLies = await client.pageImage({ file: turned, page: 1, upright: false });
    expect(asItLies.rotation).toBe(0);
    expect(asItLies.png).not.toEqual(upright.png);
  });
});

describe("a page that cannot be shown", () => {
  test.each([
    [{}, "page"],
    [{ page: "0" }, "page"],
    [{ page: "3" }, "page"],
    [{ page: "1.5" }, "page"],
    [{ page: "one" }, "page"],
    [{ page: "1", tile: "0" }, "tile"],
    [{ page: "1", tile: "1" }, "tile"],
    [{ page: "1", upright: "perhaps" }, "upright"],
  ] as const)("for what was asked (%j) is refused, and says so of the field", async (fields, path) => {
    await using service = await wireService();
    const response = await requestOf(service.services, scan(2), fields);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "invalid_request", errors: [{ path }] });
    expect(service.services.spool.status()).toEqual({ files: 0, bytes: 0 });
  });

  test.each([
    ["a letter", new TextEncoder().encode("Hello, I am a letter."), {}, 415, "unsupported_file_type"],
    ["a damaged file", new TextEncoder().encode("%PDF-1.7\nnothing of use"), {}, 422, "document_damaged"],
    ["one too large", new Uint8Array(1024 * 1024 + 1), {}, 413, "file_too_large"],
    ["an order to keep the model", scan(1), { keep_alive: "5m" }, 400, "keep_alive_not_allowed"],
  ] as const)("because the file is %s is refused as by /ocr-upload", async (_, file, fields, status, code) => {
    await using service = await wireService({ MAX_UPLOAD_MB: "1" });
    const response = await requestOf(service.services, file, { page: "1", ...fields });
    expect(response.status).toBe(status);
    expect(await response.json()).toMatchObject({ code });
    expect(service.services.spool.status()).toEqual({ files: 0, bytes: 0 });
  });

  test("without a key is refused before anything is received", async () => {
    await using service = await wireService();
    const response = await requestOf(service.services, scan(1), { page: "1" }, { headers: { "X-API-Key": "wrong" } });
    expect(response.status).toBe(401);
    expect(service.services.spool.status()).toEqual({ files: 0, bytes: 0 });
  });

  test("because its caller has gone is drawn no further", async () => {
    await using service = await wireService();
    const drawing = Promise.withResolvers<AbortSignal>();
    const drawPage: Services["drawPage"] = (_document, _wanted, signal) => {
      drawing.resolve(signal);
      return new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason), { once: true }));
    };
    const caller = new AbortController();
    const response = requestOf({ ...service.services, drawPage }, scan(1), { page: "1" }, { signal: caller.signal });
    const signal = await drawing.promise;
    expect(signal.aborted).toBe(false);
    caller.abort();
    await Promise.resolve(response).catch(() => undefined);
    expect(signal.reason).toMatchObject({ code: "client_gone" });
    await until(() => service.services.spool.status().files === 0);
    await until(() => service.services.inFlight.count === 0);
  });
});

test("a picture counts until its reader has taken it, and is broken off for others", async () => {
  await using service = await wireService();
  const { outgoing } = service.services;
  const png = crypto.getRandomValues(new Uint8Array(65_536));
  const large = new Uint8Array(20 * png.byteLength);
  for (let at = 0; at < large.length; at += png.length) large.set(png, at);
  const drawPage: Services["drawPage"] = async () => ({
    picture: { png: large, widthPx: 1, heightPx: 1, ink: 1, warnings: ["a part is missing"] },
    turnDegrees: 90,
    tiles: 0,
  });
  const services = { ...service.services, drawPage };
  const taken = await requestOf(services, scan(1), { page: "1" });
  expect(figures(taken)).toEqual(["image/png", "90", "0", '["a part is missing"]']);
  expect(outgoing.heldBytes()).toBe(large.byteLength);
  expect(new Uint8Array(await taken.arrayBuffer())).toEqual(large);
  expect(outgoing.heldBytes()).toBe(0);
  const left = await requestOf(services, scan(1), { page: "1" });
  await left.body?.cancel();
  expect(outgoing.heldBytes()).toBe(0);
  const slow = await requestOf(services, scan(1), { page: "1" });
  outgoing.add({ heldBytes: () => 96 * 1024 * 1024, letGo: () => undefined });
  expect(await slow.arrayBuffer().catch((error: Error) => error.message)).toBe(
    "answers of all callers are too large for their readers",
  );
});

function requestOf(services: Services, file: Bytes, fields: Record<string, string>, init: RequestInit = {}) {
  const request = { method: "POST", body: formOf(file, fields), headers: { "X-API-Key": testKey }, ...init };
  return createApp(services).request("/page-image", request, {});
}
