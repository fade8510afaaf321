/** How the title of a figure or a table begins. */
export const caption =
  /^(?:fig(?:ure|\.)?|table|tab\.|chart|plate|ภาพ(?:ที่)?|รูป(?:ที่)?|ตาราง(?:ที่)?|แผนภูมิ(?:ที่)?)\s*[\p{Nd}IVX]/iu;
