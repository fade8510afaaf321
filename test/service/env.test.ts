import { describe, expect, setDefaultTimeout, test } from "bun:test";
import { childEnvironment, parseCliEnv, parseEnv } from "../../src/service/env.ts";
import { envSchema } from "../../src/service/env-schema.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const key = { OCR_SIDECAR_API_KEY: crypto.randomUUID() };
const problemsOf = (variables: Record<string, string>) => {
  const result = parseEnv(variables);
  return result.ok ? [] : result.problems;
};

describe("the environment", () => {
  test("has the defaults of the replaced service", () => {
    const result = parseEnv(key);
    expect(result).toMatchObject({
      ok: true,
      env: {
        OCR_PORT: 8765,
        OCR_SIDECAR_UPLOAD_BASE: "/mnt/uploads",
        OCR_MODEL: "np-dms-ocr:latest",
        OCR_TIMEOUT: 360,
        OCR_CHAR_THRESHOLD: 100,
        OCR_MAX_PAGES: 0,
        MAX_SYSTEM_PROMPT_LENGTH: 10_000,
        VRAM_HEADROOM_THRESHOLD_MB: 3000,
        OCR_RESIDENCY_WINDOW_SECONDS: 120,
        GPU_TOTAL_VRAM_MB: 16_384,
        GPU_MAIN_MODEL_PRESSURE_THRESHOLD_MB: 7000,
        RETRIEVAL_TIMEOUT_SECONDS: 30,
      },
    });
    expect(result.ok && result.env.OLLAMA_API_URL).toBeUndefined();
  });

  test("takes an empty value for an unset one, decimals for whole numbers, and any profile name", () => {
    const result = parseEnv({
      ...key,
      OCR_PORT: "",
      OCR_TIMEOUT: " ",
      VRAM_HEADROOM_THRESHOLD_MB: "3000.0",
      OCR_ACTIVE_PROFILE: "unheard-of",
    });
    expect(result).toMatchObject({
      ok: true,
      env: { OCR_PORT: 8765, OCR_TIMEOUT: 360, VRAM_HEADROOM_THRESHOLD_MB: 3000 },
    });
  });

  test("reports all problems at once, each with name, value and expectation", () => {
    const problems = problemsOf({
      OCR_PORT: "eighty",
      OCR_CONCURRENCY: "0",
      OCR_AUTO_ROTATE: "maybe",
      OCR_ON_PAGE_ERROR: "ignore",
    });
    expect(problems).toHaveLength(5);
    expect(problems[0]).toBe('OCR_PORT holds "eighty"; it should hold a whole number from 0 to 65535.');
    expect(problems.at(-1)).toContain("OCR_SIDECAR_API_KEY is not set");
  });

  test("never prints a secret", () => {
    const problems = problemsOf({ ...key, OLLAMA_API_URL: "ftp://user:hunter2@host" });
    expect(problems).toHaveLength(1);
    expect(problems.join()).not.toContain("hunter2");
  });

  test("asks for a key unless the network is the boundary", () => {
    expect(problemsOf({})).toHaveLength(1);
    expect(problemsOf({ OCR_SIDECAR_API_KEY: " , " })).toHaveLength(1);
    expect(problemsOf({ OCR_SIDECAR_API_KEY_FILE: "/run/secrets/key" })).toHaveLength(0);
    expect(problemsOf({ OCR_SIDECAR_AUTH: "network" })).toHaveLength(0);
    expect(problemsOf({ OCR_SIDECAR_AUTH: "Network" })).toHaveLength(0);
  });

  test("accepts several keys", () => {
    const result = parseEnv({ OCR_SIDECAR_API_KEY: "one, two," });
    expect(result.ok && result.env.OCR_SIDECAR_API_KEY).toEqual(["one", "two"]);
  });

  test.each([",", " , ", ",,"])("takes %p for a list without an entry, and nothing for none at all", (list) => {
    const network = { OCR_SIDECAR_AUTH: "network" };
    expect(problemsOf({ ...network, OCR_SIDECAR_ALLOWED_CIDRS: list })).toEqual([
      `OCR_SIDECAR_ALLOWED_CIDRS holds ${JSON.stringify(list.trim())}; it should hold networks such as 10.0.0.0/8, separated by commas.`,
    ]);
    expect(problemsOf({ OCR_SIDECAR_API_KEY: list })).toEqual([
      "OCR_SIDECAR_API_KEY holds a value that cannot be used (not shown); it should hold one or more keys separated by commas.",
    ]);
    const unset = parseEnv({ ...network, OCR_SIDECAR_ALLOWED_CIDRS: " ", OCR_SIDECAR_API_KEY: "" });
    expect(unset.ok && unset.env).toMatchObject({ OCR_SIDECAR_AUTH: "network" });
    expect(unset.ok && [unset.env.OCR_SIDECAR_ALLOWED_CIDRS, unset.env.OCR_SIDECAR_API_KEY]).toEqual([
      undefined,
      undefined,
    ]);
  });

  test.each([
    ["OCR_PORT", "0", true],
    ["OCR_PORT", "-1", false],
    ["OCR_PORT", "65535", true],
    ["OCR_PORT", "65536", false],
    ["OCR_PORT", "1.5", false],
    ["OCR_PORT", "+80", true],
    ["OCR_PORT", "80.", true],
    ["OCR_PORT", "8e1", false],
    ["OCR_PORT", "0x50", false],
    ["OCR_PORT", "x80", false],
    ["OCR_PORT", "80x", false],
    ["OCR_TIMEOUT", "0.1", true],
    ["OCR_TIMEOUT", "0.09", false],
    ["OCR_TIMEOUT", "86400", true],
    ["OCR_TIMEOUT", "86400.5", false],
    ["OCR_MODEL", "any name at all", true],
    ["OCR_CONCURRENCY", "9007199254740993", false],
    ["OCR_TEXT_LAYER_FORMAT", "Markdown", true],
    ["OCR_TEXT_LAYER_FORMAT", "html", false],
    ["OCR_AUTO_ROTATE", "ON", true],
    ["OCR_AUTO_ROTATE", "yes", true],
    ["OCR_AUTO_ROTATE", "2", false],
    ["OCR_SPOOL_DIR", "/tmp", true],
    ["OCR_SPOOL_DIR", "tmp", false],
    ["MODEL_DIR", "/models", true],
    ["MODEL_DIR", "models", false],
    ["OLLAMA_API_URL", "https://host/ollama", true],
    ["OLLAMA_API_URL", "httpx://host", false],
    ["OLLAMA_API_URL", "host:11434", false],
    ["OCR_SIDECAR_ALLOWED_CIDRS", "10.0.0.0/8, ::1/128, 127.0.0.1, fe80::1", true],
    ["OCR_SIDECAR_ALLOWED_CIDRS", "10.0.0.0/33", false],
    ["OCR_ALLOWED_HOSTS", "ocr_sidecar, a.b-c.example", true],
    ["OCR_ALLOWED_HOSTS", "host:80", false],
    ["OCR_ALLOWED_HOSTS", "-host", false],
    ["OCR_ALLOWED_HOSTS", "a".repeat(253), true],
    ["OCR_ALLOWED_HOSTS", "a".repeat(254), false],
  ])("%s may hold %p: %p", (name, value, isValid) => {
    expect(problemsOf({ ...key, [name]: value })).toHaveLength(isValid ? 0 : 1);
  });

  test.each([
    ["true", true],
    ["1", true],
    ["on", true],
    ["false", false],
    ["0", false],
    ["No", false],
    ["off", false],
  ])("takes %p for a flag that is %p", (value, expected) => {
    const result = parseEnv({ ...key, OCR_AUTO_ROTATE: value });
    expect(result.ok && result.env.OCR_AUTO_ROTATE).toBe(expected);
  });

  test("takes an address without the slash at its end, and words in whatever case", () => {
    const result = parseEnv({ ...key, OLLAMA_API_URL: " http://host:1//  ", LOG_LEVEL: "DEBUG" });
    expect(result).toMatchObject({ ok: true, env: { OLLAMA_API_URL: "http://host:1", LOG_LEVEL: "debug" } });
  });

  test("wants a spool in which the largest document has room", () => {
    const sizes = (spool: string, upload: string) => ({ ...key, OCR_SPOOL_MAX_MB: spool, MAX_UPLOAD_MB: upload });
    expect(problemsOf(sizes("50", "50"))).toEqual([]);
    expect(problemsOf(sizes("49", "50"))).toEqual([
      "OCR_SPOOL_MAX_MB holds 49; it should hold at least MAX_UPLOAD_MB, which is 50, or no document of that size could be received.",
    ]);
  });

  test("names no key that is wrong", () => {
    const wrong = problemsOf({ OCR_SIDECAR_AUTH: "none", OLLAMA_API_URL: "secret" });
    expect(wrong).toHaveLength(3);
    expect(wrong.join()).not.toContain("secret");
  });

  test("every variable says what it holds and what it is for", () => {
    for (const [name, schema] of Object.entries(envSchema.shape)) {
      const meta = schema.meta();
      expect({ name, expected: typeof meta?.expected, description: typeof meta?.description }).toEqual({
        name,
        expected: "string",
        description: "string",
      });
    }
  });

  test("a start without a key prints the variable and ends with 78 before it listens", async () => {
    const child = Bun.spawn([process.execPath, "src/main.ts"], {
      cwd: `${import.meta.dir}/../..`,
      env: { PATH: "/bin", OCR_PORT: "x", OCR_SIDECAR_ALLOWED_CIDRS: "," },
      stderr: "pipe",
      stdout: "pipe",
    });
    expect(await child.exited).toBe(78);
    const printed = await new Response(child.stderr).text();
    expect(printed).toContain("OCR_SIDECAR_API_KEY");
    expect(printed).toContain("OCR_PORT");
    expect(printed).toContain('OCR_SIDECAR_ALLOWED_CIDRS holds ","');
    expect(await new Response(child.stdout).text()).toBe("");
  });
});

