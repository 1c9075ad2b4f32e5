#!/usr/bin/env bash
# onnx's reference evaluator normalizes by the statistics of the input, in part, below opset 14.
#
# Guess: a BatchNormalization with one output is inference; onnx.reference and ONNX Runtime both
#   normalize by the stored mean and variance, as the specification of opset 9 to 13 says of test mode.
# Happens: below opset 14 onnx.reference takes momentum * stored + (1 - momentum) * input's own mean and
#   variance. The default momentum is 0.9, so a model that does not state it gets a tenth of the
#   statistics of its input, and an output depends on the batch that it stands in. No error, no warning.
#   With momentum 1, or from opset 14 on, both evaluators agree.
# Matters: torch.onnx.export(opset_version=13) and converters of pretrained trunks write such nodes. Who
#   proves an export by the reference evaluator finds features tens of percent off and looks for the
#   mistake in the export; who trusts it compares networks by features that no network has.
#
# Needs python3 with venv, and pip. Exits with 0 where all of this is so, with 1 where it has changed.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet numpy onnx==1.19.1 onnxruntime==1.23.2
"$folder/venv/bin/python" - <<'PYTHON'
import sys
import numpy, onnx, onnxruntime
from onnx import TensorProto, helper, numpy_helper
from onnx.reference import ReferenceEvaluator

print(f"numpy {numpy.__version__}, onnx {onnx.__version__}, onnxruntime {onnxruntime.__version__}")
random = numpy.random.default_rng(1)
C = 8
stored = {"scale": random.uniform(0.5, 2, C), "bias": random.normal(size=C),
          "mean": random.normal(size=C), "var": random.uniform(0.3, 2, C)}
stored = {name: values.astype(numpy.float32) for name, values in stored.items()}
x = random.normal(1, 2, (4, C, 6, 6)).astype(numpy.float32)
column = lambda name: stored[name].reshape(1, C, 1, 1)
expected = (x - column("mean")) / numpy.sqrt(column("var") + 1e-5) * column("scale") + column("bias")


def outputs(opset, attributes, x):
    node = helper.make_node("BatchNormalization", ["x", *stored], ["y"], **attributes)
    shape = [None, C, None, None]
    graph = helper.make_graph(
        [node], "g", [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, shape)],
        [numpy_helper.from_array(values, name) for name, values in stored.items()])
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=7)
    onnx.checker.check_model(model, full_check=True)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return ReferenceEvaluator(model).run(None, {"x": x})[0], session.run(None, {"x": x})[0]


def off(y):
    return float(numpy.abs(y - expected).max() / numpy.abs(expected).max())


found = {}
print("opset  momentum   onnx.reference  onnxruntime   (largest difference from the formula, of the largest value)")
for opset in (9, 13, 14, 15):
    for attributes in ({}, {"momentum": 1.0}):
        reference, runtime = outputs(opset, attributes, x)
        found[opset, bool(attributes)] = off(reference)
        print(f"{opset:5}  {'1' if attributes else 'not stated':10}  {off(reference):14.2e}  {off(runtime):11.2e}")
        assert off(runtime) < 1e-5
alone = outputs(13, {}, x[:1])[0]
together = outputs(13, {}, x)[0][:1]
batch = float(numpy.abs(alone - together).max() / numpy.abs(expected).max())
print(f"opset 13, one picture alone and in a batch of 4, onnx.reference: they differ by {batch:.2e}")
same = (all(found[opset, False] > 0.01 for opset in (9, 13)) and batch > 0.001
        and all(found[opset, True] < 1e-5 for opset in (9, 13, 14, 15))
        and all(found[opset, False] < 1e-5 for opset in (14, 15)))
print("as described" if same else "this has changed")
sys.exit(not same)
PYTHON
