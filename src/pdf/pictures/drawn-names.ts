const operator = /\/([^\s/<>[\](){}%]+)\s+Do(?![^\s/<>[\](){}%])/g;

/** Names of the forms and pictures that a content stream draws, as Latin-1: resources name what other pages draw as well. */
export const drawnNames = (content: string): Set<string> =>
  new Set([...content.matchAll(operator)].map(([, name = ""]) => unescaped(name)));

const unescaped = (name: string) =>
  name.replaceAll(/#([0-9a-fA-F]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
