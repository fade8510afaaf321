import { computed, effect, type ReadonlySignal, type Signal, signal } from "@preact/signals";
import { createSidecarClient, type SidecarClient } from "../../src/client.ts";
import { emptyOptions, type Options, restoreOptions } from "../options/options.ts";
import { type DocumentEntry, type Order, type RunName, shownRun } from "../reading/documents.ts";
import { readDocument, toFault } from "../reading/read-document.ts";
import { createReadingQueue } from "../reading/reading-queue.ts";
import type { PageState, Run } from "../reading/run.ts";
import { createPictures, type Pictures } from "../viewer/pictures.ts";
import { type Language, preferredLanguage, type Say, sayIn } from "../words/words.ts";

/** Where the tab keeps what must survive a reload. */
const stored = { key: "console.key", options: "console.options", language: "console.language" } as const;

export type View = "read" | "machine";
/** Which part a narrow window shows. */
export type Pane = "documents" | "pages" | "page";

/** Everything that the page shows, and the ways to change it. */
export interface ConsoleState {
  facts: { version: string; notices: string };
  asksForKey: boolean;
  key: Signal<string>;
  /** The service refused the key, or wants one. */
  keyRefused: Signal<boolean>;
  client: ReadonlySignal<SidecarClient>;
  language: Signal<Language>;
  say: ReadonlySignal<Say>;
  view: Signal<View>;
  pane: Signal<Pane>;
  options: Signal<Options>;
  documents: Signal<readonly DocumentEntry[]>;
  shownId: Signal<number | undefined>;
  shown: ReadonlySignal<DocumentEntry | undefined>;
  chosenRun: Signal<RunName>;
  run: ReadonlySignal<{ name: RunName; run: Run } | undefined>;
  comparing: Signal<boolean>;
  /** The page that is looked at, from 1; and whether it follows what is being read. */
  page: Signal<number>;
  following: Signal<boolean>;
  pageState: ReadonlySignal<PageState | undefined>;
  raw: Signal<boolean>;
  showsPicture: Signal<boolean>;
  zoom: Signal<number>;
  /** The piece of the page that is looked at, from 1; 0: the whole page. */
  tile: Signal<number>;
  pictures: Pictures;
  helping: Signal<boolean>;
  keysOn: Signal<boolean>;
  useKey(key: string): void;
  setOptions(change: Partial<Options>): void;
  clearOptions(): void;
  add(files: readonly File[], order: Order): void;
  remove(id: number): void;
  show(id: number): void;
  goTo(page: number): void;
  step(by: number): void;
  stop(id: number): void;
  readAgain(id: number, order: Order): void;
  /** The latest reading becomes the one that later ones are compared with. */
  keepAsBase(id: number): void;
}

