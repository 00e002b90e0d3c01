"""Measures what will be served, as it will be served, on samples that the training has not seen."""

import argparse
import json

from sklearn.metrics import classification_report, roc_auc_score

from data import NAMES, split
from predict import probability


def evaluate(model):
    _, samples, _, labels = split(model["features"])
    scores = [probability(model, sample) for sample in samples]
    predicted = [score >= 0.5 for score in scores]
    report = classification_report(labels, predicted, target_names=NAMES, output_dict=True, zero_division=0)
    return {**report, "roc_auc": float(roc_auc_score(labels, scores))}


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--model", required=True)
    parser.add_argument("--metrics", required=True)
    arguments = parser.parse_args()
    with open(arguments.model) as file:
        metrics = evaluate(json.load(file))
    with open(arguments.metrics, "w") as file:
        json.dump(metrics, file, indent=2)
    print(f"accuracy {metrics['accuracy']:.4f}, ROC AUC {metrics['roc_auc']:.4f}")
