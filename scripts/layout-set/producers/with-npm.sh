#!/usr/bin/env bash
# Fetches PDFKit, pdf-lib and jsPDF into the given folder and has them make the files that its orders.json asks for.
set -euo pipefail
work=$1
cp "$(dirname "$0")/with-npm.mjs" "$work/"
cd "$work"
echo '{"private": true, "type": "module"}' >package.json
bun add --silent --exact pdfkit@0.20.2 pdf-lib@1.17.1 @pdf-lib/fontkit@1.1.1 jspdf@4.2.1
bun with-npm.mjs
