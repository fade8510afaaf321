import "./frame/checks-without-eval.ts";
import { render } from "preact";
import { App } from "./frame/app.tsx";
import { createConsole } from "./frame/console-state.ts";
import { listenForKeys } from "./frame/keys.ts";

const state = createConsole(document.documentElement.dataset, window);
listenForKeys(window, state);
render(<App state={state} />, document.body);
