import type { LayoutDocument } from "../description.ts";

export const threeColumns: LayoutDocument = {
  name: "columns-three",
  language: "english",
  blocks: [
    { kind: "heading", level: 1, text: "Notes from the yard" },
    {
      kind: "columns",
      gap: 15,
      columns: [
        [
          {
            kind: "paragraph",
            text: "The store has a new door. It is wide e\u00ADnough for the long pipes, which un\u00ADtil now had to be cut be\u00ADfore they were coun\u00ADted.",
          },
          { kind: "heading", level: 2, text: "Paint" },
          { kind: "paragraph", text: "Open tins are brought back on the same day." },
        ],
        [
          { kind: "heading", level: 2, text: "Keys" },
          {
            kind: "paragraph",
            text: "Each key has one own\u00ADer and one hook. Who takes a key that is not his writes his name on the board; who finds the board emp\u00ADty rings the bell.",
          },
          {
            kind: "list",
            items: [
              { marker: "•", text: "Store: hook 1" },
              { marker: "•", text: "Pump room, which is al\u00ADso the way to the roof: hook 4" },
            ],
          },
        ],
        [
          {
            kind: "paragraph",
            text: "Three lad\u00ADders were found with\u00ADout a label and have been locked a\u00ADway. They come back when some\u00ADbody has tes\u00ADted them.",
          },
          { kind: "paragraph", text: "The next count is in Au\u00ADgust." },
        ],
      ],
    },
  ],
};

export const twoLanguages: LayoutDocument = {
  name: "columns-languages",
  language: "thai",
  blocks: [
    {
      kind: "columns",
      gap: 28,
      columns: [
        [
          {
            kind: "paragraph",
            text: "This pump may be started by those only who have read the manual and whose names stand on the list beside the switch.",
          },
          { kind: "paragraph", text: "In case of fire it is left running." },
        ],
        [
          { kind: "paragraph", text: "เครื่องสูบน้ำนี้ให้เดินเครื่องได้เฉพาะผู้ที่อ่านคู่มือแล้ว และมีชื่ออยู่ในบัญชีข้างสวิตช์เท่านั้น" },
          { kind: "paragraph", text: "กรณีเกิดเพลิงไหม้ให้เดินเครื่องต่อไป" },
        ],
      ],
    },
    { kind: "lines", lines: ["ห้องเครื่อง Pump room"] },
  ],
};

export const offer: LayoutDocument = {
  name: "offer",
  language: "english",
  footer: "Canal Concrete, 3 Lock Street, page #",
  blocks: [
    {
      kind: "columns",
      columns: [
        [{ kind: "lines", lines: ["To", "Main Contractor Limited", "48 Harbour Street"] }],
        [{ kind: "lines", lines: ["Our mark CC-311", "4 March 2025"], align: "right" }],
      ],
    },
    { kind: "heading", level: 1, text: "Offer for ready mixed concrete" },
    { kind: "paragraph", text: "We thank you for your enquiry and offer as follows." },
    {
      kind: "table",
      rules: "zebra",
      widths: [0.8, 3.6, 1, 1.2],
      align: ["left", "left", "right", "right"],
      rows: [
        ["Pos.", "Class and use", "m3", "Price"],
        ["10", "C25/30, footings, slump 100 mm, largest aggregate 20 mm", "140", "2,280.00"],
        ["20", "C30/37, columns", "60", "2,450.00"],
        ["30", "C30/37, slabs, with retarder for the months from March to May", "310", "2,495.00"],
        ["40", "Pump, each day", "12", "6,500.00"],
      ],
    },
    {
      kind: "paragraph",
      text: "Prices hold until the end of June and are without tax. Trucks that wait longer than thirty minutes are charged.",
    },
    { kind: "lines", lines: ["With kind regards,", "Canal Concrete"], left: 0.55 },
  ],
};

export const toolList: LayoutDocument = {
  name: "list-unruled",
  language: "english",
  blocks: [
    { kind: "heading", level: 1, text: "Tools on loan" },
    {
      kind: "table",
      rules: "none",
      widths: [0.7, 1.9, 2.4, 1.4],
      rows: [
        ["Hook", "Tool", "Condition", "With"],
        ["1", "Hammer drill", "cable mended in March, otherwise good", "Carter"],
        ["2", "Water level, 20 m", "good", ""],
        ["3", "Concrete saw with the large guard", "blade worn", "Mason"],
        ["4", "Grinder", "good", "Smith, until the end of the week"],
      ],
    },
    { kind: "heading", level: 2, text: "Sent for repair" },
    {
      kind: "table",
      rules: "none",
      widths: [1.6, 1.4, 1],
      rows: [
        ["Tool", "Where", "Since"],
        ["Compressor", "Northern Works", "2 May"],
        ["Vibrator", "Northern Works", "11 May"],
        ["Pump", "Quay Motors", "20 May"],
      ],
    },
    { kind: "paragraph", text: "What has been away for more than a month is asked for on the first Monday." },
  ],
};

export const rental: LayoutDocument = {
  name: "rental",
  language: "english",
  blocks: [
    {
      kind: "columns",
      columns: [
        [{ kind: "lines", lines: ["Quay Motors", "2 Wharf Street"] }],
        [{ kind: "lines", lines: ["Rented by", "Main Contractor Limited", "48 Harbour Street"] }],
      ],
    },
    { kind: "heading", level: 1, text: "Rental note 118" },
    {
      kind: "fields",
      style: "gap",
      across: 2,
      fields: [
        ["Taken on", "3 June 2025"],
        ["Back on", "17 June 2025"],
        ["Driver", "J. Carter"],
        ["Deposit", "5,000"],
      ],
    },
    {
      kind: "table",
      rules: "zebra",
      widths: [1, 3, 1, 1.3],
      align: ["left", "left", "right", "right"],
      rows: [
        ["Number", "Machine", "Days", "Rent"],
        ["M-07", "Compressor on wheels", "14", "7,000.00"],
        ["M-31", "Breaker, with three chisels and a hose of twenty metres", "14", "2,100.00"],
        ["L-02", "Lamp on a mast", "5", "1,250.00"],
        ["", "", "Sum", "10,350.00"],
      ],
    },
    { kind: "paragraph", text: "Machines are brought back clean and with a full tank." },
  ],
};

export const headedColumns: LayoutDocument = {
  name: "columns-headed",
  language: "english",
  blocks: [
    { kind: "heading", level: 1, text: "From the site" },
    { kind: "paragraph", text: "What has changed since the last sheet" },
    {
      kind: "columns",
      gap: 14,
      columns: [
        [
          { kind: "heading", level: 2, text: "Gate" },
          {
            kind: "paragraph",
            text: "The new gate is wide e­nough for two trucks. Who comes on foot takes the small door beside it, which is o­pen all day.",
          },
          { kind: "paragraph", text: "At night both are locked." },
        ],
        [
          { kind: "heading", level: 2, text: "Canteen" },
          {
            kind: "paragraph",
            text: "Soup is served from eleven. The men of the night shift find theirs in the o­ven.",
          },
          {
            kind: "list",
            items: [
              { marker: "•", text: "Monday: closed" },
              { marker: "•", text: "Friday: fish, as long as there is any" },
            ],
          },
        ],
        [
          { kind: "heading", level: 2, text: "Weather" },
          {
            kind: "paragraph",
            text: "Five days of rain are fore­cast. The pumps have been looked at, and the sand­bags lie be­side the ramp.",
          },
        ],
      ],
    },
  ],
};
