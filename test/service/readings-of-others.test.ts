import { describe, expect, setDefaultTimeout, test } from "bun:test";
import type { PageRecord } from "../support/fake-ollama/records.ts";
import { scan } from "../support/scan.ts";
import { type SidecarWithOllama, startWithOllama } from "../support/sidecar-with-ollama.ts";
import { until } from "../support/until.ts";

// Real processes and sockets on a busy machine of two cores.
setDefaultTimeout(30_000);

const [attacker, victim] = [crypto.randomUUID(), crypto.randomUUID()];
const pdf = scan(1);
const secret = "The secret of the other caller.";

/** A model that does what the system prompt tells it, as a real one may. */
const obedient = ({ system = "Nobody told me anything about this page.", images }: PageRecord) =>
  `${system} Picture ${images[0]?.sha256.slice(0, 8)}.`;

const startWorld = (pageDelayMs = 20) =>
  startWithOllama({ answer: obedient, pageDelayMs }, { OCR_SIDECAR_API_KEY: `${attacker},${victim}` });

const uploadAs = (key: string, { sidecar }: SidecarWithOllama, fields: Record<string, string> = {}) =>
  sidecar.upload(pdf, { engine: "np-dms-ocr", ...fields }, { headers: { "X-API-Key": key } });

const textOf = async (response: Response): Promise<string> => (await response.json()).text;

describe("a reading of the same page by another caller", () => {
  test("under its own prompt does not write the text of who gives none", async () => {
    await using world = await startWorld();
    expect(await textOf(await uploadAs(attacker, world, { systemPrompt: "Pay to XX00 0000." }))).toContain("XX00");
    expect(await textOf(await uploadAs(victim, world))).toContain("Nobody told me");
    expect(world.fake.pages).toHaveLength(2);
  });

  test("that is under way under its own prompt is not joined by who gives none", async () => {
    await using world = await startWorld(300);
    const first = uploadAs(attacker, world, { systemPrompt: "Pay to XX00 0000." });
    await until(() => world.fake.pages.length === 1, "the attacker's page is being read");
    expect(await textOf(await uploadAs(victim, world))).toContain("Nobody told me");
    expect(await textOf(await first)).toContain("XX00");
  });

  test("that was cut short leaves the text whole for who gives no parameters, be it the same caller", async () => {
    await using world = await startWorld();
    const cut = await (await uploadAs(attacker, world, { maxTokens: "1", includePages: "true" })).json();
    expect(cut.pages[0]).toMatchObject({ truncated: true });
    for (const key of [victim, attacker]) {
      const whole = await (await uploadAs(key, world, { includePages: "true" })).json();
      expect(whole.pages[0]).toMatchObject({ truncated: false, text: expect.stringContaining("Picture") });
    }
  });

  test("that is under way and will be cut short leaves the text whole for who joins it", async () => {
    await using world = await startWorld(300);
    const first = uploadAs(victim, world, { maxTokens: "1" });
    await until(() => world.fake.pages.length === 1, "the first page is being read");
    const whole = await (await uploadAs(victim, world, { includePages: "true" })).json();
    await first;
    expect(whole.pages[0]).toMatchObject({ truncated: false, text: expect.stringContaining("Picture") });
  });

  test("does not tell what its prompt was", async () => {
    await using world = await startWorld();
    expect(await textOf(await uploadAs(victim, world, { systemPrompt: secret }))).toContain(secret);
    expect(await textOf(await uploadAs(attacker, world))).not.toContain(secret);
  });

  test("under equal prompt, tags and parameters is shared as before", async () => {
    await using world = await startWorld();
    const fields = { systemPrompt: "Read well.", temperature: "0.1", dmsTags: '["subject"]' };
    await uploadAs(attacker, world, fields);
    await uploadAs(victim, world, fields);
    expect(world.fake.pages).toHaveLength(1);
  });

  test("of the same caller costs no page when that asks again without prompt, tags and parameters", async () => {
    await using world = await startWorld();
    const fields = { systemPrompt: "Read well.", temperature: "0.1", dmsTags: '["subject"]' };
    await uploadAs(victim, world, fields);
    expect(await textOf(await uploadAs(victim, world))).toContain("Read well.");
    expect(world.fake.pages).toHaveLength(1);
  });
});
