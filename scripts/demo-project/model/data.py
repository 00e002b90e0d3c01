"""The data sets, split once and for all."""

from sklearn import datasets
from sklearn.model_selection import train_test_split

LOADERS = {
    "breast_cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
    "wine": datasets.load_wine,
}


def load(name):
    """Training features, test features, training labels, test labels; always the same split."""
    if name not in LOADERS:
        raise ValueError(f"there is no data set {name!r}, only {', '.join(sorted(LOADERS))}")
    features, labels = LOADERS[name](return_X_y=True)
    return train_test_split(features, labels, test_size=0.3, random_state=7, stratify=labels)


def classes(name):
    """The names of the classes, in the order of their labels."""
    return [str(found) for found in LOADERS[name]().target_names]
