"""Example projects: each prepares real data, trains a model and registers it where deploy.py looks for it."""
