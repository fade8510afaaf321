#!/usr/bin/env bash
# Fetches the clients from npm into the given folder and has each of them call the service at SIDECAR_URL.
set -euo pipefail
work=$1
cp "$(dirname "$0")/with-npm.mjs" "$work/"
cd "$work"
echo '{"private": true, "type": "module"}' >package.json
bun add --silent --exact openai@7.59.0 @langchain/core@1.4.0 @langchain/openai@1.6.0 @langchain/cohere@1.0.5 \
  llamaindex@0.12.1 @llamaindex/openai@0.4.22 cohere-ai@8.1.0 ai@7.0.173 @ai-sdk/openai-compatible@3.0.92
bun with-npm.mjs
