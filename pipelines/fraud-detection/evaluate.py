import json
import sys

from model import Model, transactions

model = Model.load("model.json")
examples = list(transactions(400, seed=2))
hits = sum((model.probability(features) >= 0.5) == is_fraud for features, is_fraud in examples)
metrics = {"accuracy": hits / len(examples)}
with open("metrics.json", "w") as file:
    json.dump(metrics, file)
print(f"accuracy {metrics['accuracy']:.3f}")
sys.exit(metrics["accuracy"] < 0.7)
