"""Which runs a figure or a table of the chapter is of."""
from collections.abc import Sequence

from ...runs.run import Run


def by_size(runs: Sequence[Run]) -> dict[int, list[Run]]:
    """By the side of their images, pixels, the largest first."""
    return {pixels: [run for run in runs if run.pixels == pixels]
            for pixels in sorted({run.pixels for run in runs}, reverse=True)}


def most_settled(stored_at: dict[int, list[Run]]) -> tuple[int | None, list[Run]]:
    """The size of which most runs have settled (of equal ones the larger), and these; None if there are no runs."""
    settled = {pixels: [run for run in runs if run.metrics["settled"]] for pixels, runs in stored_at.items()}
    pixels = max(settled, key=lambda pixels: len(settled[pixels]), default=None)
    return pixels, settled.get(pixels, [])


def of_one_training(runs: Sequence[Run]) -> list[Run]:
    """Those that share fold and seed with the first of them, and so began alike."""
    def key(run: Run) -> tuple[int, int]:
        return run.config["fold"], run.config["seed"]

    return [run for run in runs if key(run) == key(runs[0])]


def one_for_each_fold(runs: Sequence[Run]) -> list[Run]:
    """Runs of CNN+AD where there are any, else of the first variant; of several seeds the first. None of none."""
    variants = [run.recipe.variant for run in runs]
    name = "CNN+AD" if "CNN+AD" in variants else next(iter(variants), None)
    return list({run.config["fold"]: run for run in reversed(runs) if run.recipe.variant == name}.values())[::-1]


def about(runs: Sequence[Run], where: str) -> str:
    """live: CNN+AD, 48 pixels, folds 0, 1; of runs of one variant and size."""
    return f"{where}: {runs[0].recipe.variant}, {runs[0].pixels} pixels, {folds_of(runs)}"


def folds_of(runs: Sequence[Run]) -> str:
    """fold 0; folds 0, 1; folds 0–9"""
    numbers = [str(run.config["fold"]) for run in runs]
    if len(runs) > 2 and [run.config["fold"] for run in runs] == list(range(int(numbers[0]), int(numbers[-1]) + 1)):
        return f"folds {numbers[0]}–{numbers[-1]}"
    return f"fold{'s' * (len(numbers) > 1)} {', '.join(numbers)}"
