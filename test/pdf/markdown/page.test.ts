import { describe, expect, test } from "bun:test";
import { pageMarkdown } from "../../../src/pdf/markdown/page-markdown.ts";
import { markdownOf, pageOf, paragraph, rule, type TestLine } from "../../support/page-structure.ts";

const prose = [
  "The contractor submits the drawings of the rein-",
  "forcement at least fourteen days before the work",
  "begins.",
];
const bold = { bold: true };

function expectPage(lines: readonly TestLine[], ...markdown: string[]): void {
  expect(markdownOf(pageOf(lines))).toEqual([markdown.join("\n\n")]);
}

describe("text laid over the page aslant", () => {
  const leaning = (text: string, size: number, sine: number) => {
    const [line] = pageOf([[150, 140, text, { size, bold: true }]]).lines;
    return line === undefined ? [] : [{ ...line, direction: [Math.sqrt(1 - sine * sine), -sine] as const }];
  };
  const table: TestLine[] = [0, 1, 2, 3].flatMap((row) =>
    [0, 1, 2].map((column): TestLine => [50 + 120 * column, 116 + 12 * row, `${row}0${column}`]),
  );
  const heading: TestLine = [50, 80, "Delivery of steel", { size: 16 }];
  const below = paragraph(50, 300, prose);
  const read = (sine: number, askew = 0) => {
    const page = pageOf([heading, ...table, ...below]).lines.map((line) => ({
      ...line,
      direction: [1, askew] as const,
    }));
    const lines = [...page, ...leaning("* COPY", 60, sine)];
    return markdownOf(pageOf([], { lines }))[0];
  };

  test("is no heading and in no cell, and stands behind the rest", () => {
    const rows = ["| 000 | 001 | 002 |", "| --- | --- | --- |", "| 100 | 101 | 102 |"];
    expect(read(0.5)).toStartWith(`# Delivery of steel\n\n${rows.join("\n")}\n`);
    expect(read(-0.5)).toEndWith("before the work begins.\n\n\\* COPY");
    expect(read(0.036)).toEndWith("\n\n\\* COPY");
    expect(read(0.034)).not.toEndWith("COPY");
  });

  test("leans more than the lines of a scan that lies askew", () => {
    expect(read(0.11, 0.005)).toEndWith("\n\n\\* COPY");
    expect(read(0.09, 0.005)).not.toEndWith("COPY");
  });

  test("is the page where most of it is aslant", () => {
    const lines = leaning("Deed of the plot", 16, 0.3).concat(leaning("Deed of the plot", 16, 0.3));
    expect(markdownOf(pageOf([], { lines: [...pageOf([[50, 400, "Plan"]]).lines, ...lines] }))[0]).toEndWith("Plan");
  });
});

