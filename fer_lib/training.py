"""The training loop (section 4.1 of the paper): plain SGD on batches, how it is judged, and all that one may choose.

    recipe = Recipe.released(augment=True, dropout=True)        # CNN+AD
    network, history = train(faces, recipe, fold=0, seed=0)

Everything random follows from (seed, fold, step) alone: all variants of one (seed, fold) start from the same weights
and see the same images in the same order, a longer training begins as the shorter one, and one that was stopped goes
on as if it had not been. `runs` keeps what comes out.
"""
import math
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import torch
from torch.nn.functional import cross_entropy

from .datasets import FaceDataset, Split
from .datasets.relabelled import kind_in_words
from .evaluation import accuracy_and_loss, chosen, predict, settled
from .network import INITIALISATIONS, ZeroBiasCNN, initialise
from .preprocessing import NORMALISATIONS, augment_by, draw_views, local_contrast_normalise, scale
from .system.console import progress_bar
from .system.fourier import by_fourier
from .system.precision import best_device, best_precision, exact_float32

SELECTIONS = "validation", "test"
SHOW_EVERY = 5.                     # seconds between two losses on the progress bar; reading one waits for the device
BLOCK = 256                         # steps whose augmentation is drawn at once, so that a GPU need not wait for it
# Of what a training does with given faces, recipe, fold and seed. Raise it with each change after which weights, or the
# numbers that they are judged by, differ in more than the last bits; what only reads better keeps it. A test compares a
# few steps with golden values (tests/golden_training.json); runs of other versions are told to be older.
TRAINING_VERSION = 1


@dataclass(frozen=True)
class Recipe:
    """How a network is trained. The defaults are the released code's; ValueError where a field makes no sense."""
    augment: bool = False               # A: another view of each image each time it is drawn
    dropout: bool = False               # D: half of the pooled values, those that enter fc, zeroed
    bias: bool = False                  # the paper's claim is that convolutions do better without
    steps: int = 31_000                 # of the released scripts; the paper does not say
    batch: int = 64                     # paper and code
    rate: float = .01                   # constant; .001 in the paper's text
    momentum: float = .9                # paper and code
    decay: float = 1e-5                 # paper and code
    initialisation: str = "released"    # or "paper", "fan-in": see network.py
    k: float | None = None              # scale of the first weights; None: drawn from U(0.2, 1.2), as in the code
    normalisation: str = "subtractive"  # what the code computes; "full" is what the paper describes
    every: int = 500                    # steps between evaluations; the code kept a checkpoint every 1,000
    selection: str = "validation"       # what the kept checkpoint is best on; "test" only to show what that does
    patience: int | None = None         # stop when so many steps have brought nothing (`finished`); None: go on
    # Three slips or choices of the code, one by one: False is what it seems to have meant, or what is usual.
    rescale: bool = True                # min–max after A's change of intensity, which cancels its b and c
    decay_biases: bool = True           # decay on every parameter; False: on weights only
    replacement: bool = True            # batches drawn with replacement; False: each image once in each epoch

    def __post_init__(self):
        def check(holds, name, what):
            if not holds:
                raise ValueError(f"recipe: {name} must be {what}, not {getattr(self, name)!r}")

        for name in ("augment", "dropout", "bias", "rescale", "decay_biases", "replacement"):
            check(isinstance(getattr(self, name), bool), name, "True or False")
        for name in ("steps", "batch", "every"):
            check(type(getattr(self, name)) is int and getattr(self, name) > 0, name, "a whole number above 0")
        check(self.patience is None or (type(self.patience) is int and self.patience >= self.every),
              "patience", f"None or a whole number of steps, not below every={self.every}")
        for name in ("rate", "momentum", "decay", "k"):
            value = getattr(self, name)
            check(isinstance(value, int | float) or (name == "k" and value is None), name, "a number")
        check(0 < self.rate < math.inf, "rate", "above 0")
        check(0 <= self.momentum < 1, "momentum", "in [0, 1)")
        check(0 <= self.decay < math.inf, "decay", "0 or above")
        check(self.k is None or 0 < self.k < math.inf, "k", "above 0, or None to draw it")
        check(self.initialisation in INITIALISATIONS, "initialisation", f"one of {', '.join(INITIALISATIONS)}")
        check(self.normalisation in NORMALISATIONS, "normalisation", f"one of {', '.join(NORMALISATIONS)}")
        check(self.selection in SELECTIONS, "selection", f"one of {', '.join(SELECTIONS)}")

    @classmethod
    def released(cls, **changes) -> "Recipe":
        """As the authors' code trains, its slips included."""
        return cls(**changes)

    @classmethod
    def paper(cls, **changes) -> "Recipe":
        """As the paper's text says, as far as we know it: rate, first weights and normalisation differ."""
        return cls(**{"rate": .001, "initialisation": "paper", "normalisation": "full"} | changes)

    @classmethod
    def quick(cls, **changes) -> "Recipe":
        """For live runs: the released recipe with first weights of a scale that begins to learn at once.

        With the released scale a network stays at chance for hundreds of steps, more than a page has time for.
        """
        return cls(**{"initialisation": "fan-in", "k": 1., "steps": 200, "every": 20} | changes)

    @property
    def variant(self) -> str:
        """The paper's name: CNN, CNN+D, CNN+A or CNN+AD, and "with biases" for the ordinary twin."""
        letters = "A" * self.augment + "D" * self.dropout
        return "CNN" + f"+{letters}" * bool(letters) + " with biases" * self.bias


