import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))

from model import Model, transactions  # noqa: E402


def test_a_large_payment_at_night_is_more_suspicious_than_a_small_one_at_noon():
    model = Model.trained(list(transactions(400, seed=3)))
    assert model.probability((2.0, 3 / 24, 1.0)) > model.probability((0.02, 12 / 24, 0.0))


def test_a_saved_model_says_the_same(tmp_path):
    model = Model.trained(list(transactions(100, seed=4)))
    model.save(tmp_path / "model.json")
    assert Model.load(tmp_path / "model.json").weights == model.weights
