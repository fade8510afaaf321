/** A variable that docker-compose.yml reads and the service does not. */
export interface ComposeVariable {
  name: string;
  /** As a person would write it; empty when there is none. */
  defaultText: string;
  description: string;
}

/** Compose's own variables and those of docker-compose.yml, for the README and `.env.example`. */
export const composeVariables: readonly ComposeVariable[] = [
  {
    name: "COMPOSE_PROFILES",
    defaultText: "",
    description:
      "what starts: `key`, `network`, `gpu` or `gpu-network`, with `,ollama` behind it where Compose runs Ollama, too",
  },
  {
    name: "SIDECAR_UPLOADS",
    defaultText: "uploads",
    description: "the upload base, mounted read-only: a folder of this machine, or the volume `uploads`",
  },
  {
    name: "SIDECAR_MODELS",
    defaultText: "models",
    description:
      "the retrieval models: a folder of this machine, which user 10001 can write to while they are fetched, or the volume `models`",
  },
  {
    name: "SIDECAR_SECRETS",
    defaultText: "./secrets",
    description: "folder of this machine that is mounted read-only as `/run/secrets`",
  },
  {
    name: "SIDECAR_MEMORY",
    defaultText: "10g",
    description: "memory limit of the service, with the 2 GB in which documents lie while they are read; no swap",
  },
  { name: "SIDECAR_CPUS", defaultText: "0", description: "CPUs of the service; 0 = all of the machine's" },
  {
    name: "SIDECAR_NETWORK",
    defaultText: "ocr-sidecar",
    description: "name of the container network that the backend joins",
  },
  { name: "OLLAMA_MEMORY", defaultText: "32g", description: "memory limit of the Ollama container" },
  { name: "OLLAMA_VERSION", defaultText: "0.32.9", description: "image of Ollama" },
  {
    name: "OLLAMA_MODELS_VOLUME",
    defaultText: "ollama",
    description: "Ollama's `.ollama` with its models: a folder of this machine, or the volume `ollama`",
  },
  {
    name: "OLLAMA_USER",
    defaultText: "0:0",
    description: "user and group, as numbers, that own that folder and run Ollama",
  },
];
