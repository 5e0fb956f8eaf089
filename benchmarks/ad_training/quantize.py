"""Weights of 8 bits, and activations of 8 bits with a scale for each word piece of its own.

onnxruntime's own dynamic quantisation has one scale for a whole batch, so that a sentence's
vector depends on which others it is encoded with. With a scale a row it does not, and is
nearer to the unquantised one (compare Dettmers et al., "LLM.int8()", 2022, vector-wise
quantisation). This file knows graphs alone.
"""

from __future__ import annotations

import numpy as np
import onnx
from numpy.typing import ArrayLike, NDArray
from onnx import ModelProto, NodeProto, helper, numpy_helper

LEVELS, MIDDLE = 127, 128
"""Levels on each side of 0, which is stored as MIDDLE."""


class _Graph:
    """Nodes and constants of the graph that is being written."""

    def __init__(self, model: ModelProto) -> None:
        self.weights = {i.name: numpy_helper.to_array(i) for i in model.graph.initializer}
        self.nodes: list[NodeProto] = []
        self._rows: dict[str, tuple[str, str]] = {}

    def add(self, op: str, *inputs: str, out: str = "", **attributes: object) -> str:
        """A node more; gives the name of its output."""
        out = out or f"{op}.{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [out], **attributes))
        return out

    def constant(self, name: str, value: ArrayLike) -> str:
        """A constant more; gives its name."""
        self.weights[name] = np.asarray(value)
        return name

    def rows(self, x: str) -> tuple[str, str]:
        """`x` in 8 bits and the scale of each of its rows; once for all that read it."""
        if x not in self._rows:
            most = self.add("ReduceMax", self.add("Abs", x), axes=[-1], keepdims=1)
            least = self.constant("least", np.float32(1e-9))
            levels = self.constant("levels", np.float32(LEVELS))
            middle = self.constant("middle", np.float32(MIDDLE))
            scale = self.add("Div", self.add("Max", most, least), levels)
            whole = self.add("Round", self.add("Div", x, scale))
            low = self.add("Cast", self.add("Add", whole, middle), to=onnx.TensorProto.UINT8)
            self._rows[x] = low, scale
        return self._rows[x]


def quantized(model: ModelProto) -> ModelProto:
    """The same graph, its products with constant matrices and its look-ups in 8 bits."""
    graph = _Graph(model)
    for node in model.graph.node:
        matrix = next((graph.weights[i] for i in node.input if _is_matrix(graph, i)), None)
        if node.op_type == "MatMul" and matrix is not None:
            _product(graph, node, matrix)
        elif node.op_type == "Gather" and matrix is not None:
            _look_up(graph, node, matrix)
        else:
            graph.nodes.append(node)
    used = {name for node in graph.nodes for name in node.input}
    constants = [
        numpy_helper.from_array(value, name)
        for name, value in graph.weights.items()
        if name in used
    ]
    made = helper.make_graph(
        graph.nodes, "encoder", model.graph.input, model.graph.output, constants
    )
    return helper.make_model(made, opset_imports=model.opset_import, ir_version=8)


def _is_matrix(graph: _Graph, name: str) -> bool:
    return name in graph.weights and graph.weights[name].ndim == 2


def _product(graph: _Graph, node: NodeProto, matrix: NDArray[np.float32]) -> None:
    x, name = node.input
    low, scale = graph.rows(x)
    scales = np.abs(matrix).max(0).clip(1e-9) / LEVELS
    weights = graph.constant(f"{name}.low", np.round(matrix / scales).astype(np.int8))
    zero = graph.constant("zero", np.uint8(MIDDLE))
    sums = graph.add("MatMulInteger", low, weights, zero)
    sums = graph.add("Cast", sums, to=onnx.TensorProto.FLOAT)
    by_row = graph.add("Mul", sums, scale)
    columns = graph.constant(f"{name}.scales", scales.astype(np.float32))
    graph.add("Mul", by_row, columns, out=node.output[0])


def _look_up(graph: _Graph, node: NodeProto, matrix: NDArray[np.float32]) -> None:
    name, at = node.input
    scales = np.abs(matrix).max(1, keepdims=True).clip(1e-9) / LEVELS
    rows = graph.constant(f"{name}.low", np.round(matrix / scales).astype(np.int8))
    factors = graph.constant(f"{name}.scales", scales.astype(np.float32))
    low = graph.add("Cast", graph.add("Gather", rows, at), to=onnx.TensorProto.FLOAT)
    graph.add("Mul", low, graph.add("Gather", factors, at), out=node.output[0])
