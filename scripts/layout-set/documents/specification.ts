import type { LayoutDocument } from "../description.ts";

export const specification: LayoutDocument = {
  name: "specification",
  language: "english",
  header: "Specification 03 30 00 Cast-in-place concrete",
  footer: "Page #",
  blocks: [
    { kind: "heading", level: 1, text: "Cast-in-place concrete" },
    { kind: "heading", level: 2, text: "1. General" },
    { kind: "heading", level: 3, text: "1.1 Scope" },
    {
      kind: "paragraph",
      text: "This section covers the supply, placing, finishing and curing of concrete for foundations, columns, beams and slabs. It is to be read together with the conditions of contract.",
    },
    { kind: "heading", level: 3, text: "1.2 Submittals" },
    {
      kind: "list",
      items: [
        {
          marker: "1.2.1",
          text: "The contractor submits the mix design of every class of concrete at least thirty days before the first pour.",
        },
        { marker: "1.2.2", text: "Each delivery ticket states:" },
        { marker: "(a)", text: "the name of the plant and the number of the truck;", depth: 1 },
        {
          marker: "(b)",
          text: "the class of concrete, the slump that was ordered and the largest size of the aggregate that was used;",
          depth: 1,
        },
        { marker: "(c)", text: "the time at which water was first added.", depth: 1 },
        {
          marker: "1.2.3",
          text: "Tickets are kept on site until the works are taken over, and copies are handed to the engineer at the end of every week in which concrete was placed.",
        },
      ],
    },
    { kind: "heading", level: 2, text: "2. Materials" },
    { kind: "heading", level: 3, text: "2.1 Cement" },
    {
      kind: "paragraph",
      text: "Portland cement of type I or type V. Cement that has hardened in the bag is removed from the site on the same day.",
    },
    { kind: "heading", level: 3, text: "2.2 Aggregates" },
    { kind: "paragraph", text: "Clean river sand and crushed limestone, free from clay, salt and organic matter:" },
    {
      kind: "list",
      items: [
        { marker: "•", text: "fineness modulus of the sand between 2.3 and 3.1;" },
        {
          marker: "•",
          text: "largest size of the coarse aggregate 20 mm, and 10 mm where the clear distance between bars is less than 30 mm, as on the drawings of the beam and column joints;",
        },
        { marker: "•", text: "no more than 3 % of flat pieces." },
      ],
    },
    { kind: "heading", level: 2, text: "3. Execution" },
    { kind: "heading", level: 3, text: "3.1 Placing" },
    {
      kind: "paragraph",
      text: "Concrete is placed within ninety minutes after water was added, in layers of at most 450 mm, and is not dropped from more than 1.50 m. Every layer is vibrated until no more bubbles rise, and the vibrator reaches into the layer below.",
    },
    { kind: "heading", level: 3, text: "3.2 Curing" },
    {
      kind: "list",
      items: [
        { marker: "1.", text: "Surfaces are kept wet for seven days." },
        {
          marker: "2.",
          text: "Formwork of columns stays for two days, that of beams and slabs for fourteen days or until cubes that were kept beside the structure have reached 80 % of the required strength.",
        },
        { marker: "3.", text: "No load is put on a slab before that." },
      ],
    },
  ],
};
