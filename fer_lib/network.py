"""The network of Khorrami, Paine & Huang (2015), section 3: three convolutions without biases, two dense layers.

    1×96×96
    conv1 64@5×5, relu, pool 2×2  → 64×48×48
    conv2 128@5×5, relu, pool 2×2 → 128×24×24
    conv3 256@5×5, relu           → 256×24×24
    the maximum of each quadrant  → 1024
    fc, relu                      → 300
    output                        → logits

At 48 pixels the maps are half as wide and the quadrants too, so that the same weights fit both sizes.
"""
from collections.abc import Sequence

import torch
from torch import nn
from torch.nn.functional import max_pool2d

K_RANGE = 0.2, 1.2              # the released code draws one k for all layers, unseeded
RELEASED_BATCH = 64             # which it counted into fc's fan-in

# Standard deviation of a layer's first weights by (k, its fan-in, its name). The paper's rule (recalled) makes those of
# conv2 and conv3 k/1600 and k/3200, so that hardly any signal reaches the output; the released one loses it in fc.
INITIALISATIONS = {
    "fan-in": lambda k, inputs, layer: k / inputs ** .5,
    "released": lambda k, inputs, layer: k / (inputs * (RELEASED_BATCH if layer == "fc" else 1)) ** .5,
    "paper": lambda k, inputs, layer: k / inputs,
}


class QuadrantPool(nn.Module):
    """The maximum of each quadrant: (N, C, H, W) with even H = W → (N, C, 2, 2)."""

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return max_pool2d(x, x.shape[-1] // 2)


class ZeroBiasCNN(nn.Module):
    """Normalised faces (N, 1, S, S) float32, S a multiple of 8, to logits (N, classes).

    classes: their names, in the order of the outputs, which a set's are compared with; or only how many there are.
    bias: give the convolutions biases, which makes the ordinary twin. dropout: probability with which a pooled
    value that enters `fc` is zeroed in training, as in the released code; the rest grow by 1/(1 - dropout).
    Every ReLU is a module of its own, since Captum's guided backpropagation hooks modules. The weights are
    PyTorch's until `initialise` sets them.
    """

    def __init__(self, classes: int | Sequence[str] = 8, *, bias: bool = False, dropout: float = 0.):
        super().__init__()
        self.class_names = None if isinstance(classes, int) else tuple(classes)
        self.classes = classes if isinstance(classes, int) else len(self.class_names)
        if self.classes < 2 or (self.class_names and len(set(self.class_names)) < self.classes):
            raise ValueError(f"a network needs at least 2 different classes, not {classes!r}")
        self.conv1, self.relu1, self.pool1 = nn.Conv2d(1, 64, 5, padding=2, bias=bias), nn.ReLU(), nn.MaxPool2d(2)
        self.conv2, self.relu2, self.pool2 = nn.Conv2d(64, 128, 5, padding=2, bias=bias), nn.ReLU(), nn.MaxPool2d(2)
        self.conv3, self.relu3, self.pool3 = nn.Conv2d(128, 256, 5, padding=2, bias=bias), nn.ReLU(), QuadrantPool()
        self.flatten, self.dropout = nn.Flatten(), nn.Dropout(dropout)
        self.fc, self.relu4 = nn.Linear(256 * 4, 300), nn.ReLU()
        self.output = nn.Linear(300, self.classes)

    def conv3_responses(self, x: torch.Tensor) -> torch.Tensor:
        """What the paper looks at: (N, 1, S, S) → (N, 256, S/4, S/4), after the ReLU."""
        if x.ndim != 4 or x.shape[1] != 1 or x.shape[2] != x.shape[3] or x.shape[3] % 8:
            raise ValueError(f"faces must be (N, 1, S, S) with S a multiple of 8, not {tuple(x.shape)}")
        x = self.pool1(self.relu1(self.conv1(x)))
        x = self.pool2(self.relu2(self.conv2(x)))
        return self.relu3(self.conv3(x))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.flatten(self.pool3(self.conv3_responses(x)))
        return self.output(self.relu4(self.fc(self.dropout(x))))


def untrained(classes: int | Sequence[str] = 8, rule: str = "released", *, k: float | None = None, seed: int = 0,
              bias: bool = False) -> ZeroBiasCNN:
    """A network with first weights only, see `initialise`, to be asked (not to be trained)."""
    with torch.random.fork_rng([]):                 # PyTorch draws weights of its own, from the caller's random state
        network = ZeroBiasCNN(classes, bias=bias)
    initialise(network, rule, k=k, seed=seed)
    return network.to(memory_format=torch.channels_last).eval()             # as a trained one is read


@torch.no_grad()
def initialise(network: ZeroBiasCNN, rule: str = "released", *, k: float | None = None, seed: int = 0) -> float:
    """Draw every weight from a normal distribution with mean 0, by one of INITIALISATIONS → the k that scales it.

    k: by default drawn from K_RANGE. Biases start at 0, those of `fc` at 1. The same seed gives the same k and
    the same weights under every rule up to their scale, with and without biases, and for any number of classes
    up to the output layer.
    """
    if rule not in INITIALISATIONS:
        raise ValueError(f"there is no initialisation {rule!r}, only {', '.join(INITIALISATIONS)}")
    generator = torch.Generator().manual_seed(seed)
    drawn = torch.empty(()).uniform_(*K_RANGE, generator=generator).item()
    k = drawn if k is None else k
    for name in ("conv1", "conv2", "conv3", "fc", "output"):
        layer = getattr(network, name)
        std = INITIALISATIONS[rule](k, layer.weight[0].numel(), name)
        layer.weight.copy_(std * torch.randn(layer.weight.shape, generator=generator))
        if layer.bias is not None:
            layer.bias.fill_(1. if name == "fc" else 0.)
    return k
