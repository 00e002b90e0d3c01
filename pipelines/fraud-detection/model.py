"""A small logistic regression: what a transaction's amount and hour tell about fraud."""

import json
import math
import random

FEATURES = ("amount", "hour", "is_online")


def transactions(count, seed):
    """Made up, with a rule in them that a model can find: large amounts at night, online."""
    source = random.Random(seed)
    for _ in range(count):
        amount, hour, is_online = source.expovariate(1 / 200), source.randrange(24), source.random() < 0.5
        risk = amount / 400 + (1.5 if hour < 6 else 0) + (1 if is_online else 0) - 2.5
        yield (amount / 1000, hour / 24, float(is_online)), source.random() < 1 / (1 + math.exp(-2 * risk))


class Model:
    def __init__(self, weights):
        self.weights = weights

    def probability(self, features):
        total = self.weights[0] + sum(weight * value for weight, value in zip(self.weights[1:], features))
        return 1 / (1 + math.exp(-total))

    @classmethod
    def trained(cls, examples, rounds=60, rate=0.1):
        model = cls([0.0] * (len(FEATURES) + 1))
        for _ in range(rounds):
            for features, is_fraud in examples:
                error = float(is_fraud) - model.probability(features)
                model.weights = [
                    weight + rate * error * value for weight, value in zip(model.weights, (1.0, *features))]
        return model

    def save(self, path):
        with open(path, "w") as file:
            json.dump(self.weights, file)

    @classmethod
    def load(cls, path):
        with open(path) as file:
            return cls(json.load(file))
