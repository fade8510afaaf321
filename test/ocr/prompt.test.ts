import { describe, expect, test } from "bun:test";
import { buildPrompt, builtInTaskPrompt, hasPlaceholder } from "../../src/ocr/engines/prompt.ts";

describe("the prompt of a page", () => {
  test("the instruction comes first and the default tags are asked for when the caller names none", () => {
    for (const tags of [undefined, []]) {
      const prompt = buildPrompt(builtInTaskPrompt, { dmsTags: tags });
      expect(prompt.startsWith("Extract all text from the image.")).toBe(true);
      expect(prompt).toContain("- Wrap the document number in <document_number>...</document_number>.");
      expect(prompt).toContain("<document_date>");
      expect(prompt).toContain("<received_date>");
    }
  });

  test.each([
    ["document_number", "document number"],
    ["documentNumber", "document number"],
    ["ISOCode", "iso code"],
    ["drawing-no", "drawing no"],
    ["X", "x"],
  ])("the tag %p is spelled out as %p", (tag, name) => {
    expect(buildPrompt("Read.", { dmsTags: [tag] })).toContain(`- Wrap the ${name} in <${tag}>...</${tag}>.`);
  });

  test("a piece that holds no tags is asked for none, and an instruction ends where its words end", () => {
    expect(buildPrompt("Read.\n\n", { dmsTags: ["subject"], withoutTags: true })).toBe("Read.");
    expect(buildPrompt("Read.\n\n", { dmsTags: ["subject"], withoutTags: false })).toStartWith(
      "Read.\n\nDocument Fields:\n- Wrap the subject",
    );
    expect(buildPrompt("Read.", { dmsTags: ["subject"] })).toEndWith(
      "</subject>.\n- A field that is not found on the page gets no tag.",
    );
  });

  test("the caller's tags take the place of the default ones, each once", () => {
    const prompt = buildPrompt("Read.", { dmsTags: ["subject", "subject"] });
    expect(prompt).not.toContain("received_date");
    expect(prompt.match(/<subject>/g)).toHaveLength(1);
  });

  test.each([
    ["Use {{ocr_text}} here", true],
    ["Use {{ dms.tags }} here", true],
    ["Braces { like } these", false],
    ["Nothing", false],
  ])("whether %p holds an unfilled placeholder is %p", (prompt, expected) => {
    expect(hasPlaceholder(prompt)).toBe(expected);
  });
});
