/**
 * What the 8-bit symbol fonts show for their codes from 0x20 to 0xFF, sixteen in a row; U+FFFD where nothing is known.
 * Sources: Adobe's glyph list of ZapfDingbats and encoding of Symbol; the mappings that Unicode 7 was given for the
 * fonts of Microsoft (L2/12-130). Ticks, boxes, bullets and simple arrows come as the characters that everybody has a
 * glyph for: ✔ ✘ ☑ ☐ ● ■ →.
 */
export type SymbolFont = keyof typeof rows;

const rows = {
  zapfDingbats: [
    " ✁✂✃✄☎✆✇✈✉☛☞✌✍✎✏",
    "✐✑✒✓✔✕✖✗✘✙✚✛✜✝✞✟",
    "✠✡✢✣✤✥✦✧★✩✪✫✬✭✮✯",
    "✰✱✲✳✴✵✶✷✸✹✺✻✼✽✾✿",
    "❀❁❂❃❄❅❆❇❈❉❊❋●❍■❏",
    "❐❑❒▲▼◆❖◗❘❙❚❛❜❝❞\uFFFD",
    "❨❩❪❫❬❭❮❯❰❱❲❳❴❵\uFFFD\uFFFD",
    "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD",
    "\uFFFD❡❢❣❤❥❦❧♣♦♥♠①②③④",
    "⑤⑥⑦⑧⑨⑩❶❷❸❹❺❻❼❽❾❿",
    "➀➁➂➃➄➅➆➇➈➉➊➋➌➍➎➏",
    "➐➑➒➓➔→↔↕➘➙➚➛➜➝➞➟",
    "➠➡➢➣➤➥➦➧➨➩➪➫➬➭➮➯",
    "\uFFFD➱➲➳➴➵➶➷➸➹➺➻➼➽➾\uFFFD",
  ],
  symbol: [
    " !∀#∃%&∋()*+,−./",
    "0123456789:;<=>?",
    "≅ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟ",
    "ΠΘΡΣΤΥςΩΞΨΖ[∴]⊥_",
    "‾αβχδεφγηιϕκλμνο",
    "πθρστυϖωξψζ{|}~\uFFFD",
    "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD",
    "\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD",
    "€ϒ′≤⁄∞ƒ♣♦♥♠↔←↑→↓",
    "°±″≥×∝∂•÷≠≡≈…⏐⎯↵",
    "ℵℑℜ℘⊗⊕∅∩∪⊃⊇⊄⊂⊆∈∉",
    "∠∇®©™∏√⋅¬∧∨⇔⇐⇑⇒⇓",
    "◊⟨®©™∑⎛⎜⎝⎡⎢⎣⎧⎨⎩⎪",
    "\uFFFD⟩∫⌠⎮⌡⎞⎟⎠⎤⎥⎦⎫⎬⎭\uFFFD",
  ],
  wingdings: [
    " 🖉✂✁👓🕭🕮🕯🕿✆🖂🖃📪📫📬📭",
    "🗀🗁🗎🗏🗐🗄⌛🖮🖰🖲🖳🖴🖫🖬✇✍",
    "🖎✌🖏👍👎☜☞☝☟🖐☺😐☹💣🕱🏳",
    "🏱✈☼🌢❄🕆✞🕈✠✡☪☯🕉☸♈♉",
    "♊♋♌♍♎♏♐♑♒♓🙰🙵●🔾■☐",
    "🞐❑❒⬧⧫◆❖⬥⌧⮹⌘🏵🏶🙶🙷▯",
    "🄋➀➁➂➃➄➅➆➇➈➉🄌➊➋➌➍",
    "➎➏➐➑➒➓🙢🙠🙡🙣🙞🙜🙝🙟∙•",
    "⬝⭘🞆🞈🞊🞋🔿▪☐🟁🟅★🟋🟏🟓🟑",
    "⯐⌖⯎⯏⯑✪✰🕐🕑🕒🕓🕔🕕🕖🕗🕘",
    "🕙🕚🕛⮰⮱⮲⮳⮴⮵⮶⮷🙪🙫🙕🙔🙗",
    "🙖🙐🙑🙒🙓⌫⌦⮘➢⮙⮛⮈⮊⮉⮋←",
    "→↑↓↖↗↙↘⬅➔⬆⬇🡼🡽🡿🡾⇦",
    "⇨⇧⇩⬄⇳⬁⬀⬃⬂🢬🢭✘✔☒☑\uFFFD",
  ],
  wingdings2: [
    " 🖊🖋🖌🖍✄✀🕾🕽🗅🗆🗇🗈🗉🗊🗋",
    "🗌🗍📋🗑🗔🖵🖶🖷🖸🖭🖯🖱🖒🖓🖘🖙",
    "🖚🖛👈👉🖜🖝🖞🖟🖠🖡👆👇🖢🖣🖑✗",
    "✓☒☑☒☒⮾⮿🛇⦸🙱🙴🙲🙳‽🙹🙺",
    "🙻🙦🙤🙥🙧🙚🙘🙙🙛⓪①②③④⑤⑥",
    "⑦⑧⑨⑩⓿❶❷❸❹❺❻❼❽❾❿\uFFFD",
    "☉🌕☽☾⸿✝🕇🕜🕝🕞🕟🕠🕡🕢🕣🕤",
    "🕥🕦🕧🙨🙩⋅🞄⦁●○🞅🞇🞉⊙⦿🞌",
    "🞍◾■☐🞑🞒🞓🞔▣🞕🞖🞗🞘⬩⬥◇",
    "🞚◈🞛🞜🞝🞞⬪⬧◊🞠◖◗⯊⯋⯀⯁",
    "⬟⯂⬣⬢⯃⯄🞡🞢🞣🞤🞥🞦🞧🞨🞩🞪",
    "🞫🞬🞭🞮🞯🞰🞱🞲🞳🞴🞵🞶🞷🞸🞹🞺",
    "🞻🞼🞽🞾🞿🟀🟂🟄🟆🟉🟊✶🟌🟎🟐🟒",
    "✹🟃🟇✯🟍🟔⯌⯍※⁂\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD",
  ],
  wingdings3: [
    " ⭠⭢⭡⭣⭦⭧⭩⭨⭰⭲⭱⭳⭶⭸⭻",
    "⭽⭤⭥⭪⭬⭫⭭⭍⮠⮡⮢⮣⮤⮥⮦⮧",
    "⮐⮑⮒⮓⮀⮃⭾⭿⮄⮆⮅⮇⮏⮍⮎⮌",
    "⭮⭯⎋⌤⌃⌥␣⍽⇪⮸🢠🢡🢢🢣🢤🢥",
    "🢦🢧🢨🢩🢪🢫🡐🡒🡑🡓🡔🡕🡗🡖🡘🡙",
    "▲▼△▽◀▶◁▷◣◢◤◥🞀🞂🞁\uFFFD",
    "🞃⯅⯆⯇⯈⮜⮞⮝⮟🠐🠒🠑🠓🠔🠖🠕",
    "🠗🠘🠚🠙🠛🠜🠞🠝🠟🠀🠂🠁🠃🠄🠆🠅",
    "🠇🠈🠊🠉🠋🠠🠢🠤🠦🠨🠪🠬🢜🢝🢞🢟",
    "🠮🠰🠲🠴🠶🠸🠺🠹🠻🢘🢚🢙🢛🠼🠾🠽",
    "🠿🡀🡂🡁🡃🡄🡆🡅🡇⮨⮩⮪⮫⮬⮭⮮",
    "⮯🡠🡢🡡🡣🡤🡥🡧🡦🡰🡲🡱🡳🡴🡵🡷",
    "🡶🢀🢂🢁🢃🢄🢅🢇🢆🢐🢒🢑🢓🢔🢖🢕",
    "🢗\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD\uFFFD",
  ],
  webdings: [
    " 🕷🕸🕲🕶🏆🎖🖇🗨🗩🗰🗱🌶🎗🙾🙼",
    "🗕🗖🗗⏴⏵⏶⏷⏪⏩⏮⏭⏸⏹⏺🗚🗳",
    "🛠🏗🏘🏙🏚🏜🏭🏛🏠🏖🏝🛣🔍🏔👁👂",
    "🏞🏕🛤🏟🛳🕬🕫🕨🔈🎔🎕🗬🙽🗭🗪🗫",
    "⮔✔🚲☐🛡📦🛱■🚑🛈🛩🛰🟈🕴●🛥",
    "🚔🗘✘❓🛲🚇🚍⛳⦸⊖🚭🗮⏐🗯🗲\uFFFD",
    "🚹🚺🛉🛊🚼👽🏋⛷🏂🏌🏊🏄🏍🏎🚘🗠",
    "🛢💰🏷💳👪🗡🗢🗣✯🖄🖅🖃🖆🖹🖺🖻",
    "🕵🕰🖽🖾📋🗒🗓🕮📚🗞🗟🗃🗂🖼🎭🎜",
    "🎘🎙🎧💿🎞📷🎟🎬📽📹📾📻🎚🎛📺💻",
    "🖥🖦🖧🕹🎮🕻🕼📟🖁🖀🖨🖩🖿🖪🗜🔒",
    "🔓🗝📥📤🕳🌣🌤🌥🌦☁🌨🌧🌩🌪🌬🌫",
    "🌜🌡🛋🛏🍽🍸🛎🛍Ⓟ♿🛆🖈🎓🗤🗥🗦",
    "🗧🛪🐿🐦🐟🐕🐈🙬🙮🙭🙯🗺🌍🌏🌎🕊",
  ],
} as const;

