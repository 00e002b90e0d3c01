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
    table = summary("wine", {"accuracy": 0.5, "recall": {"class_1": 0.25}})
    assert "| accuracy | 0.5 |" in table and "| recall of class_1 | 0.25 |" in table


def test_the_recall_of_each_class_has_its_name():
    pipeline, _ = train.train("wine", "gaussian_bayes")
    assert list(evaluate("wine", pipeline)["recall"]) == ["class_0", "class_1", "class_2"]
