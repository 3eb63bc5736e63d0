"""The router's small student as ONNX: the same answers from any ONNX runtime, checked before it is kept."""

import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.errors import OperatorError
from assistant.routing.learning.distil import Distilled
from assistant.routing.learning.student import Student, features

STUDENT, ONNX = "student.npz", "student.onnx"
LEAST_AGREEMENT = 0.999
"""Share of messages on which the ONNX model must say what the student says."""
LEAST_TAUGHT = 0.75
"""Share of held-back messages that the student must read as the router does."""


def write_student(folder: Path, found: Distilled, texts: Sequence[str]) -> dict[str, float]:
    """Write a student and its ONNX form into a folder; returns how far they agree and how fast ONNX is.

    Args:
        folder: exists.
        found: the student with its figures.
        texts: messages to compare both on.

    Raises:
        OperatorError: the student or its ONNX form isn't good enough.
    """
    if found.agreement < LEAST_TAUGHT:
        raise OperatorError(
            f"the student reads {found.agreement:.1%} of messages as the router does, {LEAST_TAUGHT:.0%} are asked for",
            fix="the former student stays; give it more messages",
        )
    found.student.save(folder / STUDENT)
    (folder / ONNX).write_bytes(as_onnx(found.student))
    started = time.perf_counter()
    same = agreement(found.student, folder / ONNX, texts)
    took = (time.perf_counter() - started) * 1000 / max(1, len(texts))
    if same < LEAST_AGREEMENT:
        raise OperatorError(
            f"the ONNX model says what the student says of {same:.2%} of messages, {LEAST_AGREEMENT:.1%} are asked for",
            fix="report it with the versions of skl2onnx and onnxruntime",
        )
    return {"onnx_agreement": round(same, 5), "onnx_ms": round(took, 3)}


def as_onnx(student: Student) -> bytes:
    """The student as an ONNX model over its features, shape (n, buckets): probabilities of its classes.

    Messages become features by `routing.learning.student.features`.
    """
    from skl2onnx import convert_sklearn
    from skl2onnx.common.data_types import FloatTensorType
    from sklearn.linear_model import LogisticRegression

    linear = LogisticRegression()
    linear.classes_ = np.arange(len(student.names))
    linear.coef_ = (student.weights.astype(np.float32) * student.scale).T.astype(np.float64)
    linear.intercept_ = student.bias.astype(np.float64)
    linear.n_features_in_ = len(student.weights)
    shape = [("features", FloatTensorType([None, len(student.weights)]))]
    options = {id(linear): {"zipmap": False, "raw_scores": False}}
    found = convert_sklearn(linear, initial_types=shape, options=options, target_opset=17)
    return bytes(found.SerializeToString())


def agreement(student: Student, path: Path, texts: Sequence[str]) -> float:
    """Share of messages of which the ONNX model and the student say the same; 1 where there is none."""
    from onnxruntime import InferenceSession

    session = InferenceSession(str(path), providers=["CPUExecutionProvider"])
    same = 0
    for text in texts:
        row = np.zeros((1, len(student.weights)), dtype=np.float32)
        buckets, values = features(text)
        row[0, buckets] = values
        label = int(session.run(None, {"features": row})[0][0])
        same += label == int(student.log_probabilities([text])[0].argmax())
    return same / len(texts) if texts else 1.0
