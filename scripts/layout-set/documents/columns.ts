import type { LayoutDocument } from "../description.ts";

export const twoColumns: LayoutDocument = {
  name: "columns-two",
  language: "english",
  footer: "#",
  blocks: [
    { kind: "heading", level: 1, align: "center", text: "Water under the slab" },
    { kind: "paragraph", align: "center", text: "A. Example and B. Sample" },
    {
      kind: "paragraph",
      text: "Abstract. Three basements in soft clay were watched for two years. Where the drains were led to a sump with its own pump the floor stayed dry; where they were led to the storm sewer it did not. We describe the measurements and what they cost.",
    },
    {
      kind: "columns",
      columns: [
        [
          { kind: "heading", level: 2, text: "1 Introduction" },
          {
            kind: "paragraph",
            text: "The floors of base\u00ADments in soft clay lie below the level of the ground wa\u00ADter for most of the year. Mem\u00ADbranes keep the water out as long as they are whole, and no\u00ADbody can see whether they are. What is seen is a dark line along the wall, and by then the water has been there for months.",
          },
          {
            kind: "paragraph",
            text: "Drains below the slab lower the pres\u00ADsure. They are cheap when the floor is built and can\u00ADnot be added later, so that the de\u00ADci\u00ADsion is taken when least is known about the ground.",
          },
          { kind: "heading", level: 2, text: "2 Method" },
          {
            kind: "paragraph",
            text: "In each base\u00ADment six tubes were set through the slab. Pres\u00ADsure was read every hour and rain was taken from the near\u00ADest sta\u00ADtion. The pumps were counted by their cur\u00ADrent, and their own\u00ADers told us when they had been re\u00ADpaired.",
          },
          {
            kind: "paragraph",
            text: "Two of the build\u00ADings stand beside a ca\u00ADnal whose level is kept by a gate. When the gate was closed in Oc\u00ADto\u00ADber the pres\u00ADsure rose with\u00ADin three days.",
          },
        ],
        [
          { kind: "heading", level: 2, text: "3 Results" },
          {
            kind: "paragraph",
            text: "With a sump the pres\u00ADsure stayed be\u00ADlow that of a me\u00ADtre of water. With\u00ADout one it fol\u00ADlowed the storm sew\u00ADer, which runs full in ev\u00ADery heavy rain, and twice it was high\u00ADer in\u00ADside than out.",
          },
          {
            kind: "list",
            items: [
              { marker: "•", text: "Building A: dry in both years." },
              {
                marker: "•",
                text: "Building B: wet for nine days, all of them in the week after the pump had failed.",
              },
              { marker: "•", text: "Building C: wet for sixty days." },
            ],
          },
          { kind: "heading", level: 2, text: "4 Conclusion" },
          {
            kind: "paragraph",
            text: "A pump that fails is worse than none if no\u00ADbody no\u00ADtices. The cost of an alarm is that of an hour of a work\u00ADman's time, and none of the three build\u00ADings had one when we be\u00ADgan.",
          },
          {
            kind: "paragraph",
            text: "The owner of build\u00ADing C has since led the drains to a sump. We are grate\u00ADful to all three for the keys.",
          },
        ],
      ],
    },
  ],
};

export const thaiColumns: LayoutDocument = {
  name: "columns-thai",
  language: "thai",
  blocks: [
    { kind: "heading", level: 1, align: "center", text: "จดหมายข่าวงานก่อสร้าง" },
    {
      kind: "columns",
      gap: 24,
      columns: [
        [
          { kind: "heading", level: 2, text: "งานฐานรากแล้วเสร็จ" },
          {
            kind: "paragraph",
            indent: 20,
            text: "งานเสาเข็มเจาะและฐานรากของอาคารเรียนรวมแล้วเสร็จตามแผนเมื่อปลายเดือนที่ผ่านมา ผู้ควบคุมงานได้ตรวจรับงานและอนุมัติให้ดำเนินการก่อสร้างเสาชั้นที่ ๑ ต่อไป โดยมีเงื่อนไขว่าต้องส่งผลทดสอบกำลังอัดของคอนกรีตให้ครบทุกฐาน",
          },
          {
            kind: "paragraph",
            indent: 20,
            text: "ในระหว่างนี้ขอให้ผู้ที่สัญจรผ่านบริเวณประตูด้านทิศเหนือใช้ความระมัดระวัง เนื่องจากมีรถบรรทุกวัสดุเข้าออกตลอดทั้งวัน",
          },
        ],
        [
          { kind: "heading", level: 2, text: "ความปลอดภัยต้องมาก่อน" },
          {
            kind: "paragraph",
            indent: 20,
            text: "เดือนนี้ไม่มีอุบัติเหตุถึงขั้นหยุดงาน นับเป็นเดือนที่หกติดต่อกัน คณะกรรมการความปลอดภัยขอขอบคุณทุกคนที่ร่วมมือกันสวมอุปกรณ์ป้องกันและรายงานจุดเสี่ยง",
          },
          {
            kind: "list",
            items: [
              { marker: "•", text: "สวมหมวกนิรภัยตลอดเวลาที่อยู่ในเขตก่อสร้าง" },
              { marker: "•", text: "ห้ามยืนใต้วัสดุที่กำลังยกด้วยปั้นจั่น ไม่ว่าจะเป็นเวลาสั้นเพียงใด" },
              { marker: "•", text: "แจ้งเหตุที่หมายเลข ๑๖๖๙" },
            ],
          },
        ],
      ],
    },
  ],
};