describe("paragraphs", () => {
  test("are joined from their lines and parted by white space", () => {
    expectPage(
      [...paragraph(50, 100, prose), ...paragraph(50, 160, ["Another paragraph."])],
      "The contractor submits the drawings of the reinforcement at least fourteen days before the work begins.",
      "Another paragraph.",
    );
  });

  test("are parted where a line is indented", () => {
    const [first = "", second = ""] = prose;
    expectPage(
      [
        [50, 100, first],
        [50, 112, second],
        [70, 124, "An indented line begins another paragraph, as books"],
        [50, 136, "have it."],
      ],
      "The contractor submits the drawings of the reinforcement at least fourteen days before the work",
      "An indented line begins another paragraph, as books have it.",
    );
  });

  test("are parted where the type changes, be the lines of a title further apart than those of a paragraph", () => {
    const title = { size: 14 };
    const parted = pageOf([
      [50, 100, "Works on the harbour in the years", { ...title, italic: true }],
      [50, 123, "Report to the council of the port", title],
      ...paragraph(50, 160, [...prose, ...prose]),
    ]);
    expect(markdownOf(parted)[0]).toContain("in the years\n\n");
    const joined = pageOf([
      [50, 100, "Works on the harbour in the years", title],
      [50, 123, "of the flood, told to the council", title],
      ...paragraph(50, 160, [...prose, ...prose]),
    ]);
    expect(markdownOf(joined)[0]).toContain("in the years of the flood");
  });

  test("of short lines, such as an address, keep their lines", () => {
    expectPage(
      [
        [50, 100, "Harbour Works Limited"],
        [50, 112, "48 Canal Street"],
        [50, 124, "Port Authority of the Northern District, Room 4"],
      ],
      "Harbour Works Limited  \n48 Canal Street  \nPort Authority of the Northern District, Room 4",
    );
  });

  test("begin with the capital that stands over several of their lines", () => {
    expectPage(
      [
        [50, 124, "O", { size: 36 }],
        ...paragraph(70, 100, ["ver the past three decades pressure", "has grown on those who build."]),
      ],
      "Over the past three decades pressure has grown on those who build.",
    );
  });

  test("are read apart from text that runs up the margin", () => {
    const page = pageOf(paragraph(50, 100, prose));
    const sideways = {
      ...page.lines[0],
      box: [10, 300, 22, 400],
      direction: [0, -1],
      baseline: 300,
      block: 9,
    } as const;
    const [first] = page.lines;
    const stamp = { ...sideways, runs: [{ ...(first?.runs[0] ?? never()), text: "arXiv 2025" }] };
    expect(markdownOf({ ...page, lines: [stamp, ...page.lines] })[0]).toEndWith("begins.\n\narXiv 2025");
  });
});

function never(): never {
  throw new Error("a page without lines");
}

describe("columns", () => {
  const left = [
    "Two gauges stand on the site, one",
    "beside the office and one on the",
    "roof of the store. They are read",
    "at eight in the morning, and what is",
    "read counts for the day before.",
  ];
  const right = [
    "On a day with more than thirty",
    "millimetres no concrete is placed",
    "in the open. The day counts as a",
    "day that is lost if the gauge by the",
    "office says so in the morning.",
  ];

  test("are read one after the other, below a title across both", () => {
    const rows = left.flatMap((text, at): TestLine[] => [
      [50, 100 + at * 12, text],
      [320, 100 + at * 12, right[at] ?? ""],
    ]);
    expectPage(
      [[50, 70, "Rainfall on the site in the years before the work", { size: 18 }], ...rows],
      "# Rainfall on the site in the years before the work",
      left.join(" "),
      right.join(" "),
    );
  });

  test("end before the caption of the table across both, though it stands below one of them", () => {
    const rows = left.flatMap((text, at): TestLine[] => [
      [50, 100 + at * 12, text],
      [320, 100 + at * 12, right[at] ?? ""],
    ]);
    const caption = ["Table 2. Rain that was read at", "either gauge, in millimetres,", "in the first month"];
    const cells: TestLine[] = [
      [52, 234, "Office"],
      [322, 234, "Roof"],
      [52, 254, "31"],
      [322, 254, "29"],
    ];
    const horizontal = [220, 240, 260].map((y) => rule(50, y, 560, y + 0.5));
    const vertical = [50, 310, 560].map((x) => rule(x, 220, x + 0.5, 260));
    const page = pageOf([...rows, ...paragraph(50, 166, caption), ...cells], { shapes: [...horizontal, ...vertical] });
    expect(markdownOf(page)).toEqual([
      [left.join(" "), right.join(" "), caption.join(" "), "| Office | Roof |\n| --- | --- |\n| 31 | 29 |"].join(
        "\n\n",
      ),
    ]);
  });

  test("hold what stands below one of them, be there a table across both behind it, where that is too long for a caption", () => {
    const rows = left.flatMap((text, at): TestLine[] => [
      [50, 100 + at * 12, text],
      [320, 100 + at * 12, right[at] ?? ""],
    ]);
    const caption = [
      "Rain that was read by night",
      "is added to the next day, and",
      "what is read on a holiday is",
      "added to the day after it by",
      "whoever reads it then.",
    ];
    const cells: TestLine[] = [
      [52, 262, "Office"],
      [322, 262, "Roof"],
      [52, 282, "31"],
      [322, 282, "29"],
    ];
    const horizontal = [248, 268, 288].map((y) => rule(50, y, 560, y + 0.5));
    const vertical = [50, 310, 560].map((x) => rule(x, 248, x + 0.5, 288));
    const page = pageOf([...rows, ...paragraph(50, 166, caption), ...cells], { shapes: [...horizontal, ...vertical] });
    expect(markdownOf(page)).toEqual([
      [left.join(" "), caption.join(" "), right.join(" "), "| Office | Roof |\n| --- | --- |\n| 31 | 29 |"].join(
        "\n\n",
      ),
    ]);
  });

  test("of a form are rows: a label stands with its value", () => {
    expectPage(
      [
        [50, 100, "Name:"],
        [200, 100, "Rick"],
        [50, 120, "Position:"],
        [200, 120, "Engineer"],
      ],
      "Name: Rick  \nPosition: Engineer",
    );
  });
});

