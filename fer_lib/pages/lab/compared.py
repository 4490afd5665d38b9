"""How runs look beside each other: their table, what two of them differ in, curves and confusion. HTML with SVG."""
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from ...runs.run import Run
from ..markup import escaped
from ..numbers import typeset

WIDTH, HEIGHT, LEFT, FOOT = 340, 190, 34, 18
SEEN = 10                       # rows of the table, of more it shows those by and by
LINES = {"train_accuracy": ("training", "train"), "validation_accuracy": ("validation", "validation"),
         "test_accuracy": ("test", "test")}


def table_of(runs: Iterable[Run]) -> pd.DataFrame:
    """A row for each run, by name."""
    rows = {}
    for run in runs:
        config, test = run.config, run.metrics["test"]
        rows[run.folder.name] = {
            "set": config["dataset"]["name"], "pixels": run.pixels, "variant": run.recipe.variant,
            "labels": run.labels, "fold": config["fold"], "seed": config["seed"], "steps": run.metrics["steps"],
            "test accuracy": test["accuracy"], "from": test["interval"][0], "to": test["interval"][1], "n": test["n"],
            "settled": run.metrics.get("settled"), "weights": run.has_weights, "made": run.provenance["date"]}
    return pd.DataFrame.from_dict(rows, orient="index")


def table_html(table: pd.DataFrame, damaged: dict[str, str], store: Path, all_of_them: int) -> str:
    """table: of the runs that are offered."""
    told = "".join(f'<div class="lab-said" role="alert">Not read: {escaped(error)}</div>' for error in damaged.values())
    said = f"{len(table)} of {all_of_them} runs in {escaped('/'.join(store.parts[-2:]))}"
    if table.empty:
        return f'<div class="lab-said">{said}</div>{told}'
    shown = table.drop(columns=["from", "to"]).assign(**{"test accuracy": [
        f"{100 * row['test accuracy']:.1f} % ({100 * row['from']:.0f}–{100 * row['to']:.0f})"
        for _, row in table.iterrows()]})
    for name in ("settled", "weights"):
        shown[name] = ["yes" if value is True else "no" if value is False else "?" for value in table[name]]
    alike = [name for name in shown if name != "test accuracy" and len(shown) > 1 and shown[name].nunique() == 1]
    if alike:
        said += f"; all of them: {escaped(', '.join(f'{name} {shown[name].iloc[0]}' for name in alike))}"
    shown = shown.drop(columns=alike)
    kinds = [' class="number"' if pd.api.types.is_numeric_dtype(shown[name]) else "" for name in shown]
    heads = "".join(f'<th scope="col"{kind}>{escaped(name)}</th>' for name, kind in zip(shown, kinds, strict=True))
    rows = "".join(f"<tr>{''.join(f'<td{kind}>{escaped(value)}</td>' for value, kind in zip(row, kinds, strict=True))}"
                   f'<th scope="row">{escaped(name)}</th></tr>' for name, *row in shown.itertuples(name=None))
    said += ". The table scrolls." if len(shown) > SEEN else "."
    return (f'<div class="lab-said">{said}</div>{told}'
            f'<div class="lab-table" tabindex="0" role="region" aria-label="Runs"><table><thead><tr>{heads}'
            f'<th scope="col">name</th></tr></thead><tbody>{rows}</tbody></table></div>')


def run_html(run: Run) -> str:
    test = run.metrics["test"]
    low, high = test["interval"]
    return (f'<div class="lab-run"><div class="name">{escaped(run.folder.name)}</div>'
            f'<div class="lab-said">Test accuracy {100 * test["accuracy"]:.1f} % ({100 * low:.0f} to {100 * high:.0f}, '
            f'of {test["n"]} cases), the checkpoint at step {run.metrics["step"]:,} of {run.metrics["steps"]:,}.</div>'
            f"{curves(run.history)}{confusion(run)}</div>")


def curves(history: pd.DataFrame) -> str:
    """Accuracy in training, on validation and on test, against step."""
    steps = history["step"].to_numpy(float)
    x = LEFT + steps / steps.max() * (WIDTH - LEFT - 6)
    high = HEIGHT - FOOT
    ticks = "".join(f'<path class="axis" d="M{LEFT} {high * (1 - tick):.1f}H{WIDTH}"/><text x="{LEFT - 4}" '
                    f'y="{max(high * (1 - tick) + 4, 10):.1f}" text-anchor="end">{100 * tick:.0f}</text>'
                    for tick in (0, .5, 1))
    lines, legend = [], []
    for column, (words, name) in LINES.items():
        if column in history and history[column].notna().any():
            points = [f"{a:.1f} {high * (1 - value):.1f}" for a, value in zip(x, history[column], strict=True)
                      if np.isfinite(value)]
            lines.append(f'<path class="{name}" d="M{"L".join(points)}"/>')
            legend.append(f"{words} {100 * history[column].iloc[-1]:.0f} %")
    return (f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Accuracy against step; at the end '
            f'{", ".join(legend)}">{ticks}{"".join(lines)}<text x="{LEFT}" y="{HEIGHT - 4}">step 0</text><text '
            f'x="{WIDTH}" y="{HEIGHT - 4}" text-anchor="end">{steps.max():,.0f}</text></svg><div class="lab-said">'
            "Accuracy, per cent: grey training, blue dashed validation, red test.</div>")


def confusion(run: Run) -> str:
    """Test images, per cent of each true class (rows), by the class that was named (columns)."""
    counts, classes = np.array(run.metrics["test"]["confusion"]), run.config["classes"]
    body = []
    for name, row in zip(classes, counts, strict=True):
        shares = row / row.sum() if row.sum() else np.full(len(row), np.nan)
        cells = "".join(f'<td style="background:rgba(138,138,138,{.6 * np.nan_to_num(share):.2f})">'
                        f"{'' if np.isnan(share) else f'{100 * share:.0f}'}</td>" for share in shares)
        body.append(f'<tr><th scope="row">{escaped(name)} ({row.sum()})</th>{cells}</tr>')
    heads = "".join(f'<th scope="col">{escaped(name)}</th>' for name in classes[:counts.shape[1]])
    return (f"<table><thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>"
            '<div class="lab-said">Test images: true class (rows), named (columns), per cent of the row.</div>')


def differences_html(left: Run, right: Run) -> str:
    found = differences(left, right)
    gap = typeset(100 * (right.metrics["test"]["accuracy"] - left.metrics["test"]["accuracy"]), "+.1f")
    said = "; ".join(f"{escaped(name)}: {escaped(a)} | {escaped(b)}" for name, a, b in found) or "nothing"
    return (f'<div class="lab-said"><b>They differ in</b> {said}. Test accuracy, right less left: {gap} '
            "points; of two runs that says little.</div>")


def differences(left: Run, right: Run) -> list[tuple[str, str, str]]:
    """In which entries of their configurations two runs differ, and how."""
    flat = [flattened(run.config) for run in (left, right)]
    names = dict.fromkeys([*flat[0], *flat[1]])
    return [(name, *(f"{own.get(name, 'not said')}" for own in flat)) for name in names
            if flat[0].get(name) != flat[1].get(name)]


def flattened(config: dict, before: str = "") -> dict:
    found = {}
    for name, value in config.items():
        found |= flattened(value, f"{before}{name}.") if isinstance(value, dict) else {f"{before}{name}": value}
    return found
