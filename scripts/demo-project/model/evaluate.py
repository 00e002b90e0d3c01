"""Measures a trained model on the data that training has not seen."""

import argparse
import json
import pathlib

import joblib
from sklearn.metrics import accuracy_score, f1_score, recall_score

from model import data


def evaluate(dataset, pipeline):
    """Accuracy, F1 (mean over the classes) and the recall of each class on the held-out data."""
    _, features, _, labels = data.load(dataset)
    found = pipeline.predict(features)
    recalls = recall_score(labels, found, average=None)
    return {
        "rows": len(labels),
        "accuracy": round(float(accuracy_score(labels, found)), 4),
        "f1": round(float(f1_score(labels, found, average="macro")), 4),
        "recall": {name: round(float(recall), 4) for name, recall in zip(data.classes(dataset), recalls)},
    }


def summary(dataset, metrics):
    """A Markdown table."""
    values = {"data set": dataset, **metrics} | {f"recall of {name}": value for name, value in metrics["recall"].items()}
    rows = "\n".join(f"| {name} | {value} |" for name, value in values.items() if name != "recall")
    return f"### Evaluation\n\n| measure | value |\n|---|---|\n{rows}\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dataset", required=True, choices=sorted(data.LOADERS))
    parser.add_argument("--model", required=True, type=pathlib.Path)
    parser.add_argument("--metrics", required=True, type=pathlib.Path)
    parser.add_argument("--summary", type=pathlib.Path)
    arguments = parser.parse_args()

    metrics = evaluate(arguments.dataset, joblib.load(arguments.model))
    arguments.metrics.write_text(json.dumps(metrics, indent=2) + "\n")
    if arguments.summary:
        with arguments.summary.open("a") as file:
            file.write(summary(arguments.dataset, metrics))


if __name__ == "__main__":
    main()
