import sarabunPath from "@expo-google-fonts/sarabun/400Regular/Sarabun_400Regular.ttf" with { type: "file" };
import sarabunItalicPath from "@expo-google-fonts/sarabun/400Regular_Italic/Sarabun_400Regular_Italic.ttf" with {
  type: "file",
};
import sarabunBoldPath from "@expo-google-fonts/sarabun/700Bold/Sarabun_700Bold.ttf" with { type: "file" };
import * as mupdf from "mupdf";

/** Said in the data that are made of them. */
export const whence: readonly string[] = [
  "Sarabun, of @expo-google-fonts/sarabun: SIL Open Font License 1.1",
  "Laksaman, Norasi, Kinnari, Garuda, Loma, Waree, Umpush, TlwgTypo, of Debian's fonts-thai-tlwg: GPL 2 or later",
  "Noto Sans Thai, Noto Looped Thai, Noto Serif Thai, of Debian's fonts-noto-core: SIL Open Font License 1.1",
];

const tlwg =
  "Laksaman Laksaman-Bold Norasi Norasi-Bold Norasi-Italic Kinnari Kinnari-Bold Garuda Garuda-Bold Garuda-Oblique Loma Loma-Bold Waree Umpush TlwgTypo";
const noto = "NotoSansThai-Regular NotoLoopedThai-Regular NotoSerifThai-Regular";

/** The fonts of Thai offices and those that are like them. */
export async function fontsToDraw(): Promise<mupdf.Font[]> {
  const paths = [
    sarabunPath,
    sarabunItalicPath,
    sarabunBoldPath,
    ...tlwg.split(" ").map((name) => `/usr/share/fonts/truetype/tlwg/${name}.ttf`),
    ...noto.split(" ").map((name) => `/usr/share/fonts/truetype/noto/${name}.ttf`),
  ];
  return await Promise.all(paths.map(async (path) => new mupdf.Font(path, await Bun.file(path).bytes())));
}
