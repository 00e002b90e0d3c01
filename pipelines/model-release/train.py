"""Trains the model, and writes what serves it: weights that need no scikit-learn any more."""

import argparse
import json

from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from data import split


def train(parameters):
    samples, _, labels, _ = split(parameters["features"])
    pipeline = make_pipeline(StandardScaler(), LogisticRegression(C=parameters["regularization"], max_iter=1000))
    pipeline.fit(samples, labels)
    scaler, regression = pipeline[0], pipeline[1]
    return {
        "features": parameters["features"], "mean": scaler.mean_.tolist(), "scale": scaler.scale_.tolist(),
        "weights": regression.coef_[0].tolist(), "intercept": float(regression.intercept_[0]),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--parameters", required=True)
    parser.add_argument("--model", required=True)
    arguments = parser.parse_args()
    with open(arguments.parameters) as file:
        model = train(json.load(file))
    with open(arguments.model, "w") as file:
        json.dump(model, file)
    print(f"trained on {len(model['features'])} features")