@dataclass
class State:
    """All that a training needs to go on as if it had not stopped; tensors are on the CPU."""
    weights: dict[str, torch.Tensor] = field(default_factory=dict)
    momentum: dict[str, torch.Tensor] = field(default_factory=dict)
    best: dict[str, torch.Tensor] = field(default_factory=dict)     # the weights at the checkpoint chosen so far
    pending: torch.Tensor = field(default_factory=lambda: torch.empty(0, 2))    # steps since a row; loss and hits
    history: list[dict] = field(default_factory=list)               # a row for each evaluation
    k: float = math.nan                 # the scale that the first weights were drawn with
    step: int = 0
    best_step: int = 0
    seconds: float = 0.                 # spent so far, evaluation included


def train(faces: FaceDataset, recipe: Recipe, fold: int = 0, seed: int = 0, *, device: torch.device | str | None = None,
          precision: torch.dtype | None = None, state: State | None = None, save: Callable[[State], None] | None = None,
          save_every: float = 30., after_step: Callable[[State], None] | None = None,
          progress: bool = True) -> tuple[ZeroBiasCNN, pd.DataFrame]:
    """Train on a fold → the network at the chosen checkpoint, ready to evaluate, and a row for each evaluation.

    The rows: step; loss (nats) and train_accuracy, means over the batches since the last row; accuracy and loss on
    validation and test. device: by default cuda where there is one. precision: of forward and backward pass, by
    default `best_precision`; weights, their sums and every evaluation are float32. state: to go on from, and brought up
    to date; save: called with it every `save_every` seconds, and at the end; after_step: with the state after each
    step, of which only the number of the step is up to date then. ValueError where the fold cannot be trained on,
    FloatingPointError where the loss does not stay finite.
    """
    split = trainable_split(faces, recipe, fold)
    device = torch.device(best_device(device))
    precision = precision or best_precision(device)
    with torch.random.fork_rng([]):                 # PyTorch draws weights of its own, from the caller's random state
        network = ZeroBiasCNN(faces.classes, bias=recipe.bias, dropout=.5 if recipe.dropout else 0.)
    state = state or State()
    state.k = initialise(network, recipe.initialisation, k=recipe.k, seed=stream(seed, fold))
    network.to(device, memory_format=torch.channels_last)           # the layout that convolutions are fastest in
    weights = dict(network.named_parameters())
    optimizer = optimizer_of(weights, recipe)
    if state.step:
        network.load_state_dict(state.weights)
        for name, value in state.momentum.items():
            optimizer.state[weights[name]]["momentum_buffer"] = torch.empty_like(weights[name]).copy_(value)

    # All that steps and evaluations need lies on the device: a copy from the CPU at each step would be waited for.
    images, labels = (torch.from_numpy(values[split.train]).to(device) for values in (faces.images, faces.labels))
    order = torch.from_numpy(draw_batches(len(images), recipe, fold, seed)).to(device)
    views = Views(recipe, fold, seed, device)
    judged = {part: (torch.from_numpy(faces.images[index]).to(device), faces.labels[index])
              for part, index in (("validation", split.validation), ("test", split.test))}
    pending = list(state.pending.to(device))        # loss and hits, for the same reason
    started = saved = shown_at = time.monotonic()
    started -= state.seconds

    last: dict[str, str] = {}                       # what the bar says
    over = state.step >= recipe.steps or finished(state.history, recipe, len(faces.classes))
    kind = kind_in_words(recipe.variant, faces.parameters)
    bar = progress_bar(desc=f"{kind}, fold {fold}, seed {seed}", total=recipe.steps, initial=state.step,
                       unit=" steps", progress=progress)
    slow = device.type == "cpu" and precision == torch.float32
    with reproducible(device), by_fourier(network) if slow else nullcontext(), bar:
        while not over:
            batch = order[state.step]
            x = scale(images[batch])
            if recipe.augment:
                x = augment_by(x, views[state.step], rescale=recipe.rescale)
            x = local_contrast_normalise(x, recipe.normalisation)
            torch.manual_seed(stream(seed, fold, state.step))       # of dropout
            with torch.autocast(device.type, precision, enabled=precision != torch.float32):
                logits = network(x)
            loss = cross_entropy(logits.float(), labels[batch])
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
            pending.append(torch.stack([loss.detach(), (logits.argmax(1) == labels[batch]).sum()]))
            state.step += 1
            bar.update()
            if after_step:
                after_step(state)
            if progress and time.monotonic() - shown_at >= SHOW_EVERY:
                bar.set_postfix(last | {"loss": f"{torch.stack(pending)[:, 0].mean():.3f}"})
                shown_at = time.monotonic()

            if state.step == recipe.steps or state.step % recipe.every == 0:
                row = {"step": state.step, **training_means(pending, recipe)}
                for part, (shown, true) in judged.items():
                    row[f"{part}_accuracy"], row[f"{part}_loss"] = accuracy_and_loss(
                        predict(network, shown, recipe.normalisation), true)
                state.history.append(row)
                last = {"loss": f"{row['loss']:.3f}", "validation": f"{row['validation_accuracy']:.3f}"}
                if recipe.patience:         # long before all steps, mostly, which the time that is left counts with
                    last["ends"] = f"{earliest_end(state.history, recipe):,} or later"
                bar.set_postfix(last)
                pending.clear()
                if chosen(pd.DataFrame(state.history), recipe.selection)["step"] == state.step:
                    state.best, state.best_step = copies(weights), state.step
                over = state.step == recipe.steps or finished(state.history, recipe, len(faces.classes))
            if save and (over or time.monotonic() - saved >= save_every):
                state.weights = copies(weights)
                state.pending = torch.stack(pending).cpu() if pending else torch.empty(0, 2)
                state.momentum = copies({name: optimizer.state[weight].get("momentum_buffer")
                                         for name, weight in weights.items()})
                state.seconds = time.monotonic() - started
                save(state)
                saved = time.monotonic()
    network.load_state_dict(state.best)
    return network.cpu().eval(), pd.DataFrame(state.history)


