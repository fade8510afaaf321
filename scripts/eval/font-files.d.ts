declare module "*.ttf" {
  const path: string;
  export = path;
}
