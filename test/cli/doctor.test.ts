import { describe, expect, test } from "bun:test";
import { type DoctorTarget, runDoctor } from "../../src/cli/doctor-command.ts";
import { SidecarClientError } from "../../src/client/client-error.ts";
import { createSidecarClient } from "../../src/client.ts";
import { refusalOf } from "../support/refusal-of.ts";

const never = new AbortController().signal;
const health = { status: "ok", engine: "np-dms-ocr", ocrModel: "model", ollamaUrl: "", version: "1.2.3" };
const report = (ollama: "known" | "not-configured") => ({
  ...{ policy: "auto", decision: { keepAliveSeconds: 0, reason: "r" }, headroom: { known: false } },
  ...{ sources: { ollama: { state: ollama }, nvidiaSmi: { state: "known" } }, loadedModels: [] },
});
const ready = (ollama: "ready" | "failed") => ({ ready: true, components: { ollama: { state: ollama } } });

/** What the doctor says of a service whose health and whose client answer so; `path` stands behind the address. */
async function examine(answers: Partial<DoctorTarget["client"]>, body: unknown = health, path = "", signal = never) {
  using service = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    fetch: (request) =>
      new URL(request.url).pathname === "/health" ? Response.json(body) : new Response("", { status: 404 }),
  });
  const lines: string[] = [];
  const terminal = {
    hasStatusLine: false,
    print: async (line: string) => void lines.push(line),
    report: () => undefined,
    showStatus: () => undefined,
    clearStatus: () => undefined,
  };
  const baseUrl = `http://127.0.0.1:${service.port}${path}`;
  const client = { ...createSidecarClient({ baseUrl }), ...answers };
  const code = await runDoctor({ baseUrl, hasKey: true, client }, terminal, signal);
  return { code, lines };
}

const saidOf = (lines: readonly string[], subject: string) => lines.find((line) => line.includes(` ${subject}: `));

describe("the doctor", () => {
  test("finds a service behind an address with a slash, and nothing wrong with it", async () => {
    const well = { residency: async () => report("known"), ready: async () => ready("ready") as never };
    const { code, lines } = await examine(well, health, "/");
    expect(saidOf(lines, "reachable")).toContain("is an OCR sidecar 1.2.3 for model");
    expect(saidOf(lines, "access")).toBe("ok      access: the key is accepted");
    expect([code, lines.filter((line) => line.startsWith("PROBLEM"))]).toEqual([0, []]);
  });

  test.each([
    ["is a problem where there is one", "known", "PROBLEM"],
    ["is none where none is wanted", "not-configured", "note   "],
  ] as const)("says that an Ollama that fails %s", async (_, ollama, mark) => {
    const { code, lines } = await examine({
      residency: async () => report(ollama),
      ready: async () => ready("failed"),
    });
    expect(saidOf(lines, "Ollama")).toStartWith(mark);
    expect(code).toBe(mark === "PROBLEM" ? 1 : 0);
  });

  test("goes on where the key is not accepted, as if there were an Ollama", async () => {
    const refused = async () => {
      throw new SidecarClientError("unauthorized", "No.", { status: 401 });
    };
    const { code, lines } = await examine({ residency: refused, ready: async () => ready("failed") });
    expect(saidOf(lines, "access")).toStartWith("PROBLEM access: the key is not accepted");
    expect(saidOf(lines, "Ollama")).toStartWith("PROBLEM");
    expect(code).toBe(1);
  });

  test("says what answers instead, and asks it nothing more", async () => {
    const nobody = async () => expect.unreachable();
    const { code, lines } = await examine({ residency: nobody, ready: nobody }, { hello: 1 });
    expect([code, lines.length]).toEqual([1, 1]);
    expect(lines[0]).toContain("something else answers");
  });

  test("is interrupted wherever it is", async () => {
    const caller = new AbortController();
    const leave = async () => {
      caller.abort(new Error("interrupted"));
      throw new Error("reset");
    };
    expect(await refusalOf(examine({ residency: leave, ready: leave }, health, "", caller.signal))).toHaveProperty(
      "message",
      "interrupted",
    );
    const gone = AbortSignal.abort(new Error("interrupted"));
    expect(await refusalOf(examine({}, health, "", gone))).toHaveProperty("message", "interrupted");
  });
});
