"""How fast is guided backpropagation through the network?

    python benchmarks/filters.py

The function that the chapter `filters` calls, Captum on batches with the neuron of each image, beside Captum called
image by image, as its examples show it. CNN with first weights, at 96 and 48 pixels, on faces of the twin as the
network sees them; rounds in which both take their turn, and the ratio within a round.
"""
import argparse
import time

import numpy as np
from captum.attr import NeuronGuidedBackprop
from report import machine, markdown, report

from fer_lib import load_dataset
from fer_lib.analysis.attribution import guided
from fer_lib.network import untrained
from fer_lib.preprocessing import see


def one_by_one(network, x, filters, rows, columns) -> np.ndarray:
    method = NeuronGuidedBackprop(network, network.conv3)
    return np.stack([method.attribute(x[i:i + 1].clone().requires_grad_(), tuple(map(int, unit)))[0, 0].detach().numpy()
                     for i, unit in enumerate(zip(filters, rows, columns, strict=True))])


def measure(size: int, images: int, rounds: int) -> list:
    faces, rng = load_dataset("synthetic", size=size, progress=False), np.random.default_rng(0)
    x, network = see(faces.images[:images]), untrained(rule="fan-in", k=1.)
    units = rng.integers(256, size=images), *rng.integers(size // 4, size=(2, images))
    seconds, found = {"batches": [], "one by one": []}, {}
    for _ in range(rounds + 1):                 # the first one warms up
        for name, how in (("batches", lambda: guided(network, x, *units)),
                          ("one by one", lambda: one_by_one(network, x, *units))):
            began = time.perf_counter()
            found[name] = how()
            seconds[name].append(time.perf_counter() - began)
    np.testing.assert_allclose(found["batches"], found["one by one"], atol=1e-5 * np.abs(found["batches"]).max())
    ours, plain = (np.array(seconds[name][1:]) for name in seconds)
    ratio = plain / ours
    return [f"{size}×{size}", images / np.median(ours), images / np.median(plain), np.median(ratio), ratio.min(),
            ratio.max()]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--images", type=int, default=64, help="(default: %(default)s)")
    parser.add_argument("--rounds", type=int, default=5, help="(default: %(default)s)")
    given = parser.parse_args()
    header = "faces", "images/s as in the chapter", "one by one", "times as fast", "least", "greatest"
    rows = [measure(size, given.images, given.rounds) for size in (96, 48)]
    report("filters", f"*{machine()}; guided backpropagation to the pixels, {given.images} images, medians of "
           f"{given.rounds} rounds.*\n\n{markdown(header, rows)}\n\nBoth give the same pictures.")


if __name__ == "__main__":
    main()
