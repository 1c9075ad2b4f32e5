"""Feeds exported ONNX models the image that lies beside them, in every evaluator.

    evaluators.py MODEL...

MODEL is what `pigment export --format onnx --layer all` wrote; MODEL.golden.safetensors has `image` and,
for each output of the model, `output.NAME`. Needs onnx, onnxruntime, numpy and safetensors. One JSON line
per model and evaluator: the largest difference, relative to the largest value of a layer. Exits with 1
where one is over 1e-4.
"""
import json
import sys

import numpy
import onnx
import onnxruntime
from onnx.reference import ReferenceEvaluator
from safetensors.numpy import load_file

worst = 0.0
for path in sys.argv[1:]:
    onnx.checker.check_model(path, full_check=True)
    golden = load_file(f"{path}.golden.safetensors")
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    names = [output.name for output in session.get_outputs()]
    for evaluator, program in (("onnxruntime", session), ("onnx.reference", ReferenceEvaluator(path))):
        largest = 0.0
        for name, found in zip(names, program.run(names, {"image": golden["image"]})):
            expected = golden[f"output.{name}"]
            assert found.shape == expected.shape, (path, evaluator, name, found.shape, expected.shape)
            scale = max(float(numpy.abs(expected).max()), 1e-30)
            largest = max(largest, float(numpy.abs(found - expected).max()) / scale)
        print(json.dumps({"model": path, "evaluator": evaluator, "outputs": len(names),
                          "difference": float(f"{largest:.2e}")}), flush=True)
        worst = max(worst, largest)
sys.exit(not worst <= 1e-4)
