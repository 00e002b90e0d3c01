"""What is tried."""

from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

ESTIMATORS = {
    "decision_tree": lambda: DecisionTreeClassifier(max_depth=8, random_state=7),
    "gaussian_bayes": lambda: GaussianNB(),
    "logistic_regression": lambda: LogisticRegression(max_iter=2000, random_state=7),
}


def make(name):
    """A fresh estimator behind a scaler."""
    if name not in ESTIMATORS:
        raise ValueError(f"there is no estimator {name!r}, only {', '.join(sorted(ESTIMATORS))}")
    return make_pipeline(StandardScaler(), ESTIMATORS[name]())
