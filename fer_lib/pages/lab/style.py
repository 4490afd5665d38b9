"""How the widgets look, in JupyterLab and on a page of the book: lab.css, which each of them brings along."""
from pathlib import Path

import ipywidgets as widgets

CLASS = "lab"


def dress(widget: widgets.DOMWidget) -> widgets.HTML:
    """Mark a widget as one of these → a part for it, which is not seen."""
    widget.add_class(CLASS)
    css = Path(__file__).with_name("lab.css").read_text(encoding="utf-8")
    return widgets.HTML(f"<style>{css}</style>", layout={"display": "none"})
