"""Images to try functions of images on: noise, and such as are smooth, with edges and flat areas."""
import numpy as np
import torch
from scipy.ndimage import gaussian_filter


def noise(n=3, size=24, seed=0):
    """(n, 1, size, size) float32 in [0, 2]"""
    return torch.from_numpy(np.random.default_rng(seed).uniform(0, 2, (n, 1, size, size)).astype("float32"))


def like_drawn_faces(size):
    """Smooth, with edges, with flat areas of several greys, and a black border."""
    smooth = gaussian_filter(np.random.default_rng(1).normal(size=(4, size, size)), (0, size / 16, size / 16))
    smooth -= smooth.min((1, 2), keepdims=True)
    smooth *= 2 / smooth.max((1, 2), keepdims=True)
    smooth[1] = np.where(smooth[1] > 1, 1.5, smooth[1])
    smooth[2] = smooth[2].round(1)
    smooth[3, :size // 3], smooth[3, :, -size // 4:] = 0, 2
    return torch.from_numpy(smooth.astype("float32"))[:, None]
