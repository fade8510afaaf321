import { describe, expect, test } from "bun:test";
import { type Finding, judgeClock, judgeComponents, judgeKey, judgeVram } from "../../src/cli/findings.ts";
import type { Readiness } from "../../src/client/answers.ts";
import { SidecarClientError } from "../../src/client/client-error.ts";

const now = Date.parse("2026-03-01T12:00:00Z");

describe("what the doctor says", () => {
  test.each([
    ["Sun, 01 Mar 2026 12:00:00 GMT", "ok", "agrees"],
    ["Sun, 01 Mar 2026 12:00:05 GMT", "ok", "agrees"],
    ["Sun, 01 Mar 2026 12:00:06 GMT", "problem", "by 6 s; set up time synchronisation"],
    ["Sun, 01 Mar 2026 11:00:00 GMT", "problem", "by 3600 s"],
    ["soon", "note", "does not tell"],
    [null, "note", "does not tell"],
  ] as const)("about a clock of %p", (date, level, message) => {
    const finding = judgeClock(date, now);
    expect(finding.level).toBe(level);
    expect(finding.message).toContain(message);
  });

  test.each([
    ["an accepted key", undefined, true, "ok", "the key is accepted"],
    ["network mode", undefined, false, "ok", "asks for no key"],
    ["a wrong key", new SidecarClientError("unauthorized", "No."), true, "problem", "to one that the service has"],
    ["no key", new SidecarClientError("unauthorized", "No."), false, "problem", "set OCR_SIDECAR_API_KEY here"],
    ["a strange network", new SidecarClientError("peer_not_allowed", "Not you."), false, "problem", "Not you."],
  ] as const)("about %s", (_, fault, hasKey, level, message) => {
    const finding = judgeKey(fault, hasKey);
    expect(finding.level).toBe(level);
    expect(finding.message).toContain(message);
  });

  const said = (findings: Finding[]) =>
    Object.fromEntries(findings.map(({ subject, level, message }) => [subject, `${level}: ${message}`]));

  test("about components: ready, loading, failed and not reported", () => {
    const components: Readiness["components"] = {
      ollama: { state: "ready", version: "0.12.6" },
      ocrModel: { state: "failed", reason: "m is not installed: `ollama pull` it" },
      uploads: { state: "failed", reason: "it cannot be opened" },
      embedder: { state: "loading" },
      reranker: { state: "failed", reason: 'it is not there; "sidecar models" fetches it' },
    };
    expect(said(judgeComponents({ ready: false, components }, true))).toMatchObject({
      Ollama: "ok: answers (version 0.12.6)",
      "OCR model": "problem: m is not installed: `ollama pull` it",
      "upload base": expect.stringContaining("problem: it cannot be opened; mount the shared folder"),
      "embedding model": "note: is loading",
      "reranking model": 'problem: it is not there; "sidecar models" fetches it',
      "PDF processes": "note: this service does not report on it",
    });
  });

  test("about a service that has been given no Ollama: that is no problem", () => {
    const reason = "OLLAMA_API_URL is not set";
    const components: Readiness["components"] = {
      ollama: { state: "failed", reason },
      ocrModel: { state: "failed", reason },
    };
    expect(said(judgeComponents({ ready: true, components }, false))).toMatchObject({
      Ollama: "note: OLLAMA_API_URL is not set; the embedded engine reads the scans",
      "OCR model": "note: OLLAMA_API_URL is not set; the embedded engine reads the scans",
    });
    expect(said(judgeComponents({ ready: false, components }, true)).Ollama).toStartWith("problem");
  });

  test("about the VRAM and each of its sources", () => {
    const known = judgeVram({
      headroom: { known: true, freeMb: 9000.4 },
      sources: { ollama: { state: "known" }, nvidiaSmi: { state: "unknown", why: "it is not installed" } },
    });
    expect(known.map(({ level, message }) => `${level}: ${message}`)).toEqual([
      "ok: 9000 MB are free",
      "ok: is read",
      "note: it is not installed",
    ]);
    const [unknown] = judgeVram({
      headroom: { known: false, why: "Ollama is down" },
      sources: { ollama: { state: "not-configured" }, nvidiaSmi: { state: "known" } },
    });
    expect(unknown).toMatchObject({ level: "note", message: expect.stringContaining("(Ollama is down)") });
  });
});