export function createConsole(dataset: DOMStringMap, browser: Window): ConsoleState {
  const { sessionStorage: tab, localStorage: lasting } = browser;
  const asksForKey = dataset.key === "asked";
  const key = signal(tab.getItem(stored.key) ?? "");
  const keyRefused = signal(asksForKey && key.value === "");
  const client = computed(() =>
    createSidecarClient({
      baseUrl: new URL(".", browser.location.href),
      apiKey: key.value === "" ? undefined : key.value,
      // This page is about one service; no balancer is to choose.
      sendDocumentSha256: false,
      // A person sees at once what went wrong, and decides.
      retry: { maxAttempts: 1 },
    }),
  );
  const language = signal(preferredLanguage(lasting.getItem(stored.language), browser.navigator.languages));
  language.subscribe((value) => {
    browser.document.documentElement.lang = value;
    lasting.setItem(stored.language, value);
  });
  const options = signal(restoreOptions(tab.getItem(stored.options)));
  options.subscribe((value) => tab.setItem(stored.options, JSON.stringify(value)));

  const documents = signal<readonly DocumentEntry[]>([]);
  const shownId = signal<number | undefined>(undefined);
  const shown = computed(() => documents.value.find(({ id }) => id === shownId.value));
  const chosenRun = signal<RunName>("a");
  const run = computed(() => (shown.value === undefined ? undefined : shownRun(shown.value, chosenRun.value)));
  const page = signal(1);
  const following = signal(true);
  const pageState = computed(() => run.value?.run.pages.find((state) => state.page === page.value));
  const comparing = signal(false);
  const tile = signal(0);
  effect(() => {
    // Another page has other pieces, and so has another document.
    shownId.value;
    page.value;
    tile.value = 0;
  });
  const pictures = createPictures({
    toFault,
    forget: ({ url }) => URL.revokeObjectURL(url),
    load: async (key, signal) => {
      const file = documents.value.find(({ id }) => id === key.documentId)?.file;
      if (file === undefined) throw new Error("The document is not in the list any more.");
      const place = key.tile === 0 ? {} : { tile: key.tile };
      const { png, rotation, tiles, warnings } = await client.value.pageImage(
        { file, page: key.page, ...place },
        { signal },
      );
      return { url: URL.createObjectURL(new Blob([png], { type: "image/png" })), rotation, tiles, warnings };
    },
  });
  const queue = createReadingQueue({
    documents,
    read: (file, order, signal, tell) => readDocument(client.value, file, order, signal, tell),
    shownId: () => shownId.value,
    onBegin: (id, name) => {
      if (shownId.value !== id) return;
      chosenRun.value = name;
      following.value = true;
    },
    onNews: follow,
    onEnd: (_id, fault) => {
      if (fault?.status === 401) keyRefused.value = true;
    },
  });

  /** Shows what is being written, else the first finished page, until the person chooses one. */
  function follow(id: number): void {
    if (id !== shownId.value || !following.value) return;
    const pages = run.value?.run.pages ?? [];
    const written = pages.find(({ draft }) => draft !== undefined);
    const first = pages.find(({ result }) => result !== undefined) ?? pages[0];
    const next = written ?? (pageState.value?.result === undefined ? first : pageState.value);
    if (next !== undefined) page.value = next.page;
  }

  const state: ConsoleState = {
    facts: { version: dataset.version ?? "", notices: dataset.notices ?? "" },
    asksForKey,
    key,
    keyRefused,
    client,
    language,
    say: computed(() => sayIn(language.value)),
    view: signal<View>("read"),
    pane: signal<Pane>("documents"),
    options,
    documents,
    shownId,
    shown,
    chosenRun,
    run,
    comparing,
    page,
    following,
    pageState,
    raw: signal(false),
    showsPicture: signal(true),
    zoom: signal(1),
    tile,
    pictures,
    helping: signal(false),
    keysOn: signal(true),
    useKey: (given) => {
      key.value = given;
      keyRefused.value = false;
      tab.setItem(stored.key, given);
    },
    setOptions: (given) => {
      options.value = { ...options.value, ...given };
    },
    clearOptions: () => {
      options.value = emptyOptions;
    },
    add: (files, order) => {
      const isIdle = documents.value.every(({ state }) => state === "idle");
      const [first] = queue.add(files, order);
      if (first === undefined) return;
      state.pane.value = "pages";
      if (isIdle || shown.value === undefined) state.show(first);
    },
    remove: (id) => {
      queue.remove(id);
      if (shownId.value === id) shownId.value = documents.value.at(-1)?.id;
    },
    show: (id) => {
      shownId.value = id;
      comparing.value = false;
      following.value = true;
      const entry = documents.value.find((held) => held.id === id);
      chosenRun.value = entry?.b === undefined ? "a" : "b";
      page.value = run.value?.run.pages[0]?.page ?? 1;
    },
    goTo: (given) => {
      page.value = given;
      following.value = false;
    },
    step: (by) => {
      const pages = run.value?.run.pages ?? [];
      const place = pages.findIndex((held) => held.page === page.value);
      const next = pages[Math.max(0, Math.min(pages.length - 1, place + by))];
      if (next !== undefined) state.goTo(next.page);
    },
    stop: queue.stop,
    readAgain: (id, order) => {
      comparing.value = false;
      queue.readAgain(id, order);
    },
    keepAsBase: (id) => {
      queue.keepAsBase(id);
      comparing.value = false;
      chosenRun.value = "a";
    },
  };
  return state;
}
