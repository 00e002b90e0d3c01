"""The samples: always split in the same way, so that models are compared on the same ones."""

from sklearn.datasets import load_breast_cancer
from sklearn.model_selection import train_test_split

NAMES = ["benign", "malignant"]


def split(features):
    """Samples to train on, samples to test on, and whether each of them is malignant."""
    cancer = load_breast_cancer()
    columns = [list(cancer.feature_names).index(name) for name in features]
    return train_test_split(
        cancer.data[:, columns], 1 - cancer.target, test_size=0.3, random_state=7, stratify=cancer.target)
