#!/usr/bin/env bash
# Fetches ReportLab, fpdf2 and WeasyPrint into the given folder and has them make the files that its orders.json asks for.
# WeasyPrint needs Pango (Debian: libpango-1.0-0 libpangoft2-1.0-0); without it its files are left out.
set -euo pipefail
work=$1
program="$(dirname "$(realpath "$0")")/with-python.py"
cd "$work"
python3 -m venv --system-site-packages environment
environment/bin/pip install --quiet reportlab==5.1.0 fpdf2==2.8.9 uharfbuzz weasyprint==70.0
environment/bin/python "$program"
