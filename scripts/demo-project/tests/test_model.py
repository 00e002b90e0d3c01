"""What must hold whatever is trained."""

import os

import pytest

from model import data, estimators, train
from model.evaluate import evaluate, summary

DATASET = os.environ.get("DATASET", "breast_cancer")


def test_the_split_is_always_the_same():
    first, second = data.load(DATASET), data.load(DATASET)
    assert all((left == right).all() for left, right in zip(first, second))


def test_an_unknown_data_set_is_named_in_the_error():
    with pytest.raises(ValueError, match="titanic"):
        data.load("titanic")


@pytest.mark.parametrize("name", sorted(estimators.ESTIMATORS))
def test_every_estimator_beats_guessing(name):
    pipeline, score = train.train(DATASET, name)
    assert score > 0.8
    assert evaluate(DATASET, pipeline)["accuracy"] > 0.8


def test_the_summary_is_a_table():
    assert "| accuracy | 0.5 |" in summary({"accuracy": 0.5})
