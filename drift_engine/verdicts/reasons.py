"""What a reader should know of a calibrated verdict, in a few words."""

from __future__ import annotations

from collections.abc import Iterator

from drift_engine.states.profile import FeatureProfile
from drift_engine.verdicts.measure import Measured
from drift_engine.verdicts.verdict import Outcome, Word


def reason(feature: Measured, tests: tuple[Outcome, ...], word: Word) -> str:
    """Why not comparable or undecided, what else than the distribution drifted, where the service differs."""
    return "; ".join(_parts(feature, tests, word))


def _parts(feature: Measured, tests: tuple[Outcome, ...], word: Word) -> Iterator[str]:
    service = feature.service
    if feature.identifier:
        yield "every row has a value of its own, as in an identifier"
    if feature.dates is not None:
        if word == "drifted" and any(test.says == "drifted" for test in tests if test.test != "missing"):
            old, new = feature.dates.others
            yield f"cells that are no dates {_percent(old)} → {_percent(new)}"
        yield str(feature.dates)
    if service.reason:
        yield service.reason
    if word == "not enough data" and feature.sides is not None:
        least = min(side.num_present for side in feature.sides)
        yield f"{least:,} present {'cell' if least == 1 else 'cells'}"
    for test in tests:
        yield from _of_test(test, feature, word)


def _of_test(test: Outcome, feature: Measured, word: Word) -> Iterator[str]:
    if test.says == "undecided":
        yield f"significant, but the sketches can't tell whether the effect is above {test.effect_floor:g}"
    elif test.test == "distribution":
        yield from _of_distribution(test, feature.service.verdict == "drifted", word)
    elif test.says == "drifted" and feature.sides is not None:
        new, old = feature.sides
        if test.test == "missing":
            yield f"missing cells {_share(old)} → {_share(new)}"
        else:
            yield f"{_percent(test.effect)} of the cells are of categories that the baseline lacks"


def _of_distribution(test: Outcome, service_drifted: bool, word: Word) -> Iterator[str]:
    if test.says == "ok" and service_drifted and word == "ok":
        yield "the distance is above the threshold, but chance or too small an effect explains it"


def _share(side: FeatureProfile) -> str:
    return _percent(1.0 - side.completeness)


def _percent(share: float) -> str:
    return f"{100.0 * share:.3g}%"
