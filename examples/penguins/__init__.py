"""Penguins of the Palmer Archipelago: is this bird a male, said from four measurements?

The second example, on other data, with a classification: `prepare` makes the files from the package
palmerpenguins, `model` is the XGBoost classifier, and `project` puts all of it where `deploy.py` looks for
it. There is no retraining pipeline: not every project has one.
"""
