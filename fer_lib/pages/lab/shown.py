"""How answers about a filter look: pictures, two histograms, what chance makes of it, and a sentence. HTML with SVG."""
import numpy as np

from ...analysis.attribution import FIELD, SIDE
from ...datasets import FaceDataset
from ..filters import signed
from ..markup import escaped
from ..pictures import picture
from .questions import Cell

WITHHELD = "Photographs, and what is computed back to their pixels, are not shown; show_faces=True shows them, to you."
NO_UNITS = "No action unit is coded often enough among these faces, so there is nothing to compare."
WIDTH, HEIGHT, LOW, EDGE = 640, 160, 70, 6      # SVG's units: of histograms, and of the null


def note(words: str) -> str:
    return f'<div class="lab-note">{words}</div>'


def pictures(faces: FaceDataset, images: np.ndarray, backs: np.ndarray, responses: np.ndarray, corners: np.ndarray,
             name: str) -> str:
    """Faces at `images`, each with its field, and below it what made the filter respond. backs: (n, S, S); responses:
    (n,); corners: (n, 2) row and column of the field's first pixel."""
    side = faces.images.shape[-1]
    cells = []
    for image, back, response, corner in zip(images, backs, responses, corners, strict=True):
        said = caption(faces, int(image))
        top, left = (100 * corner / side).round(1)
        frame = (f'<span class="field" style="top:{top}%;left:{left}%;width:{100 * SIDE / side:.1f}%;'
                 f'height:{100 * SIDE / side:.1f}%"></span>')
        cells.append(f'<figure><span class="face" style="overflow:hidden">{picture(faces.images[image, 0], said, "")}'
                     f"{frame}</span>{picture(signed(back), f'guided backpropagation: {said}', '')}"
                     f"<figcaption>{response:.2f}: {escaped(said)}</figcaption></figure>")
    return (f'<div class="lab-pictures">{"".join(cells)}</div>'
            + note(f"The images that excite {name} most, one of each sequence, with its response; framed: what the "
                   "neuron sees. Below each: guided backpropagation, black negative, white positive."))


def caption(faces: FaceDataset, image: int) -> str:
    """happy, AU6 + AU12"""
    words = [faces.classes[faces.labels[image]]] if faces.classes else []
    if faces.action_units is not None:
        coded = faces.action_units.iloc[image]
        words += [" + ".join(coded.index[coded == 1]) or "no unit"] if coded.notna().any() else ["not coded"]
    return ", ".join(words) or f"image {image}"


def corners(rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
    """(n, 2) the first pixel of the field of a neuron at that place of conv3's map."""
    return 4 * np.stack([rows, columns], axis=1).astype(int) + FIELD[0]


def outline(shares: np.ndarray, most: float, name: str, height: int = HEIGHT) -> str:
    """The outline of a histogram as a path of this class."""
    steps = len(shares)
    x = [EDGE + i / steps * (WIDTH - 2 * EDGE) for i in range(steps + 1)]
    y = height - EDGE - shares / most * (height - 2 * EDGE)
    path = "".join(f"L{x[i]:.1f} {y[i]:.1f}H{x[i + 1]:.1f}" for i in range(steps))
    return f'<path class="{name}" d="M{x[0]} {height - EDGE}{path}V{height - EDGE}Z"/>'


def histograms(cell: Cell, name: str, unit: str) -> str:
    """Responses with the unit, filled, and without, outlined."""
    shares = [own / max(own.sum(), 1) for own in (cell.with_unit, cell.without)]
    most = max(float(own.max()) for own in shares) or 1.
    return (chart(f"Histograms of the responses of {name} with {unit} and without",
                  outline(shares[0], most, "with") + outline(shares[1], most, "without"),
                  (f"{cell.edges[0]:.2f}", "response", f"{cell.edges[-1]:.2f}"))
            + note(f'<b class="with">filled</b> {cell.with_unit.sum():.0f} frames with {unit} '
                   f'<b class="without">outlined</b> {cell.without.sum():.0f} without; height: the share of these '
                   "frames in the bin"))


def chance(cell: Cell, name: str, unit: str) -> str:
    """The divergence among those of shuffled units."""
    high = 1.05 * max(float(cell.null.max()), cell.divergence, 1e-6)
    counts = np.histogram(cell.null, bins=60, range=(0, high))[0]
    x = EDGE + cell.divergence / high * (WIDTH - 2 * EDGE)
    line = f'<line x1="{x:.1f}" x2="{x:.1f}" y1="0" y2="{LOW - EDGE}"/>'
    return (chart(f"Divergences with {unit} shuffled, and that of {name} among them",
                  outline(counts, max(counts.max(), 1), "null", LOW) + line,
                  ("0", "divergence, nats", f"{high:.2f}"), LOW)
            + note(f"{len(cell.null):,} times {unit} was shuffled among sequences; the line is what was found."))


def chart(alt: str, inside: str, ends: tuple[str, str, str], height: int = HEIGHT) -> str:
    """SVG, and below it what its axis is: its first value, its name, its last."""
    return (f'<svg class="lab-chart" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="{escaped(alt)}">{inside}'
            f'</svg><div class="lab-ends">{"".join(f"<span>{escaped(end)}</span>" for end in ends)}</div>')


def sentence(cell: Cell, name: str, unit: str, who: str, family: np.ndarray | None) -> str:
    """family: p of all filters for the unit, over all filters and units at once, where that was asked."""
    alone = (f"D(with‖without) = {cell.divergence:.3f} nats, AUC {cell.auc:.2f}, of {cell.cases[0]} cases with {unit} "
             f"and {cell.cases[1]} without ({who}). For {name} and {unit} alone p = {cell.p:.3g}.")
    if family is None:
        return note(f"{alone} Whoever picks the largest of many should ask “All filters”.")
    return note(f"{alone} Among all {len(family)} filters and all units, each by its own chance, p = "
                f"{family[int(name.removeprefix('conv3:'))]:.3g}.")
