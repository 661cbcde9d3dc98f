"""A run of the pipeline: started, followed, and what came of it."""
