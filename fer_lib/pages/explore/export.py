"""The trained network as one ONNX file for the browser: probabilities, conv3, and guided backpropagation.

One graph, so that the weights are there once, in float16, in which a stored run keeps them; it computes in float32. The
way back from a filter to the pixels is taken only if asked for. It equals Captum's NeuronGuidedBackprop on conv3, from
the unit with the strongest response: a ReLU passes back what is positive, where it was on.
"""
from collections.abc import Iterator

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ...network import ZeroBiasCNN

OPSET, IR = 17, 8                   # what onnxruntime-web has long known
node = helper.make_node             # (kind, inputs, outputs, **attributes)


def network_file(network: ZeroBiasCNN, normalisation: str = "subtractive", size: int = 96) -> bytes:
    """An ONNX model.

    Inputs: pixels (1, 1, size, size) float32, 0–255; filter (1,) int64; guided (1,) bool. Outputs: probabilities
    (1, classes); seen (1, 1, size, size), the normalised input; strongest (1, 256), each filter's maximum; place
    (1, 256) int64, its unit, row by row; map (1, 1, size/4, size/4) of the filter; gradient (1, 1, size, size) with
    respect to `seen`, or (1, 1, 1, 1) zero. ValueError for another normalisation, or a network with biases.
    """
    if normalisation != "subtractive" or network.conv1.bias is not None:
        raise ValueError("only networks without biases in the convolutions, on subtractive normalisation, are exported")
    weights = {name: value.detach().numpy() for name, value in network.state_dict().items()}
    nodes, values = list(forward(size)), []
    for name, value in weights.items():
        values.append(numpy_helper.from_array(value.astype(np.float16), f"{name}.half"))
        nodes.insert(0, node("Cast", [f"{name}.half"], [name], to=TensorProto.FLOAT))
    values += [numpy_helper.from_array(np.array(127.5, np.float32), "grey"),
               *(numpy_helper.from_array(np.array(value, np.int64), name) for name, value in constants(size).items())]

    def tensor(name, kind, shape):
        return helper.make_tensor_value_info(name, kind, shape)

    quarter = size // 4
    inputs = [tensor("pixels", TensorProto.FLOAT, [1, 1, size, size]), tensor("filter", TensorProto.INT64, [1]),
              tensor("guided", TensorProto.BOOL, [1])]
    outputs = [tensor("probabilities", TensorProto.FLOAT, [1, network.classes]),
               tensor("seen", TensorProto.FLOAT, [1, 1, size, size]),
               tensor("strongest", TensorProto.FLOAT, [1, 256]), tensor("place", TensorProto.INT64, [1, 256]),
               tensor("map", TensorProto.FLOAT, [1, 1, quarter, quarter]),
               tensor("gradient", TensorProto.FLOAT, [1, 1, None, None])]
    graph = helper.make_graph(nodes, "network", inputs, outputs, values)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR)
    onnx.checker.check_model(model, full_check=True)
    return model.SerializeToString()


def constants(size: int) -> dict[str, list[int]]:
    half, quarter = size // 2, size // 4
    return {"maps": [1, 256, quarter * quarter], "units": [1, 1, quarter, quarter], "depth": [quarter ** 2],
            "half_shape": [1, 128, half, half], "whole_shape": [1, 64, size, size], "nothing_shape": [1, 1, 1, 1]}


def forward(size: int) -> Iterator[onnx.NodeProto]:
    around, two = {"pads": [2, 2, 2, 2]}, {"kernel_shape": [2, 2], "strides": [2, 2]}
    yield node("Div", ["pixels", "grey"], ["scaled"])
    yield node("AveragePool", ["scaled"], ["blurred"], kernel_shape=[5, 5], count_include_pad=1, **around)
    yield node("Sub", ["scaled", "blurred"], ["seen"])
    below = "seen"
    for layer in (1, 2, 3):
        yield node("Conv", [below, f"conv{layer}.weight"], [f"c{layer}"], **around)
        yield node("Relu", [f"c{layer}"], [f"a{layer}"])
        if layer < 3:
            yield node("MaxPool", [f"a{layer}"], [below := f"p{layer}", f"at{layer}"], **two)
    side = [size // 8] * 2
    yield node("MaxPool", ["a3"], ["quadrants"], kernel_shape=side, strides=side)
    yield node("Flatten", ["quadrants"], ["flat"])
    yield node("Gemm", ["flat", "fc.weight", "fc.bias"], ["hidden"], transB=1)
    yield node("Relu", ["hidden"], ["active"])
    yield node("Gemm", ["active", "output.weight", "output.bias"], ["logits"], transB=1)
    yield node("Softmax", ["logits"], ["probabilities"], axis=1)
    yield node("Reshape", ["a3", "maps"], ["units_in_a_row"])
    yield node("ReduceMax", ["units_in_a_row"], ["strongest"], axes=[2], keepdims=0)
    yield node("ArgMax", ["units_in_a_row"], ["place"], axis=2, keepdims=0)
    yield node("Gather", ["a3", "filter"], ["map"], axis=1)
    yield node("If", ["guided"], ["gradient"], then_branch=branch(backward(), "gradient_of_unit", "back"),
               else_branch=branch([node("ConstantOfShape", ["nothing_shape"], ["nothing"])], "nothing", "no_way_back"))


def branch(nodes, output: str, name: str) -> onnx.GraphProto:
    return helper.make_graph(list(nodes), name, [], [
        helper.make_tensor_value_info(output, TensorProto.FLOAT, [1, 1, None, None])])


def backward() -> Iterator[onnx.NodeProto]:
    """From the filter's strongest unit of conv3, before its own ReLU, to `seen`."""
    around, two = {"pads": [2, 2, 2, 2]}, {"kernel_shape": [2, 2], "strides": [2, 2]}
    yield node("Constant", [], ["off_on"], value_floats=[0., 1.])
    yield node("Gather", ["place", "filter"], ["unit"], axis=1)
    yield node("OneHot", ["unit", "depth", "off_on"], ["one"])
    yield node("Reshape", ["one", "units"], ["from_unit"])
    yield node("Gather", ["conv3.weight", "filter"], ["own_weights"], axis=0)
    yield node("ConvTranspose", ["from_unit", "own_weights"], ["g2"], **around)
    for layer, shape in ((2, "half_shape"), (1, "whole_shape")):
        yield node("MaxUnpool", [f"g{layer}", f"at{layer}", shape], [f"up{layer}"], **two)
        yield node("Relu", [f"up{layer}"], [f"positive{layer}"])
        yield node("Sign", [f"a{layer}"], [f"on{layer}"])
        yield node("Mul", [f"positive{layer}", f"on{layer}"], [f"passed{layer}"])
        below = f"g{layer - 1}" if layer > 1 else "gradient_of_unit"
        yield node("ConvTranspose", [f"passed{layer}", f"conv{layer}.weight"], [below], **around)
