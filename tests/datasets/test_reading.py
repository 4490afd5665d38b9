import builtins
import errno
import struct
import zlib
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import EpsImagePlugin, Image, ImageFile

from fer_lib.datasets import Report
from fer_lib.datasets.reading import MOST_BYTES, read_grey, read_pictures


def save(path, pixels, mode=None):
    Image.fromarray(np.asarray(pixels), mode).save(path) if mode else Image.fromarray(
        np.asarray(pixels)
    ).save(path)
    return path


def test_grey_stays_as_it_is(tmp_path):
    pixels = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert (read_grey(save(tmp_path / "a.png", pixels)) == pixels).all()


def test_16_bits_are_scaled_not_clipped(tmp_path):
    path = save(tmp_path / "a.png", np.array([[0, 257, 256 * 128 + 128, 65535, 128, 129]], np.uint16))
    assert read_grey(path).tolist() == [[0, 1, 128, 255, 0, 1]]


def test_colour_is_its_luma_and_equal_channels_stay(tmp_path):
    grey = np.arange(256, dtype=np.uint8).reshape(16, 16)
    assert (read_grey(save(tmp_path / "a.png", np.stack([grey] * 3, -1))) == grey).all()
    assert read_grey(
        save(tmp_path / "b.png", np.array([[[255, 0, 0], [0, 255, 0], [0, 0, 255]]], np.uint8))
    ).tolist() == [[76, 150, 29]]
    palette = Image.fromarray(grey).convert("P")
    palette.save(tmp_path / "c.png")
    assert (read_grey(tmp_path / "c.png") == grey).all()


def test_transparency_lies_on_white(tmp_path):
    path = save(tmp_path / "a.png", np.array([[[10, 10, 10, 255], [10, 10, 10, 0], [0, 0, 0, 51]]], np.uint8))
    assert read_grey(path).tolist() == [[10, 255, 204]]
    path = save(tmp_path / "b.png", np.array([[[10, 255], [10, 0]]], np.uint8), "LA")
    assert read_grey(path).tolist() == [[10, 255]]


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp"])
def test_a_truncated_picture_is_not_filled_up(tmp_path, picture, truncate, suffix):
    picture(tmp_path / f"a.{suffix}", shape=(96, 96))
    read_grey(tmp_path / f"a.{suffix}")
    truncate(tmp_path / f"a.{suffix}")
    with pytest.raises(ValueError, match=f"a.{suffix}"):
        read_grey(tmp_path / f"a.{suffix}")


