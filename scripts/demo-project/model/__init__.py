"""A classifier for the data sets that ship with scikit-learn."""
