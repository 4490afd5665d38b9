"""How a network is trained (section 4.1 of the paper, and the released code): everything that one may choose.

    Recipe.released(augment=True, dropout=True)     # CNN+AD

What a field's other values show is in `training.py`, which trains by it, `network.py` and `preprocessing.py`.
"""
import math
from dataclasses import dataclass

from .network import INITIALISATIONS
from .preprocessing import NORMALISATIONS

SELECTIONS = "validation", "test"


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
