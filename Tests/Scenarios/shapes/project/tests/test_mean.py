import pytest

from model.mean import load, loss, save, train


def test_the_mean_is_learnt():
    assert train([1, 2, 3]) == {"mean": 2, "count": 3}


def test_nothing_can_not_be_learnt():
    with pytest.raises(ValueError):
        train([])


@pytest.mark.slow
def test_a_model_survives_the_disk(tmp_path):
    model = train([1, 3])
    save(model, tmp_path / "model.json")
    assert loss(load(tmp_path / "model.json"), [1, 3]) == 1
