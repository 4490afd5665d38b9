"""ResNet-18 (He, Zhang, Ren & Sun 2016), whole: 3×3 convolutions with batch normalisation, and a way around each two.

    S pixels → conv1 64@7×7, by 2 → maximum of 3×3, by 2 → layer1 64 at S/4 → layer2 128 at S/8 → layer3 256 at S/16
    → layer4 512 at S/32 → mean over positions → fc, one logit a class

    python -m fer_lib.pages report book/networks/resnet18.py:network --layer layer3 --size 224 --channels 3
"""
import torch
from torch import nn
from torch.nn.functional import max_pool2d, relu


class Block(nn.Module):
    """Two convolutions; what comes in is added to what they make of it, by 1×1 where the shape changes."""

    def __init__(self, inputs: int, outputs: int, stride: int):
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, padding=1, bias=False)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(outputs), nn.BatchNorm2d(outputs)
        self.around = nn.Identity() if (inputs, stride) == (outputs, 1) else nn.Sequential(
            nn.Conv2d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm2d(outputs))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return relu(self.bn2(self.conv2(relu(self.bn1(self.conv1(x))))) + self.around(x))


class ResNet18(nn.Module):
    """Images (N, channels, S, S) float32, S 32 or more, to logits (N, classes)."""

    def __init__(self, classes: int = 7, channels: int = 3):
        super().__init__()
        self.conv1, self.bn1 = nn.Conv2d(channels, 64, 7, 2, padding=3, bias=False), nn.BatchNorm2d(64)
        self.layer1 = nn.Sequential(Block(64, 64, 1), Block(64, 64, 1))
        self.layer2 = nn.Sequential(Block(64, 128, 2), Block(128, 128, 1))
        self.layer3 = nn.Sequential(Block(128, 256, 2), Block(256, 256, 1))
        self.layer4 = nn.Sequential(Block(256, 512, 2), Block(512, 512, 1))
        self.fc = nn.Linear(512, classes)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        x = max_pool2d(relu(self.bn1(self.conv1(x))), 3, 2, padding=1)
        x = self.layer4(self.layer3(self.layer2(self.layer1(x))))
        return self.fc(x.mean((2, 3)))


def network() -> ResNet18:
    """With first weights only; load your own with `load_state_dict`."""
    return ResNet18()