@pytest.mark.parametrize("content", [b"", b"no picture at all", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_what_is_no_picture_is_said(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(ValueError, match="a.png"):
        read_grey(tmp_path / "a.png")


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tif"])
def test_a_picture_that_the_system_does_not_hand_out_is_not_left_out(tmp_path, picture, suffix, monkeypatch):
    """As an unreadable one would be, from a smaller set that is kept in the cache."""
    paths = [tmp_path / f"{name}.{suffix}" for name in "ab"]
    for path in paths:
        picture(path)
    really = builtins.open

    def refuse(file, *args, **options):
        if Path(file) == paths[1]:
            raise PermissionError(errno.EACCES, "Permission denied")
        return really(file, *args, **options)

    monkeypatch.setattr(builtins, "open", refuse)
    with pytest.raises(PermissionError, match=f"Permission denied: '{paths[1]}'"):
        read_pictures(paths, tmp_path, lambda image: image, Report(), progress=False)
    monkeypatch.undo()

    def fail(image):
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(ImageFile.ImageFile, "load", fail)
    with pytest.raises(OSError, match=f"Input/output error: '{paths[0]}'"):
        read_pictures(paths, tmp_path, lambda image: image, Report(), progress=False)


@pytest.mark.parametrize("suffix", ["png", "jpg", "bmp", "tif", "gif"])
@pytest.mark.parametrize("left", [0, 4, 30, 150, .5, -1])
def test_a_damaged_picture_is_left_out(tmp_path, picture, suffix, left):
    picture(tmp_path / "good.png", shape=(96, 96))
    Image.open(tmp_path / "good.png").save(path := tmp_path / f"bad.{suffix}")
    whole = path.read_bytes()
    path.write_bytes(whole[:int(left * len(whole)) if 0 < left < 1 else left])
    report = Report()
    _, kept = read_pictures([tmp_path / "good.png", path], tmp_path, lambda image: image, report, progress=False)
    assert kept in ([0], [0, 1]) and (kept == [0, 1] or report == {"unreadable image": [path.name]})


# Only the formats that these sets come in, whatever the decoders do

POSTSCRIPT = b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 48 48\n%%EndComments\nshowpage\n%%EOF\n"


def test_postscript_is_not_handed_to_an_interpreter(tmp_path, monkeypatch):
    started = []
    monkeypatch.setattr(EpsImagePlugin, "Ghostscript", lambda *_, **__: started.append("gs"))
    (tmp_path / "a.png").write_bytes(POSTSCRIPT)
    with pytest.raises(ValueError, match="a.png"):
        read_grey(tmp_path / "a.png")
    assert not started


@pytest.mark.parametrize("content", ["GIF", "PPM", "TGA", "PCX", "ICO", "WEBP", "SGI", "DDS", "JPEG2000", "MSP", "XBM",
                                     "PDF"])
def test_the_content_of_another_format_is_no_picture(tmp_path, content):
    image = Image.fromarray(np.zeros((48, 48), np.uint8)).convert("1" if content in ("MSP", "XBM") else "L")
    try:
        image.save(path := tmp_path / "a.png", content)
    except (KeyError, OSError):
        pytest.skip(f"this Pillow does not write {content}")
    with pytest.raises(ValueError, match="a.png: cannot identify image file"):
        read_grey(path)


@pytest.mark.parametrize("written", ["PNG", "JPEG", "BMP", "TIFF"])
def test_a_picture_of_these_sets_may_be_named_after_another(tmp_path, picture, written):
    pixels = np.full((48, 48), 77, np.uint8)
    Image.fromarray(pixels).save(tmp_path / "a.png", written)
    assert (read_grey(tmp_path / "a.png") == pixels).all()


@pytest.mark.parametrize("error", [
    struct.error("unpack"), OverflowError(), MemoryError(), EOFError(), zlib.error(), RecursionError(), SystemError(),
    IndexError(), KeyError("x"), AssertionError(), AttributeError(), UnicodeDecodeError("utf-8", b"x", 0, 1, "y"),
    OSError(), OSError(errno.EINVAL, "Invalid argument"), Image.DecompressionBombError(),
    Image.DecompressionBombWarning(),
], ids=repr)
@pytest.mark.parametrize("when", ["open", "load"])
def test_any_failure_of_a_decoder_is_an_unreadable_image(tmp_path, picture, monkeypatch, error, when):
    paths = [tmp_path / f"{name}.png" for name in "abc"]
    for path in paths:
        picture(path)
    opened, really = [], {"open": Image.open, "load": ImageFile.ImageFile.load}

    def attempt(what, *args, **options):
        opened.extend([1] * (what == "open"))
        if what == when and len(opened) == 2:
            raise error
        return really[what](*args, **options)

    monkeypatch.setattr(Image, "open", partial(attempt, "open"))
    monkeypatch.setattr(ImageFile.ImageFile, "load", lambda image: attempt("load", image))
    report = Report()
    _, kept = read_pictures(paths, tmp_path, lambda image: image, report, progress=False)
    assert kept == [0, 2] and report == {"unreadable image": ["b.png"]}


def png(width, height, content=b""):
    """A PNG that claims a size."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0))
            + chunk(b"IDAT", zlib.compress(content)) + chunk(b"IEND", b""))


@pytest.mark.parametrize("size", [(9000, 9000), (12000, 12000), (30000, 30000), (2 ** 31 - 1,) * 2, (2 ** 24 + 1, 1)])
def test_a_size_that_is_only_claimed_takes_no_memory(tmp_path, monkeypatch, recwarn, size):
    def never(_):
        raise AssertionError("memory was taken")

    monkeypatch.setattr(ImageFile.ImageFile, "load", never)
    (tmp_path / "a.png").write_bytes(png(*size))
    with pytest.raises(ValueError, match=r"a.png: (\d+×\d+ pixels|Image size)"):
        read_grey(tmp_path / "a.png")
    assert not recwarn.list


def test_a_large_file_is_not_taken_into_memory(tmp_path):
    with open(tmp_path / "a.png", "wb") as file:
        file.write(png(48, 48, bytes(48 * 49)))
        file.truncate(MOST_BYTES)                   # zeros behind a picture do not matter, within reason
    assert read_grey(tmp_path / "a.png").shape == (48, 48)
    with open(tmp_path / "a.png", "ab") as file:
        file.truncate(20 * MOST_BYTES)
    with pytest.raises(ValueError, match="a.png: more than"):
        read_grey(tmp_path / "a.png")


def test_of_several_pages_the_first(tmp_path):
    pages = [Image.fromarray(np.full((48, 48), level, np.uint8)) for level in (10, 20)]
    pages[0].save(tmp_path / "a.tif", save_all=True, append_images=pages[1:])
    assert (read_grey(tmp_path / "a.tif") == 10).all()


def test_inks_and_a_palette(tmp_path):
    Image.new("CMYK", (4, 4), (0, 0, 0, 255)).save(tmp_path / "a.tif")
    assert (read_grey(tmp_path / "a.tif") == 0).all()


@settings(deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.sampled_from(["png", "jpg", "bmp", "tif"]),
       st.lists(st.tuples(st.integers(0, 10_000), st.integers(0, 255)), min_size=1, max_size=8))
def test_changed_bytes_give_a_picture_or_an_unreadable_one(tmp_path, suffix, changes):
    pixels = np.arange(48 * 48).astype(np.uint8).reshape(48, 48)
    Image.fromarray(pixels).save(path := tmp_path / f"a.{suffix}")
    content = bytearray(path.read_bytes())
    for place, value in changes:
        content[place % len(content)] = value
    path.write_bytes(content)
    try:
        image = read_grey(path)
        assert image.ndim == 2 and image.dtype == np.uint8
    except ValueError as error:
        assert str(path) in str(error)
