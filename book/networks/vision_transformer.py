"""A small vision transformer (Dosovitskiy et al. 2021): patches of the image as tokens, which attend to each other.

    S pixels → patches of 8×8, each a token of 192 numbers, and one for the class → 6 blocks → the class token → fc

    python -m fer_lib.pages report book/networks/vision_transformer.py:network --layer blocks.3 --size 96
"""
import torch
from torch import nn


class Block(nn.Module):
    """Tokens (N, T, width) look at each other, and then each at itself; what they find is added."""

    def __init__(self, width: int, heads: int, dropout: float):
        super().__init__()
        self.norm1, self.norm2 = nn.LayerNorm(width), nn.LayerNorm(width)
        self.attention = nn.MultiheadAttention(width, heads, dropout=dropout, batch_first=True)
        self.mlp = nn.Sequential(nn.Linear(width, 4 * width), nn.GELU(), nn.Dropout(dropout),
                                 nn.Linear(4 * width, width), nn.Dropout(dropout))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        y = self.norm1(x)
        x = x + self.attention(y, y, y, need_weights=False)[0]
        return x + self.mlp(self.norm2(x))


class VisionTransformer(nn.Module):
    """Images (N, channels, size, size) float32 to logits (N, classes)."""

    def __init__(self, classes: int = 7, channels: int = 1, size: int = 96, *, patch: int = 8, width: int = 192,
                 depth: int = 6, heads: int = 3, dropout: float = 0.):
        super().__init__()
        self.patches = nn.Conv2d(channels, width, patch, stride=patch)
        self.class_token = nn.Parameter(torch.empty(1, 1, width))
        self.places = nn.Parameter(torch.empty(1, 1 + (size // patch) ** 2, width))
        self.blocks = nn.Sequential(*(Block(width, heads, dropout) for _ in range(depth)))
        self.norm, self.fc = nn.LayerNorm(width), nn.Linear(width, classes)
        self.reset_parameters()

    def reset_parameters(self):
        """Of what is no layer: the class token and the places, which would all be zero at the start."""
        for tokens in (self.class_token, self.places):
            nn.init.trunc_normal_(tokens, std=.02)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = self.patches(x).flatten(2).transpose(1, 2)
        x = torch.cat([self.class_token.expand(len(x), -1, -1), x], dim=1) + self.places
        return self.fc(self.norm(self.blocks(x))[:, 0])


def network() -> VisionTransformer:
    """With first weights only; load your own with `load_state_dict`."""
    return VisionTransformer()
