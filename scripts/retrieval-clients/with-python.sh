#!/usr/bin/env bash
# Fetches the clients from PyPI into the given folder and has each of them call the service at SIDECAR_URL.
set -euo pipefail
work=$1
program="$(dirname "$(realpath "$0")")/with-python.py"
cd "$work"
python3 -m venv environment
environment/bin/pip install --quiet openai==3.57.0 cohere==5.21.1 langchain-openai==1.7.4 langchain-cohere==0.6.0 \
  llama-index-embeddings-openai-like==0.4.0 llama-index-postprocessor-cohere-rerank==0.10.0 haystack-ai==3.4.1 \
  cohere-haystack==11.0.0
HAYSTACK_TELEMETRY_ENABLED=False environment/bin/python "$program"