def optimizer_of(weights: dict[str, torch.Tensor], recipe: Recipe) -> torch.optim.SGD:
    """SGD on parameters by name; biases have a group of their own where the recipe spares them the decay."""
    spared = {name for name in weights if name.endswith("bias") and not recipe.decay_biases}
    groups = [{"params": [weight for name, weight in weights.items() if name not in spared]}]
    if spared:
        groups.append({"params": [weights[name] for name in weights if name in spared], "weight_decay": 0.})
    return torch.optim.SGD(groups, recipe.rate, recipe.momentum, weight_decay=recipe.decay)


def draw_batches(n: int, recipe: Recipe, fold: int, seed: int) -> np.ndarray:
    """Which of n images each step sees, (steps, batch) int64. Fewer steps see what the first of more do.

    With replacement each place of a batch is drawn from all images. Without, one permutation of all follows the other,
    and batches are cut from them; one may hold the end of an epoch and the beginning of the next.
    """
    rng, size = np.random.default_rng([seed, fold]), (recipe.steps, recipe.batch)
    if recipe.replacement:
        return rng.integers(n, size=size)
    epochs = math.ceil(recipe.steps * recipe.batch / n)
    return np.concatenate([rng.permutation(n) for _ in range(epochs)])[:recipe.steps * recipe.batch].reshape(size)


