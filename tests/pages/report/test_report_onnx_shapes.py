"""What an ONNX file says of its shapes; which axis of a tensor counts images where the file takes so many at once."""
import numpy as np
import onnx
import pytest
from onnx import TensorProto, helper, numpy_helper

from fer_lib.pages.report.asking import ask
from fer_lib.pages.report.drawn import asked_faces
from fer_lib.pages.report.sources import Seen, as_network, found

FACES = asked_faces().probe.images[:5]
WEIGHTS = np.random.default_rng(0).normal(size=(6, 1, 8, 8)).astype(np.float32)


def tokens_file(path, shape):
    """Patches of 8×8 pixels as 9 tokens of 6 numbers, an image's beside the others' (9, N, 6); as rows (9 N, 6); in
    windows of three (3 N, 3, 6); the mean over an image's (N, 6, 1, 1). Its input has this shape."""
    node = helper.make_node
    nodes = [node("Conv", ["pixels", "weights"], ["maps"], strides=[8, 8]),
             node("GlobalAveragePool", ["maps"], ["mean"]), node("Relu", ["maps"], ["positive"]),
             node("Reshape", ["maps", "flat"], ["patches"]),
             node("Transpose", ["patches"], ["tokens"], perm=[2, 0, 1]),
             node("Transpose", ["patches"], ["turned"], perm=[0, 2, 1]), node("Reshape", ["turned", "row"], ["rows"]),
             node("Reshape", ["turned", "window"], ["windows"])]
    constants = {"flat": [0, 0, -1], "row": [-1, 6], "window": [-1, 3, 6]}
    weights = [numpy_helper.from_array(np.array(value), name) for name, value in constants.items()]
    graph = helper.make_graph(nodes, "tokens", [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("rows", TensorProto.FLOAT, None)],
                              [numpy_helper.from_array(WEIGHTS, "weights"), *weights])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def asked(path, **seen):
    seen = Seen(**seen)
    return as_network(found(path, seen), seen)


@pytest.mark.parametrize("tensor", ["tokens", "maps", "mean", "turned"])
@pytest.mark.parametrize("count", [1, 2, 4])
def test_a_file_that_takes_so_many_at_once_answers_as_one_that_takes_any_number(tmp_path, tensor, count):
    own, expected = (ask(asked(tokens_file(tmp_path / f"{first}.onnx", [first, 1, 24, 24]), layer=tensor, batch=3),
                         FACES, progress=False).responses for first in (count, "N"))
    assert own.shape == (5, 6) and np.allclose(own, expected, atol=1e-5)
    assert len(np.unique(own, axis=0)) == 5


@pytest.mark.parametrize("tensor", ["rows", "windows"])
@pytest.mark.parametrize("count", [1, 2])
def test_tokens_are_not_taken_for_images(tmp_path, tensor, count):
    path = tokens_file(tmp_path / "x.onnx", [count, 1, 24, 24])
    with pytest.raises(ValueError, match=rf"{tensor} .* first axis does not count images.* Export .* dynamic batch"):
        asked(path, layer=tensor)


def test_rows_of_tokens_are_no_probabilities(tmp_path):
    path = tokens_file(tmp_path / "x.onnx", [1, 1, 24, 24])
    with pytest.raises(ValueError, match="names 6 classes .* no such output"):
        ask(asked(path, layer="maps", classes=("happy", *"abcde")), FACES, progress=False)


@pytest.mark.parametrize("shape", [[0, 1, 24, 24], [-1, 1, 24, 24], [0, 1, 0, 24], ["N", 0, 24, -1]])
def test_a_size_of_zero_is_any(tmp_path, shape):
    path = tokens_file(tmp_path / "x.onnx", shape)
    assert ask(asked(path, layer="mean", size=24), FACES, progress=False).responses.shape == (5, 6)


def test_filters_that_may_be_any_axis_are_warned_of(tmp_path):
    path = tokens_file(tmp_path / "x.onnx", ["N", 1, 48, 48])
    with pytest.warns(UserWarning, match=r"tensor positive puts out \(2, 6, 6, 6\), .* taken to come first"):
        network = asked(path, layer="positive")
    assert network.about["its filters"].startswith("taken to come first")
    assert "its filters" not in asked(path, layer="maps").about, "a convolution's"


def test_an_input_without_a_shape(tmp_path):
    with pytest.raises(ValueError, match=r"x\.onnx does not say which shape its input pixels has. Export it"):
        asked(tokens_file(tmp_path / "x.onnx", None), layer="mean")


def test_a_file_without_an_input(tmp_path):
    path = tokens_file(tmp_path / "x.onnx", [1, 1, 24, 24])
    model = onnx.load(path)
    model.graph.ClearField("input")
    model.graph.initializer.append(numpy_helper.from_array(np.zeros((1, 1, 24, 24), np.float32), "pixels"))
    onnx.save(model, path)
    with pytest.raises(ValueError, match=r"x\.onnx has no input; a report gives it faces"):
        asked(path, layer="mean")