/** Names of the glyphs of ZapfDingbats by code, as fonts name them whose encoding is their own. */
const zapfDingbatsNames = [
  "space a1 a2 a202 a3 a4 a5 a119 a118 a117 a11 a12 a13 a14 a15 a16",
  "a105 a17 a18 a19 a20 a21 a22 a23 a24 a25 a26 a27 a28 a6 a7 a8",
  "a9 a10 a29 a30 a31 a32 a33 a34 a35 a36 a37 a38 a39 a40 a41 a42",
  "a43 a44 a45 a46 a47 a48 a49 a50 a51 a52 a53 a54 a55 a56 a57 a58",
  "a59 a60 a61 a62 a63 a64 a65 a66 a67 a68 a69 a70 a71 a72 a73 a74",
  "a203 a75 a204 a76 a77 a78 a79 a81 a82 a83 a84 a97 a98 a99 a100 -",
  "a89 a90 a93 a94 a91 a92 a205 a85 a206 a86 a87 a88 a95 a96 - -",
  "- - - - - - - - - - - - - - - -",
  "- a101 a102 a103 a104 a106 a107 a108 a112 a111 a110 a109 a120 a121 a122 a123",
  "a124 a125 a126 a127 a128 a129 a130 a131 a132 a133 a134 a135 a136 a137 a138 a139",
  "a140 a141 a142 a143 a144 a145 a146 a147 a148 a149 a150 a151 a152 a153 a154 a155",
  "a156 a157 a158 a159 a160 a161 a163 a164 a196 a165 a192 a166 a167 a168 a169 a170",
  "a171 a172 a173 a162 a174 a175 a176 a177 a178 a179 a193 a180 a199 a181 a200 a182",
  "- a201 a183 a184 a197 a185 a194 a198 a186 a195 a187 a188 a189 a190 a191 -",
];

