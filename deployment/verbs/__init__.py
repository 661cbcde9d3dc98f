"""What each verb of `deploy.py` does, its screen, and its report."""
