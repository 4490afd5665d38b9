"""A tensor of an ONNX file as what a report asks: the file is read, and the tensor made an output of it, in memory.

    network = of_file(Path("model.onnx"), "/features/conv5/Relu_output_0", {"size": 64})
"""
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from ..numbers import how_many
from .asking import Network
from .drawn import some_faces
from .modules import those_there
from .outputs import TRIED, as_maps, for_classes, images_axis, warn_of_doubt
from .view import View

FLOATS = {"tensor(float)": np.float32, "tensor(double)": np.float64, "tensor(float16)": np.float16}
FILTERS_FIRST = "Conv", "ConvTranspose", "BatchNormalization", "MaxPool", "AveragePool"


def of_file(path: Path, tensor: str | None, seen: dict, *, classes: Sequence[str] = (), pool: str = "max",
            batch: int = 32) -> Network:
    """seen: what the user says of `View`'s fields; size and channels are the file's where it says them. classes: of its
    output with as many columns. ValueError where the file holds no network, or not the tensor; ImportError without the
    extra [book]."""
    (session, kind), classes = opened(path, tensor), tuple(classes)
    inputs = session.get_inputs()
    if not inputs:
        raise ValueError(f"{path.name} has no input; a report gives it faces. Export it with one: images, channels, "
                         "rows, columns")
    if len(inputs) > 1:
        raise ValueError(f"{path.name} has {len(inputs)} inputs ({', '.join(one.name for one in inputs)}"
                         "); a report gives it faces only. Ask it through a function of your own")
    (about,) = inputs
    if about.type not in FLOATS:
        raise ValueError(f"{path.name} takes {about.type}; a report gives it float numbers. Ask it through a function "
                         "of your own")
    if not about.shape:
        raise ValueError(f"{path.name} does not say which shape its input {about.name} has. Export it with one: "
                         "images, channels, rows, columns")
    view, last = as_the_file_says(path.name, about.shape, seen)
    fixed = about.shape[0] if isinstance(about.shape[0], int) else None

    def run(images: np.ndarray) -> dict[str, tuple[np.ndarray, ...]]:
        """What it puts out, in pieces of `fixed` images where the file takes so many at once."""
        x = view(images).numpy().astype(FLOATS[about.type])
        x = x.transpose(0, 2, 3, 1) if last else x
        pieces = [x] if fixed is None else [filled(x[i:i + fixed], fixed) for i in range(0, len(x), fixed)]
        names = [one.name for one in session.get_outputs()] if classes else [tensor]
        try:
            found = [session.run(names, {about.name: piece}) for piece in pieces]
        except Exception as error:  # onnxruntime's own kinds
            raise ValueError(f"{path.name} does not run on {x.shape}: {first_line(error)}") from error
        return dict(zip(names, zip(*found, strict=True), strict=True))

    try:
        run(some_faces(TRIED[0], view.size))
    except ValueError:
        if fixed is not None:
            raise
        fixed = 1                   # it says that it takes any number, and holds a shape that was written for one
    shapes = [run(some_faces(n, view.size))[tensor][0].shape for n in TRIED]
    axis = images_axis(f"tensor {tensor}", shapes) if fixed is None else batch_axis(
        f"{path.name} takes {how_many(fixed, 'image')} at once, and its tensor {tensor}", shapes[0], fixed)

    filters_last = False if kind in FILTERS_FIRST else None

    def maps(images: np.ndarray):
        found = run(images)
        of_tensor = joined(found[tensor], axis, len(images)).astype(np.float32)
        named = [parts for parts in found.values() if np.shape(parts[0]) == (fixed or len(images), len(classes))]
        whole = joined(named[0], 0, len(images)) if named else None
        return (as_maps(f"tensor {tensor}", torch.from_numpy(of_tensor), axis, filters_last),
                for_classes(path.name, whole, len(images), classes))

    said = {"file": path.name, "tensor": tensor, f"for {how_many(fixed or TRIED[0], 'image')} it is": f"{shapes[0]}",
            "it sees": f"{view}"}
    if filters_last is None:
        said |= warn_of_doubt(f"tensor {tensor}", shapes[0], axis)
    return Network(f"{path.name} · {tensor}", maps, view.size, classes, pool, batch, said)