describe("lists", () => {
  test("are nested by their indents, with their hanging lines", () => {
    expectPage(
      [
        [50, 100, "• Footings, of which those of the axes A to C were"],
        [60, 112, "finished in May"],
        [65, 124, "– axis D waits"],
        [50, 136, "• Ground beams"],
        [50, 160, "1. First"],
        [50, 172, "2. Second"],
        [50, 196, "ก. หนึ่ง"],
        [50, 208, "(ข) สอง"],
      ],
      "- Footings, of which those of the axes A to C were finished in May\n  - axis D waits\n- Ground beams\n1. First\n2. Second\n- ก. หนึ่ง\n- (ข) สอง",
    );
  });

  test("come back by as many levels as their indents do", () => {
    expectPage(
      [
        [50, 100, "• Footings"],
        [65, 112, "– axis D"],
        [80, 124, "– formwork waits"],
        [50, 136, "• Ground beams"],
        [65, 148, "– axis E"],
      ],
      "- Footings\n  - axis D\n    - formwork waits\n- Ground beams\n  - axis E",
    );
  });

  test("do not begin in the middle of a paragraph whose line begins with a number", () => {
    expectPage(
      paragraph(50, 100, [
        "The beams were placed in the year of the flood, in",
        "1986. The columns followed when the water had gone.",
      ]),
      "The beams were placed in the year of the flood, in 1986. The columns followed when the water had gone.",
    );
  });
});