const codesByName = new Map(
  zapfDingbatsNames.flatMap((row, index) => row.split(" ").map((name, at) => [name, 0x20 + 16 * index + at] as const)),
);

const tables = new Map(Object.entries(rows).map(([font, lines]) => [font, Array.from(lines.join(""))]));

/** A font's character for an 8-bit code; U+FFFD where it has none that is known. */
export const symbolOf = (font: SymbolFont, code: number): string => tables.get(font)?.[code - 0x20] ?? "\uFFFD";

/** Whether a font has a code for this character. */
export const hasSymbol = (font: SymbolFont, character: string): boolean =>
  character !== "\uFFFD" && (tables.get(font)?.includes(character) ?? false);

/** The code under which ZapfDingbats has a glyph of this name. */
export const zapfDingbatsCode = (glyphName: string): number | undefined =>
  glyphName === "-" ? undefined : codesByName.get(glyphName);

/** Names in lower case, without the prefix of a subset, and without what is no letter or digit. */
const fontNames: readonly (readonly [RegExp, SymbolFont])[] = [
  [/^(?:itc)?zapfdingbats(?:itc|std)?|^dingbats$|^d050000l$|^monotypesorts/, "zapfDingbats"],
  [/^wingdings2/, "wingdings2"],
  [/^wingdings3/, "wingdings3"],
  [/^wingdings(?!\d)/, "wingdings"],
  [/^webdings/, "webdings"],
  [/^symbol(?:mt|ps|neu|std)*(?:bold|italic|oblique|regular|normal)*$|^standardsyml|^standardsymbolsps/, "symbol"],
];

/** Which of the fonts it is, whatever prefix and style its name carries: `ABCDEF+Wingdings-Regular`. */
export function symbolFontOf(baseFont: string): SymbolFont | undefined {
  const plain = baseFont.replace(/^(?:[A-Z]{6}\+)+/, "").replace(/-Identity-[HV]$/, "");
  const name = plain.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase();
  return fontNames.find(([pattern]) => pattern.test(name))?.[1];
}
