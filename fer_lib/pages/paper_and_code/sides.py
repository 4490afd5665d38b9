"""Where the paper's text, the released code and this book part: the book's side is printed from its recipes."""
from collections.abc import Callable, Sequence

from IPython.display import HTML

from ...network import K_RANGE, RELEASED_BATCH
from ...runs import Run
from ...training import Recipe
from ..markup import escaped

HEADS = "the paper", "the code", "this book"
# Where each was read: in the authors' repository of the experiments, or (anna/…) of their library
READ_IN = {
    "Learning rate": "ck_plus/cnn_ad/train.py",
    "First weights": "ck_plus/model.py",
    "Normalisation": "anna/util/__init__.py, Normer3",
    "Augmentation": "anna/util/__init__.py, DataAugmenter2",
    "Dropout": "anna/layers/layers.py, DenseLayer",
    "Length": "ck_plus/cnn_ad/train.py",
    "Batches": "anna/datasets/supervised_dataset.py",
    "Checkpoint": "ck_plus/ck_plus_checkpoint_checker.py",
    "Weight decay": "anna/layers/layers.py, gen_updates_regular_momentum",
}


def sides(runs: Sequence[Run] = ()) -> HTML:
    """A table. runs: stored ones; of these CNN+AD as released counts, one of each size for all."""
    kept = {stored_at(run): run.recipe for run in runs if run.as_released and run.recipe.variant == "CNN+AD"}
    head = "".join(f'<th scope="col" style="width:33%;text-align:left;padding:0">{name}</th>' for name in HEADS)
    body = "".join(f'<tr><th colspan="3" scope="rowgroup" style="text-align:left;padding:.6rem 0 0">{name}</th></tr>'
                   "<tr>" + "".join(f'<td style="vertical-align:top;text-align:left;padding:0 .5rem 0 0">{cell}</td>'
                                    for cell in with_file(name, *cells)) + "</tr>"
                   for name, cells in rows_of(kept).items())
    return HTML('<table style="font-size:.75rem;line-height:1.3;width:100%;table-layout:fixed">'
                f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>")


def with_file(name: str, paper: str, code: str, book: str) -> tuple[str, str, str]:
    """The cells of a row; below the code's, the file that it was read in."""
    file, *inside = READ_IN[name].split(", ")
    return paper, f"{code} <code style=\"overflow-wrap:anywhere\">{file}</code> {' '.join(inside)}".rstrip(), book


def stored_at(run: Run) -> str:
    return f"stored at {escaped(run.config['dataset']['parameters'].get('size'))}"


def of_recipes(recipes: dict[str, Recipe], name: str, show: Callable = "{}".format) -> str:
    """A field of some recipes: the value where they agree, or the values and whose they are."""
    values = {}
    for owner, recipe in recipes.items():
        values.setdefault(show(getattr(recipe, name)), []).append(owner)
    return next(iter(values)) if len(values) == 1 else ", ".join(
        f"{value} ({' and '.join(owners)})" for value, owners in values.items())


def rows_of(kept: dict[str, Recipe]) -> dict[str, tuple[str, str, str]]:
    """A cell for each of HEADS. kept: recipes of the stored runs, by where they are stored."""
    paper, code, used = Recipe.paper(), Recipe.released(), {"live": Recipe.quick()} | kept
    kept = kept or {"the list": Recipe.released()}
    low, high = K_RANGE
    rate, decay = (of_recipes(used, name, "{:g}".format) for name in ("rate", "decay"))
    k = of_recipes(used, "k", lambda k: "drawn" if k is None else f"{k:g}")
    steps, batch = of_recipes(kept, "steps", "{:,}".format), of_recipes(used, "batch")
    patience = of_recipes(kept, "patience", lambda steps: "no early stop" if steps is None else
                          f"fewer once validation has not risen for {steps:,}")
    return {
        "Learning rate": (f"{paper.rate:g}, constant", f"{code.rate:g}, constant",
                          f"{rate}: the code's; with the paper's a run takes longer to start"),
        "First weights": (f"normal, scale k from {low}–{high}; std k/inputs †",
                          f"std k/√inputs, but k/√({RELEASED_BATCH}·inputs) in fc; one k from {low}–{high} for all "
                          "layers, unseeded",
                          f"{of_recipes(used, 'initialisation')}; k {k}; seeded: a live run must begin to learn at "
                          "once"),
        "Normalisation": ("mean of a patch subtracted, scaled to unit variance",
                          "5×5 mean subtracted; the division never happens",
                          f"{of_recipes(used, 'normalisation')}: the code's"),
        "Augmentation": ("rotation, translation, mirroring, pixel intensity",
                         "the same and scale; then stretched to full range, which leaves of intensity only the "
                         "exponent",
                         "the code's, stretching included, in the variants with A"),
        "Dropout": ("on the fully connected layer", "p = 0.5 on its input, the 1,024 pooled values",
                    "the code's, in the variants with D"),
        "Length": ("not stated", f"{code.steps:,} batches of {code.batch}",
                   f"live: as each chapter says; stored: at most {steps} batches of {batch}, {patience}"),
        "Batches": ("not stated", "drawn with replacement, in the order of seed 0; the first weights are drawn before, "
                    "without a seed", "drawn with replacement, by the seed of the run"),
        "Checkpoint": ("not stated", "one every 1,000 batches; 2015: best on the test fold, 2016–17: best on a "
                       "validation fold",
                       f"stored: one every {of_recipes(kept, 'every')} batches; live: as each chapter says; best on "
                       f"{of_recipes(used, 'selection')}: the test fold must not choose"),
        "Weight decay": (f"{paper.decay:g}; on biases: not stated",
                         f"{code.decay:g} on every parameter, biases included", f"{decay}, as the code"),
    }