test("an inference process gets what finds libraries and cards, and nothing that names a key or a service", () => {
  const passed = {
    PATH: "/bin",
    HOME: "/root",
    TMPDIR: "/tmp",
    LANG: "C",
    TZ: "Asia/Bangkok",
    LD_LIBRARY_PATH: "/lib",
    CUDA_VISIBLE_DEVICES: "0",
    NVIDIA_DRIVER_CAPABILITIES: "all",
    MALLOC_ARENA_MAX: "2",
  };
  const kept = { OCR_SIDECAR_API_KEY: "k", OLLAMA_API_URL: "http://u:p@h", MYPATH: "x", PATHS: "x", CUDA_: "x" };
  expect(childEnvironment({ ...passed, ...kept, UNSET: undefined })).toEqual(passed);
});

test.each([
  [
    {},
    {
      url: undefined,
      apiKey: undefined,
      apiKeyFile: undefined,
      ollamaUrl: undefined,
      redisUrl: undefined,
      command: "bun run sidecar",
    },
  ],
  [
    {
      OCR_SIDECAR_URL: " http://host:8765 ",
      OCR_SIDECAR_API_KEY: " one , two",
      OCR_SIDECAR_API_KEY_FILE: "/run/key",
      OLLAMA_API_URL: "http://ollama:11434",
      REDIS_URL: "redis://redis",
      OCR_SIDECAR_COMMAND: "sidecar",
    },
    {
      url: "http://host:8765",
      apiKey: "one",
      apiKeyFile: "/run/key",
      ollamaUrl: "http://ollama:11434",
      redisUrl: "redis://redis",
      command: "sidecar",
    },
  ],
  [
    { OCR_SIDECAR_URL: " ", OCR_SIDECAR_API_KEY: " ,two", OCR_SIDECAR_COMMAND: "" },
    {
      url: undefined,
      apiKey: "two",
      apiKeyFile: undefined,
      ollamaUrl: undefined,
      redisUrl: undefined,
      command: "bun run sidecar",
    },
  ],
])("the command line takes of %j its own part", (source, expected) => {
  expect(parseCliEnv(source)).toEqual(expected);
});
