import { describe, expect, test } from "bun:test";
import fc from "fast-check";
import { cleanMarkdown, joinPages } from "../../src/ocr/clean.ts";
import { unwrapAnswer } from "../../src/ocr/engines/model-answer.ts";

describe("the clean-up of a page", () => {
  test.each([
    ["a table separator", "| a | b |\n|---|:-:|\n| 1 | 2 |"],
    ["an empty table row", "||||"],
    ["a short row", "| |"],
    ["a single digit", "7"],
    ["check boxes", "☐☐☐☐ yes\n☑\n☐☐☐☐☐"],
    ["a blank line between paragraphs", "one\n\ntwo"],
    ["two blank lines", "one\n\n\ntwo"],
    ["a thematic break", "one\n\n-----\n\n*****\n\n_____"],
    ["a setext heading", "Title\n====="],
    ["a code fence and what stands in it", "```\n@@@@@@\n  .....\n\n\n\n\n```"],
    ["a fence that holds one of the other kind", "```\n~~~\n.....\n~~~~\n.....\n```"],
    ["a fence that holds a shorter one", "````\n```\n.....\n````"],
    ["a fence that holds the beginning of another", "~~~\n~~~ text\n.....\n~~~~"],
    ["display mathematics", "$$\nx\n$$"],
    ["a short ellipsis", "...\n…"],
    ["a hard line break", "one  \ntwo"],
    ["digits and letters in a row", "1111111\naaaaaaa\nกกกกก"],
    ["symbols that differ", "@#@#@#"],
  ])("leaves %s as it is", (_, text) => {
    expect(cleanMarkdown(text)).toBe(text);
  });

  test.each([
    ["runs of one symbol go", "one\n@@@@@@\ntwo", "one\ntwo"],
    ["runs behind a fenced block go", "```\n~~~\n```\n.....\n````\n```\n````\n.....", "```\n~~~\n```\n````\n```\n````"],
    ["runs behind a block that a longer fence ends go", "```\n`````\n.....", "```\n`````"],
    ["runs behind code within a line go", "```code```\n.....", "```code```"],
    ["runs with blanks between go", ". . . . . .", ""],
    ["runs of bullets go", "•••••\ntext", "text"],
    ["three or more blank lines become one", "one\n\n\n\n\ntwo", "one\n\ntwo"],
    ["blank lines at the ends go", "\n\none\n\n", "one"],
    ["line ends become line feeds", "one\r\ntwo\rthree", "one\ntwo\nthree"],
    ["white space at line ends goes", "one\t \ntwo ", "one\ntwo"],
  ])("%s", (_, given, expected) => {
    expect(cleanMarkdown(given)).toBe(expected);
  });

  test("cleaning twice is cleaning once", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", "@", ".", " ", "\n", "`", "~", "|", "-", "ก") }), (text) => {
        expect(cleanMarkdown(cleanMarkdown(text))).toBe(cleanMarkdown(text));
      }),
    );
  });

  test("pages are joined with one blank line and empty ones leave no gap", () => {
    expect(joinPages(["one", "", "two"])).toBe("one\n\ntwo");
  });
});

describe("the model's answer", () => {
  test.each([
    ["plain Markdown", "# Title", "# Title", 0],
    ["the JSON form of the version before", '{"natural_text": "# Title"}', "# Title", 1],
    ["a Markdown fence around the page", "```markdown\n# Title\n```", "# Title", 1],
    ["a fence that is the page's own", "```\na\n```\ntext\n```\nb\n```", "```\na\n```\ntext\n```\nb\n```", 0],
    ["a fence of another language", "```json\n{}\n```", "```json\n{}\n```", 0],
    ["JSON that is something else", '{"a": 1}', '{"a": 1}', 0],
    ["broken JSON", '{"natural_text": "', '{"natural_text": "', 0],
  ])("%s", (_, given, expected, repairs) => {
    const answer = unwrapAnswer(given);
    expect(answer.text).toBe(expected);
    expect(answer.repairs).toHaveLength(repairs);
  });
});
