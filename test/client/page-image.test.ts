import { expect, test } from "bun:test";
import { createSidecarClient } from "../../src/client/sidecar-client.ts";
import { refusalOf } from "../support/refusal-of.ts";

const png = Uint8Array.of(1, 2, 3);

/** What the client makes of this answer, and the form that it sent. */
function ask(response: Response) {
  const sent: { url: string; form: FormData }[] = [];
  const client = createSidecarClient({
    baseUrl: "http://service",
    retry: { maxAttempts: 1 },
    fetch: async (url, { body }) => {
      if (body instanceof FormData) sent.push({ url, form: body });
      return response;
    },
  });
  return { image: client.pageImage({ file: png, page: 2, tile: 3, upright: false }), sent };
}

test("a picture comes with what its headers say", async () => {
  const headers = { "X-Page-Rotation": "90", "X-Page-Tiles": "4", "X-Page-Warnings": '["a part is missing"]' };
  const { image, sent } = ask(new Response(png, { headers }));
  expect(await image).toEqual({ png, rotation: 90, tiles: 4, warnings: ["a part is missing"] });
  expect(sent[0]?.url).toBe("http://service/page-image");
  expect(["page", "tile", "upright"].map((name) => sent[0]?.form.get(name))).toEqual(["2", "3", "false"]);
  expect(await ask(new Response(png, { headers: { "X-Page-Rotation": "0" } })).image).toEqual({
    png,
    rotation: 0,
    tiles: undefined,
    warnings: [],
  });
});

test.each([
  ["no rotation", new Response(png), "invalid_answer"],
  [
    "warnings that are none",
    new Response(png, { headers: { "X-Page-Rotation": "0", "X-Page-Warnings": "{" } }),
    "invalid_answer",
  ],
  ["a fault", Response.json({ detail: "page is 2.", code: "invalid_request" }, { status: 400 }), "invalid_request"],
] as const)("an answer with %s is a fault", async (_, response, code) => {
  expect(await refusalOf(ask(response).image)).toMatchObject({ code });
});
