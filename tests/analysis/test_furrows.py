"""Faces drawn again are the same people and units; only the paint is gone."""
import numpy as np

from fer_lib import load_dataset
from fer_lib.analysis.furrows import redrawn


def test_the_same_frames_are_drawn_with_furrows_and_without():
    index = np.array([3, 11])
    published = load_dataset("synthetic", size=48, progress=False).images[index].astype(int)
    for furrows, least, most in ((1., 0., .05), (0., .1, 5.)):
        drawn = redrawn({"cache": True}, index, 48, furrows)
        assert drawn.shape == (2, 1, 48, 48) and drawn.dtype == np.uint8
        assert least <= np.abs(drawn - published).mean() < most
