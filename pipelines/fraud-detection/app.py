from flask import Flask, jsonify, request

from model import FEATURES, Model

app = Flask(__name__)
model = Model.load("model.json")


@app.get("/health")
def health():
    return jsonify(status="ok")


@app.post("/predict")
def predict():
    given = request.get_json()
    missing = [name for name in FEATURES if name not in given]
    if missing:
        return jsonify(error=f"missing: {', '.join(missing)}"), 400
    features = (given["amount"] / 1000, given["hour"] / 24, float(given["is_online"]))
    return jsonify(fraud=model.probability(features))
