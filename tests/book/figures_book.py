"""A tiny book with one of each kind of figure: charts, things to turn, tables, a heat map, the moved face."""
from tiny_book import TinyBook, chapter

CHART = """
import matplotlib.pyplot as plt
import pandas as pd
from fer_lib.pages.charts import dots_by_kind
networks = pd.DataFrame([{"group": "controls", "kind": kind, "fold": 0, "seed": seed, "run": f"{kind}-{seed}",
                          "AUC": .5 + seed / 10 + .01 * len(kind)}
                         for kind in ("CNN+AD", "CNN") for seed in range(3)])
dots_by_kind(networks, {"AUC": "area under\\nthe curve"}, width=4)
plt.show()
"""
HEAVY = """
from fer_lib.pages import figures
import numpy as np
figures.MOST = 100
plt.plot(np.arange(5))
plt.show()
figures.MOST = 200_000
"""
FILTERS = """
from fer_lib.pages.figures import name_marks
_, axes = plt.subplots(figsize=(4, 2))
name_marks(axes.scatter(range(5), range(5), color="#7a1f5c"), [f"conv3:{f} · a filter" for f in range(5)])
axes.set(xlabel="what a filter is", yticks=[0, 1], yticklabels=["AU12", "AU4"])
plt.show()
"""
TURN = """
from fer_lib.pages.interactive import filter_images, filter_nulls, two_histograms
random = np.random.default_rng(0)
faces = random.integers(0, 256, (10, 8, 8)).astype(np.uint8)
filter_images(faces, random.integers(0, 10, (8, 2)), np.ones((8, 2), bool), np.zeros((8, 2, 2)), 4, list("abcdefgh"))
"""
HISTOGRAMS = """
shows = pd.DataFrame({"AU12": [0, 1] * 5, "AU4": [1, 0] * 5})
two_histograms(random.random((10, 8)), shows, first=(0, "AU12"))
"""
NULLS = """
filter_nulls(random.random(8), random.random((50, 8)), np.full(8, .95), np.full(8, .5), ["AU12, lips"] * 8, first=0)
"""
BLOCKS = """
from fer_lib.pages.filters import blocks
blocks(np.array([3, 5]), np.array([3, 5]), {"picture": list(faces[:2] / 255)}, ["x"] * 8, seen=1)
"""
TABLE = """
from fer_lib.pages.markup import folded, styled
folded("What was compared", styled(pd.DataFrame({"filter": ["conv3:3", "conv3:4"], "is": ["one", "two"]})), "compared")
"""
WIDE = """
styled(pd.DataFrame(np.arange(26.).reshape(2, 13), columns=[f"column_number_{i}" for i in range(13)]))
"""
HEAT = """
import seaborn
from fer_lib.pages.heat import make_legible
_, axes = plt.subplots(figsize=(8, 3), layout="constrained")
seaborn.heatmap(np.linspace(0, 100, 24).reshape(3, 8), cmap="Greys", annot=True, ax=axes, cbar=False)
make_legible(axes)
plt.show()
"""
FULL = ":tags: [full-width]\nprint('as wide as the page')"
GLUE = """
from types import SimpleNamespace
from fer_lib import FaceDataset
from fer_lib.pages.example_network import glue_filters
network = SimpleNamespace(recipe=SimpleNamespace(variant="CNN"), pixels=8, folder=SimpleNamespace(name="run"))
glue_filters(network, FaceDataset("synthetic", faces[:, None], [0] * 10, ("happy",)), random.random((10, 8)), ["x"] * 8)
"""
MOVED = """
from fer_lib.pages.first_page.moved_face import moved_face
best = pd.DataFrame({"filter": [0, 1], "AUC": [.9, .8]}, index=["AU12", "AU4"])
points = pd.DataFrame({"happy": [90.] * 5})
moved_face(faces[:5, None], 2, best, random.random((5, 8)), np.ones(8), points, "A network.")
"""
ALT = ":mystnb: {image: {alt: A chart}}\n"


def figures_book(folder):
    """Build it in `folder`; the folder of its pages."""
    book = TinyBook(folder / "a book")
    book.write("_toc.yml", "format: jb-book\nroot: index\nchapters:\n- file: one\n- file: two\n- file: three\n")
    book.write("book/index.md", "# Tiny\n\n[there](#below)\n")
    book.write("book/one.md", chapter(ALT + CHART, ALT + CHART.replace(".5 +", ".4 +"), ALT + HEAVY))
    book.write("book/two.md", chapter("import matplotlib.pyplot as plt\nimport pandas as pd\nimport numpy as np",
                                      ALT + FILTERS, TURN, HISTOGRAMS, NULLS, FULL, BLOCKS, TABLE, WIDE, GLUE,
                                      ALT + HEAT, MOVED,
                                      text="A filter is conv3:3.\n\n(below)=\n## Below\n\nThere.\n"))
    book.write("book/three.md", chapter("import numpy as np", TURN, GLUE, title="Three", text="Of conv3:2.\n"))
    result = book.build("-W", "--keep-going")
    assert result.returncode == 0, result.stderr
    return book.html
