"""NannyML: univariate drift and summary statistics, one chunk. Usage: nannyml.py BASELINE CURRENT OUTPUT."""

import sys
from pathlib import Path

# The folder of this file comes first on the path, and holds modules that are called as the peers are.
sys.path.pop(0)

import nannyml as nml
import pandas as pd


def main(baseline: str, current: str, output: str) -> None:
    """A result a calculator."""
    old, new = pd.read_csv(baseline), pd.read_csv(current)
    numbers = [name for name in old.columns if pd.api.types.is_numeric_dtype(old[name])]
    texts = [name for name in old.columns if name not in numbers and old[name].nunique() <= 1000]
    one = {"chunk_number": 1}
    calculators = {
        "drift": nml.UnivariateDriftCalculator(
            column_names=numbers + texts,
            treat_as_categorical=texts,
            continuous_methods=["kolmogorov_smirnov"],
            categorical_methods=["l_infinity"],
            **one,
        ),
        "missing": nml.MissingValuesCalculator(column_names=list(old.columns), **one),
        "mean": nml.SummaryStatsAvgCalculator(column_names=numbers, **one),
        "deviation": nml.SummaryStatsStdCalculator(column_names=numbers, **one),
        "sum": nml.SummaryStatsSumCalculator(column_names=numbers, **one),
    }
    for name, calculator in calculators.items():
        found = calculator.fit(old).calculate(new).to_df()
        Path(output, f"{name}.json").write_text(found.to_json(default_handler=str))


main(*sys.argv[1:])