class Views:
    """The numbers of the augmentation by step, (8, batch) each, on the device; those of a step follow from it alone."""

    def __init__(self, recipe: Recipe, fold: int, seed: int, device: torch.device):
        self.recipe, self.fold, self.seed, self.device = recipe, fold, seed, device
        self.first, self.block = 0, torch.empty(0)

    def __getitem__(self, step: int) -> torch.Tensor:
        if not self.first <= step < self.first + len(self.block):
            generator, self.first = torch.Generator(), step
            self.block = torch.stack([
                draw_views(self.recipe.batch, generator.manual_seed(stream(self.seed, self.fold, each, 1)))
                for each in range(step, min(step + BLOCK, self.recipe.steps))]).to(self.device)
        return self.block[step - self.first]


def trainable_split(faces: FaceDataset, recipe: Recipe, fold: int) -> Split:
    """The fold's positions, where the recipe can be trained on them (else ValueError)."""
    split, where = faces.split(fold), f"{faces.name}, fold {fold}"
    if not faces.classes:
        raise ValueError(f"{faces.name} has no expression labels to train on (a probe set?)")
    if len(shown := np.unique(faces.labels[split.train])) < 2:
        raise ValueError(f"{where}: all images to train on are {faces.classes[shown[0]]}; two classes are needed")
    if recipe.selection == "validation" and not split.validation.size:
        raise ValueError(f"{where} has no validation images, on which to choose the checkpoint: "
                         "mark some in its folds, or take another fold")
    return split


def training_means(pending: list[torch.Tensor], recipe: Recipe) -> dict[str, float]:
    loss, hits = torch.stack(pending).double().mean(0).tolist()
    if not math.isfinite(loss):
        raise FloatingPointError(f"the loss is {loss} within {len(pending)} steps; try a rate below {recipe.rate:g}")
    return {"loss": loss, "train_accuracy": hits / recipe.batch}


def finished(history: list[dict], recipe: Recipe, classes: int) -> bool:
    """The one rule by which a training ends early: the training loss has `settled` (evaluation.py), and the best
    accuracy on the part that the checkpoint is chosen on has not been exceeded for `patience` steps."""
    if recipe.patience is None or not history:
        return False
    return settled(pd.DataFrame(history), classes) and history[-1]["step"] >= earliest_end(history, recipe)


def earliest_end(history: list[dict], recipe: Recipe) -> int:
    """The step by which the best accuracy so far will not have been exceeded for `patience` steps, if it is not."""
    return max(history, key=lambda row: row[f"{recipe.selection}_accuracy"])["step"] + recipe.patience


def stream(*parts: int) -> int:
    """A seed for torch from whole numbers. Zeros at the end do not count: (0, 0) is (0, 0, 0)."""
    return int(np.random.SeedSequence(parts).generate_state(1, np.uint64)[0] >> np.uint64(1))


@contextmanager
def reproducible(device: torch.device) -> Iterator[None]:
    """The same numbers twice (`exact_float32`), and the caller's random state as it was afterwards."""
    cuda = [device] if device.type == "cuda" else []
    with torch.random.fork_rng(cuda), exact_float32():
        yield


def copies(tensors: dict[str, torch.Tensor | None]) -> dict[str, torch.Tensor]:
    return {name: value.detach().to("cpu", copy=True) for name, value in tensors.items() if value is not None}
