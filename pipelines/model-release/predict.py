"""What the model says of a sample."""

import math


def probability(model, sample):
    """How likely it is malignant."""
    scaled = [(value - mean) / scale for value, mean, scale in zip(sample, model["mean"], model["scale"])]
    score = model["intercept"] + sum(weight * value for weight, value in zip(model["weights"], scaled))
    return 1 / (1 + math.exp(-max(-500.0, min(500.0, score))))
