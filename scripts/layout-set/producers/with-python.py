# Runs in the folder that with-python.sh fills: writes marks as ReportLab and fpdf2 do it, and HTML as WeasyPrint does.
import json
import pathlib

from fpdf import FPDF
from reportlab.lib.colors import black
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

WIDTH, HEIGHT = 595, 842
STANDARD = {"helvetica": ("Helvetica", "Helvetica-Bold"), "times": ("Times-Roman", "Times-Bold"), "courier": ("Courier", "Courier-Bold")}


def with_reportlab(content, path):
    for weight in ("Regular", "Bold"):
        pdfmetrics.registerFont(TTFont(f"Sarabun-{weight}", f"Sarabun-{weight}.ttf"))
    canvas = Canvas(path, pagesize=(WIDTH, HEIGHT))
    for page in content["pages"]:
        for mark in page["marks"]:
            kind = mark["type"]
            if kind == "text":
                weight = "Bold" if mark["bold"] else "Regular"
                name = f"Sarabun-{weight}" if mark["family"] == "sarabun" else STANDARD[mark["family"]][mark["bold"]]
                canvas.setFillGray(0)
                canvas.setFont(name, mark["size"])
                canvas.drawString(mark["x"], HEIGHT - mark["baseline"], mark["text"])
            elif kind == "line":
                canvas.setLineWidth(mark["width"])
                canvas.line(mark["x1"], HEIGHT - mark["y1"], mark["x2"], HEIGHT - mark["y2"])
            elif kind == "rect":
                canvas.setFillGray(mark["grey"])
                canvas.rect(mark["x"], HEIGHT - mark["y"] - mark["height"], mark["width"], mark["height"], stroke=0, fill=1)
            elif kind == "link":
                box = (mark["x"], HEIGHT - mark["y"] - mark["height"], mark["x"] + mark["width"], HEIGHT - mark["y"])
                canvas.linkURL(mark["url"], box)
            elif kind == "field":
                canvas.acroForm.textfield(name=mark["name"], value=mark["value"], x=mark["x"], y=HEIGHT - mark["y"] - mark["height"], width=mark["width"], height=mark["height"], fontSize=10, borderWidth=0)
            else:
                canvas.acroForm.checkbox(name=mark["name"], checked=mark["checked"], x=mark["x"], y=HEIGHT - mark["y"] - mark["size"], size=mark["size"], borderColor=black)
        canvas.showPage()
    canvas.save()


def with_fpdf2(content, path):
    document = FPDF(unit="pt", format=(WIDTH, HEIGHT))
    document.set_auto_page_break(False)
    for style, weight in (("", "Regular"), ("B", "Bold")):
        document.add_font("sarabun", style, f"Sarabun-{weight}.ttf")
    document.set_text_shaping(True)
    for page in content["pages"]:
        document.add_page()
        for mark in page["marks"]:
            kind = mark["type"]
            if kind == "text":
                document.set_font(mark["family"], "B" if mark["bold"] else "", mark["size"])
                # The standard fonts of this library have no bullets and dashes.
                text = mark["text"] if mark["family"] == "sarabun" else mark["text"].replace("•", "\x95").replace("–", "-")
                document.text(mark["x"], mark["baseline"], text)
            elif kind == "line":
                document.set_line_width(mark["width"])
                document.line(mark["x1"], mark["y1"], mark["x2"], mark["y2"])
            elif kind == "rect":
                document.set_fill_color(round(255 * mark["grey"]))
                document.rect(mark["x"], mark["y"], mark["width"], mark["height"], style="F")
            elif kind == "link":
                document.link(mark["x"], mark["y"], mark["width"], mark["height"], mark["url"])
    document.output(path)


def with_weasyprint(content, path):
    try:
        from weasyprint import CSS, HTML
    except OSError as error:
        print(f"{path} is left out: {error}")
        return
    folder = pathlib.Path(".").resolve().as_uri()
    faces = "".join(
        f"@font-face {{ font-family: Sarabun; font-weight: {weight}; src: url({folder}/Sarabun-{name}.ttf) }}\n"
        for name, weight in (("Regular", "normal"), ("Bold", "bold"))
    )
    HTML(string=content["html"]).write_pdf(path, stylesheets=[CSS(string=faces)])


PRODUCERS = {"reportlab": with_reportlab, "fpdf2": with_fpdf2, "weasyprint": with_weasyprint}
for order in json.loads(pathlib.Path("orders.json").read_text()):
    path = order["path"]
    if order["producer"] == "fpdf2" and any(mark["type"] in ("field", "check") for page in order["content"]["pages"] for mark in page["marks"]):
        continue
    PRODUCERS[order["producer"]](order["content"], path)
