"""The drift engine: baseline statistics, distances and verdicts, as Model Monitor writes them."""
