import json
import pathlib


def train(values):
    values = list(values)
    if not values:
        raise ValueError("there is nothing to learn from")
    return {"mean": sum(values) / len(values), "count": len(values)}


def loss(model, values):
    values = list(values)
    return sum((value - model["mean"]) ** 2 for value in values) / len(values)


def save(model, path):
    pathlib.Path(path).write_text(json.dumps(model))


def load(path):
    return json.loads(pathlib.Path(path).read_text())
