"""A tensor of an ONNX file, which the test makes."""
import numpy as np
import onnx
import pytest
import torch
from made_networks import Small
from onnx import TensorProto, helper, numpy_helper

from fer_lib.pages.report.asking import ask
from fer_lib.pages.report.drawn import asked_faces, shown_at
from fer_lib.pages.report.sources import Seen, as_network, found, fresh_network
from fer_lib.pages.report.view import View

FACES = asked_faces().probe.images[:5]


def small_file(path, module: Small, shape, softmax: bool = False, last: bool = False):
    """`Small` as an ONNX file whose input has this shape; last: its channels come last."""
    node, x = helper.make_node, "turned" if last else "pixels"
    nodes = [node("Transpose", ["pixels"], ["turned"], perm=[0, 3, 1, 2])] * last
    nodes += [node("Conv", [x, "first.weight", "first.bias"], ["a"], strides=[2, 2]),
              node("Relu", ["a"], ["/first/Relu_output_0"]),
              node("Conv", ["/first/Relu_output_0", "second.weight", "second.bias"], ["b"], strides=[2, 2]),
              node("Relu", ["b"], ["c"]), node("GlobalMaxPool", ["c"], ["d"]), node("Flatten", ["d"], ["e"]),
              node("Gemm", ["e", "output.weight", "output.bias"], ["logits"], transB=1)]
    weights = [numpy_helper.from_array(value.detach().numpy(), name) for name, value in module.state_dict().items()]
    graph = helper.make_graph(nodes, "small", [helper.make_tensor_value_info("pixels", TensorProto.FLOAT, shape)],
                              [helper.make_tensor_value_info("logits", TensorProto.FLOAT, [shape[0], 3])], weights)
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)
    return path


def asked(path, **seen):
    seen = Seen(**seen)
    return as_network(found(path, seen), seen)


@pytest.mark.parametrize("shape", [["N", 1, 40, 40], [1, 1, 40, 40], [4, 1, 40, 40], ["N", 1, "H", "W"]])
def test_a_tensor_inside_it(tmp_path, shape):
    module = Small().eval()
    path = small_file(tmp_path / "small.onnx", module, shape)
    network = asked(f"{path}", layer="b", std=(1 / 255,), classes=("anger", "happy", "other"), batch=3,
                    **{"size": 40} if "H" in shape else {})
    answers = ask(network, FACES, rotations=1, progress=False)
    x = View(40, std=(1 / 255,))(shown_at(FACES, 40))
    assert x.amax() > 200, "0 to 255"
    with torch.no_grad():
        maps, logits = module.second(module.relu(module.first(x))), module(x)
    assert np.allclose(answers.responses, maps.amax((2, 3)), rtol=1e-4, atol=1e-2)
    assert np.allclose(answers.points, 100 * logits.double().softmax(1), atol=.1)
    assert network.about["file"] == "small.onnx" and network.size == 40


def test_channels_may_come_last(tmp_path):
    module = Small(3).eval()
    path = small_file(tmp_path / "last.onnx", module, ["N", 40, 40, 3], last=True)
    answers = ask(asked(path, layer="c"), FACES, progress=False)
    with torch.no_grad():
        maps = module.relu(module.second(module.relu(module.first(View(40, 3)(shown_at(FACES, 40))))))
    assert np.allclose(answers.responses, maps.amax((2, 3)), atol=1e-5)


def test_a_file_that_says_any_number_of_images_and_takes_one(tmp_path, capfd):
    """As an export holds a shape that was written down for one image."""
    module = Small().eval()
    path = small_file(tmp_path / "one.onnx", module, ["N", 1, 40, 40])
    model = onnx.load(path)
    (flatten,) = (node for node in model.graph.node if node.op_type == "Flatten")
    flatten.CopyFrom(helper.make_node("Reshape", ["d", "written"], ["e"]))
    model.graph.initializer.append(numpy_helper.from_array(np.array([1, 8]), "written"))
    onnx.save(model, path)
    answers = ask(asked(path, layer="e"), FACES, progress=False)
    with torch.no_grad():
        maps = module.relu(module.second(module.relu(module.first(View(40)(shown_at(FACES, 40))))))
    assert np.allclose(answers.responses, maps.amax((2, 3)), atol=1e-5)
    assert capfd.readouterr().err == "", "onnxruntime does not print what was tried"


def test_it_has_no_fresh_weights_of_its_own(tmp_path):
    path, seen = small_file(tmp_path / "small.onnx", Small(), ["N", 1, 40, 40]), Seen(layer="b")
    network, why_not = fresh_network(found(path, seen), None, seen, 0)
    assert network is None and "an ONNX file does not say" in why_not
    fresh = small_file(tmp_path / "fresh.onnx", Small(), ["N", 1, 40, 40])
    assert fresh_network(found(path, seen), fresh, seen, 0)[0].name == "fresh.onnx · b"


@pytest.mark.parametrize("seen, message", [
    ({"layer": "first"}, r"small.onnx has no tensor 'first'\. .*There are: a, /first/Relu_output_0, b, c"),
    ({"layer": "/first/Relu_output"}, "Did you mean /first/Relu_output_0?"),
    ({}, r"small.onnx is asked of one of its tensors: name it with --layer\. There are: a"),
    ({"layer": "b", "size": 96}, "takes images of size 40, not 96: leave size out"),
    ({"layer": "b", "channels": 3}, "takes images of channels 1, not 3"),
    ({"layer": "b", "classes": ("a", "happy")}, r"names 2 classes \(a, happy\), so for 2 images its output must be"),
    ({"layer": "weightless"}, "has no tensor")])
def test_what_it_has_not(tmp_path, seen, message):
    path = small_file(tmp_path / "small.onnx", Small(), ["N", 1, 40, 40])
    with pytest.raises(ValueError, match=message):
        ask(asked(path, **seen), FACES[:2], progress=False)


@pytest.mark.parametrize("content", [b"", b"no network", b"\x80\x04K\x01.", b"\x08\x07"])
def test_what_is_no_onnx_file(tmp_path, content):
    path = tmp_path / "model.onnx"
    path.write_bytes(content)
    with pytest.raises(ValueError, match=r"model\.onnx holds no ONNX network: "):
        asked(path, layer="b")


def test_a_file_that_does_not_run_here(tmp_path):
    graph = helper.make_graph([helper.make_node("Unheard", ["x"], ["y"], domain="of")], "x", [
        helper.make_tensor_value_info("x", TensorProto.FLOAT, ["N", 1, 9, 9])], [
        helper.make_tensor_value_info("y", TensorProto.FLOAT, None)])
    onnx.save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)]), tmp_path / "x.onnx")
    with pytest.raises(ValueError, match=r"x\.onnx does not run here: "):
        asked(tmp_path / "x.onnx", layer="y")
