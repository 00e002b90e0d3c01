"""Trains one estimator and says how it does in cross-validation."""

import argparse
import json
import pathlib

import joblib
from sklearn.model_selection import cross_val_score

from model import data, estimators


def train(dataset, estimator):
    """The trained pipeline and its mean accuracy over five folds of the training data."""
    features, _, labels, _ = data.load(dataset)
    pipeline = estimators.make(estimator)
    score = cross_val_score(pipeline, features, labels, cv=5).mean()
    return pipeline.fit(features, labels), float(score)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", required=True, choices=sorted(data.LOADERS))
    parser.add_argument("--estimator", required=True, choices=sorted(estimators.ESTIMATORS))
    parser.add_argument("--output", required=True, type=pathlib.Path)
    arguments = parser.parse_args()

    pipeline, score = train(arguments.dataset, arguments.estimator)
    joblib.dump(pipeline, arguments.output, compress=9)
    facts = {"estimator": arguments.estimator, "cross_validation": score, "model": str(arguments.output)}
    arguments.output.with_suffix(".json").write_text(json.dumps(facts))
    print(f"{arguments.estimator} on {arguments.dataset}: {score:.4f} in cross-validation")


if __name__ == "__main__":
    main()