describe("headings", () => {
  const body = (top: number) => paragraph(50, top, prose);

  test("have levels by size, weight and numbering over all pages", () => {
    const pages = markdownOf(
      pageOf([[50, 100, "Specification", { size: 20 }], [50, 140, "1. General", { ...bold, size: 14 }], ...body(160)]),
      pageOf([[50, 100, "1.1 Scope", bold], ...body(114), [50, 200, "2. Works", { ...bold, size: 14 }], ...body(220)]),
    );
    expect(pages.flatMap((page) => page.match(/^#+ .*$/gm) ?? [])).toEqual([
      "# Specification",
      "## 1. General",
      "### 1.1 Scope",
      "## 2. Works",
    ]);
  });

  test.each<[string, TestLine]>([
    ["a label", [50, 90, "Name:", bold]],
    ["a salutation", [50, 90, "Dear Sir or Madam", bold]],
    ["a Thai salutation", [50, 90, "เรียน ผู้อำนวยการ", bold]],
    ["a lone number", [50, 90, "12", { size: 16 }]],
    ["a caption", [50, 90, "Table 1. Results", bold]],
    ["a formula", [50, 90, "a + b = c", { size: 14 }]],
    ["an address", [50, 90, "rick@example.org", bold]],
    ["a line of a table of contents", [50, 90, "1 Introduction . . . . . 5", bold]],
  ])("are not made of %s", (_, line) => {
    expect(markdownOf(pageOf([line, ...body(120)]))[0]).not.toContain("#");
  });

  test("are not made of what stands at the top of every page", () => {
    const page = pageOf([[50, 60, "Contract 7/2025", bold], ...body(120)]);
    expect(markdownOf(page, page, page).join("")).not.toContain("#");
  });

  test("are not made of what stands large over the text of three pages, whatever its number, but of that of two", () => {
    const page = (number: number) => pageOf([[50, 95, `Part ${number} of the works`, { size: 16 }], ...body(130)]);
    const marked = (numbers: readonly number[]) =>
      markdownOf(...numbers.map(page))
        .join("")
        .includes("# Part");
    expect([marked([1, 2]), marked([1, 2, 3])]).toEqual([true, false]);
  });
});

describe("code", () => {
  test("ends a list, so that an item behind it begins another", () => {
    const mono = { monospaced: true };
    expectPage(
      [
        [50, 100, "• Footings"],
        [80, 124, "for p in points:", mono],
        [104, 136, "print(*p)", mono],
        [80, 160, "– axis D waits"],
      ],
      "- Footings",
      "```\nfor p in points:\n    print(*p)\n```",
      "- axis D waits",
    );
  });

  test("is fenced, with its indents and without escapes", () => {
    const mono = { monospaced: true };
    expectPage(
      [...paragraph(50, 100, prose), [50, 150, "for p in points:", mono], [74, 162, "print(*p)", mono]],
      "The contractor submits the drawings of the reinforcement at least fourteen days before the work begins.",
      "```\nfor p in points:\n    print(*p)\n```",
    );
  });
});

test("a page that is monospaced as a whole is no code, and what is not stands apart in it", () => {
  const mono = { monospaced: true };
  expectPage(
    [
      ...[
        "The readings of each gauge are printed with the program",
        "that stands beside it, and that is all that it",
      ].map((text, at): TestLine => [50, 100 + 12 * at, text, mono]),
      [50, 124, "a note", {}],
    ],
    "The readings of each gauge are printed with the program that stands beside it, and that is all that it",
    "a note",
  );
});

describe("what else a page holds", () => {
  test("links stand at their words", () => {
    const page = pageOf([[50, 100, "The readings are at the project site and are renewed."]], {
      links: [{ box: [150, 90, 230, 104], url: "https://example.org/site" }],
    });
    expect(markdownOf(page)).toEqual([
      "The readings are at [the project site](https://example.org/site) and are renewed.",
    ]);
  });

  test("check boxes stand before their labels", () => {
    const page = pageOf(
      [
        [70, 100, "Approved"],
        [70, 120, "Rejected"],
      ],
      {
        checkBoxes: [
          { box: [50, 91, 60, 101], checked: true },
          { box: [50, 111, 60, 121], checked: false },
        ],
      },
    );
    expect(markdownOf(page)).toEqual(["☑ Approved  \n☐ Rejected"]);
  });

  test("a page whose letters would not all be there stays as it is", () => {
    expect(pageMarkdown(pageOf([[50, 100, "seen"]]), "seen and lost")).toEqual({
      fallBack: "letters would be lost or added",
    });
  });

  test("boxes side by side are read one after the other", () => {
    const card = (left: number, title: string): TestLine[] => [
      [left, 100, title],
      [left, 130, "short text"],
      [left, 142, "in a card"],
    ];
    const page = pageOf([...card(50, "One"), ...card(300, "Two")], {
      shapes: [rule(40, 80, 250, 160), rule(290, 80, 500, 160)],
    });
    expect(markdownOf(page)[0]?.replaceAll(/\s+/g, " ")).toBe("One short text in a card Two short text in a card");
  });

  test("boxes side by side that hold a line or two each are read row by row", () => {
    const card = (left: number, title: string): TestLine[] => [
      [left, 100, title],
      [left, 130, `${title} is measured`],
    ];
    const page = pageOf([...card(50, "Length"), ...card(300, "Width")], {
      shapes: [rule(40, 80, 250, 160), rule(290, 80, 500, 160)],
    });
    expect(markdownOf(page)[0]?.replaceAll(/\s+/g, " ")).toMatch(/^\W*Length \W*Width/);
  });
});