def opened(path: Path, tensor: str | None):
    """A session of onnxruntime, with the tensor among its outputs, and the kind of layer that puts it out."""
    try:
        import onnx
        import onnxruntime
    except ModuleNotFoundError as error:
        raise ImportError(f"an ONNX file needs {error.name}: install fer_lib with its extra [book]") from error
    try:
        model = onnx.load(path)
        if not model.graph.node:
            raise ValueError("it has no layers")
    except Exception as error:      # protobuf's, or of data beside the file
        raise ValueError(f"{path} holds no ONNX network: {first_line(error)}") from error
    kinds = {name: layer.op_type for layer in model.graph.node for name in layer.output if name}
    if tensor not in kinds:
        wanted = f"has no tensor {tensor!r}" if tensor else "is asked of one of its tensors: name it with --layer"
        raise ValueError(f"{path.name} {wanted}. {those_there(tensor or '', list(kinds))}")
    if tensor not in [one.name for one in model.graph.output]:
        model.graph.output.append(onnx.ValueInfoProto(name=tensor))
    for axis in (axis for one in (*model.graph.input, *model.graph.output) for axis in one.type.tensor_type.shape.dim):
        if axis.HasField("dim_value") and axis.dim_value < 1:       # what some exporters write for any
            axis.ClearField("dim_value")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.log_severity_level = torch.get_num_threads(), 4     # what fails is said
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
    except Exception as error:
        raise ValueError(f"{path} does not run here: {first_line(error)}") from error
    return session, kinds[tensor]


def as_the_file_says(name: str, shape: Sequence, seen: dict) -> tuple[View, bool]:
    """How the file's input of this shape is to be seen, and whether its channels come last. ValueError where the user
    says otherwise."""
    if len(shape) != 4:
        raise ValueError(f"{name} takes {len(shape)} axes ({', '.join(map(str, shape))}), and images have four: "
                         "images, channels, rows, columns")
    last = shape[3] in (1, 3) and shape[1] not in (1, 3)
    channels, height, width = (shape[3], shape[1], shape[2]) if last else shape[1:]
    if isinstance(height, int) and isinstance(width, int) and height != width:
        raise ValueError(f"{name} takes images of {height}×{width} pixels; faces are square")
    for option, its in (("size", height), ("channels", channels)):
        if isinstance(its, int) and seen.setdefault(option, its) != its:
            raise ValueError(f"{name} takes images of {option} {its}, not {seen[option]}: leave {option} out")
    return View(**seen), last


def filled(x: np.ndarray, count: int) -> np.ndarray:
    """As many images as the file takes at once, the last repeated."""
    return np.concatenate([x, np.repeat(x[-1:], count - len(x), axis=0)])


def batch_axis(name: str, shape: tuple[int, ...], fixed: int) -> int:
    """Which axis of a tensor counts the images of a file that takes `fixed` at once: the first, as files have it, or
    the only one of that size, as where tokens come first. ValueError where that is not known."""
    axes = [axis for axis, size in enumerate(shape) if size == fixed]
    if len(axes) != 1 and 0 not in axes:
        raise ValueError(f"{name} is {shape}: its first axis does not count images, and it is not known which one "
                         "does. Export the file with a dynamic batch: any number at once")
    return axes[0]


def joined(parts: Sequence[np.ndarray], axis: int, count: int) -> np.ndarray:
    """What a file puts out piece by piece, of the images that there are."""
    return np.concatenate(parts, axis).take(range(count), axis)


def first_line(error: Exception) -> str:
    return " ".join(f"{error}".split())[:300] or type(error).__name__
