# Two images from one file:
#   docker build --target cpu .     OCR runs at Ollama, everything else on the processor (the default)
#   docker build --target gpu .     the same with ONNX Runtime's CUDA provider (amd64 only)
# Images are pinned by version. Where the registry can be reached, add their digests (image:tag@sha256:…). Should a tag
# disappear, give another as a build argument: docs/containers.md says what it must have.

ARG BUN_IMAGE=oven/bun:1.4.5-slim
# The major version must be the one the CUDA provider is linked to, or the gpu build stops at its check below.
# ONNX Runtime 1.30.0 is linked to cuBLAS, cuRAND and the runtime of CUDA 13 in its Python package, and computes these
# models without cuDNN; the provider that the Node package downloads has not been seen. Should the check name libraries
# that end in .so.12, take 12.9.1 instead.
ARG CUDA_IMAGE=nvidia/cuda:13.0.2-runtime-ubuntu24.04

# ---- bun: the program, for images that do not start from Bun's own ----
FROM ${BUN_IMAGE} AS bun

# ---- modules: production dependencies, without what other platforms need ----
FROM bun AS modules
WORKDIR /app
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --production --ignore-scripts
COPY scripts/prune-modules.ts scripts/
# Without a default, which would win over the value that the builder sets.
ARG TARGETARCH
# Prints what is left, by package.
RUN bun scripts/prune-modules.ts --modules node_modules --arch "${TARGETARCH}"

# ---- console: the page for people, built, so that its sources and libraries stay out of the image ----
FROM bun AS console
WORKDIR /app
COPY package.json bun.lock ./
RUN bun install --frozen-lockfile --ignore-scripts
COPY src src
COPY console console
COPY scripts/build-console.ts scripts/
RUN bun scripts/build-console.ts --out /built

# ---- modules-cuda: the CUDA provider, fetched by onnxruntime-node's own script ----
FROM modules AS modules-cuda
# The name that onnxruntime-node 1.30.0 gives its only set of GPU files, whatever they are linked to.
ARG ONNXRUNTIME_NODE_INSTALL=cuda12
# No lock file names what the script downloads. The build tells the sum of the two files; given here, as
# --build-arg CUDA_PROVIDER_SHA256=…, it lets no others into the image.
ARG CUDA_PROVIDER_SHA256=
# The TensorRT provider comes along, is not used, and needs libraries of its own. The script lets everybody write to
# what it unpacks.
RUN set -eu; \
  if [ ! -d node_modules/onnxruntime-node/bin/napi-v6/linux/x64 ]; then \
    echo "There is a CUDA provider for amd64 only: build the target cpu here" >&2; exit 1; \
  fi; \
  bun node_modules/onnxruntime-node/script/install.js; \
  chmod -R u=rwX,go=rX node_modules; \
  cd node_modules/onnxruntime-node/bin/napi-v6/linux/x64; \
  rm libonnxruntime_providers_tensorrt.so; \
  du -sm *; \
  sum="$(cat libonnxruntime_providers_cuda.so libonnxruntime_providers_shared.so | sha256sum | cut -d " " -f 1)"; \
  echo "CUDA_PROVIDER_SHA256=$sum"; \
  if [ "${CUDA_PROVIDER_SHA256:-$sum}" != "$sum" ]; then \
    echo "The CUDA provider is not the one whose sum was given" >&2; exit 1; \
  fi

# ---- gpu ----
FROM ${CUDA_IMAGE} AS gpu
WORKDIR /app
RUN mkdir /models /mnt/uploads && chown 10001:10001 /models
COPY --from=bun /usr/local/bin/bun /usr/local/bin/bun
COPY --from=modules-cuda /app/node_modules node_modules
# Everything the provider is linked to must be in the image, but for the driver's libcuda, which the container
# runtime brings.
RUN set -eu; \
  cd node_modules/onnxruntime-node/bin/napi-v6/linux/x64; \
  for library in libonnxruntime_providers_shared.so libonnxruntime_providers_cuda.so; do \
    links="$(ldd "./$library")"; \
    if printf '%s\n' "$links" | grep "not found" | grep -v "libcuda\.so\.1"; then \
      echo "$library lacks the libraries above: choose another CUDA_IMAGE" >&2; exit 1; \
    fi; \
  done
COPY package.json LICENSE NOTICE ./
COPY --from=console /built console
COPY src src
ENV NODE_ENV=production \
  BUN_RUNTIME_TRANSPILER_CACHE_PATH=0 \
  MALLOC_TRIM_THRESHOLD_=131072 \
  NVIDIA_DRIVER_CAPABILITIES=compute,utility \
  OLLAMA_API_URL=http://host.docker.internal:11434 \
  MODEL_DIR=/models \
  OCR_SIDECAR_COMMAND="docker compose run --rm sidecar"
LABEL org.opencontainers.image.title="ocr-sidecar" org.opencontainers.image.licenses="AGPL-3.0-or-later"
VOLUME /models
EXPOSE 8765
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["bun", "src/health-check.ts"]
ENTRYPOINT ["bun", "/app/src/cli.ts"]
CMD ["serve"]

# ---- cpu: last, so that a build without a target makes it ----
FROM bun AS cpu
WORKDIR /app
RUN mkdir /models /mnt/uploads && chown 10001:10001 /models
COPY --from=modules /app/node_modules node_modules
COPY package.json LICENSE NOTICE ./
COPY --from=console /built console
COPY src src
ENV NODE_ENV=production \
  BUN_RUNTIME_TRANSPILER_CACHE_PATH=0 \
  MALLOC_TRIM_THRESHOLD_=131072 \
  OLLAMA_API_URL=http://host.docker.internal:11434 \
  MODEL_DIR=/models \
  OCR_SIDECAR_COMMAND="docker compose run --rm sidecar"
LABEL org.opencontainers.image.title="ocr-sidecar" org.opencontainers.image.licenses="AGPL-3.0-or-later"
VOLUME /models
EXPOSE 8765
USER 10001:10001
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 CMD ["bun", "src/health-check.ts"]
ENTRYPOINT ["bun", "/app/src/cli.ts"]
CMD ["serve"]
