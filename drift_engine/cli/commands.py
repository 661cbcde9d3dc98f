"""What each command does: arguments in, text to `out`, and whether there is a finding."""

from __future__ import annotations

import argparse
import codecs
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import asdict, replace
from datetime import datetime, timezone
from pathlib import Path
from typing import Any, TextIO

from drift_engine.checks import OF_NEW_DATES, Monitoring
from drift_engine.cli.advice import after_baseline, after_check
from drift_engine.cli.arguments import monitoring, read_options, rule
from drift_engine.cli.history_page import linked, require_runs, write_page_of_runs
from drift_engine.cli.outputs import require_apart, require_spared
from drift_engine.cli.progress import Progress
from drift_engine.cli.screen import written
from drift_engine.distances import DISTANCES
from drift_engine.errors import DataError, InconclusiveError
from drift_engine.exit_codes import flushed
from drift_engine.monitor_files import STATISTICS, description, read_statistics
from drift_engine.parts import read_part
from drift_engine.report import FORMS, Report, profile_rows, text_table, write
from drift_engine.report.frequent import frequent_lines
from drift_engine.report.words import plural, shown, visible
from drift_engine.reporting import compared
from drift_engine.run import Baseline, CheckResult, check, make_baseline
from drift_engine.states import FeatureProfile, Profile
from drift_engine.thresholds import read_thresholds
from drift_engine.verdicts import UNJUDGED, FeatureVerdict, all_distances

Document = Mapping[str, Any]
_LOOK = 4096
_BY_CHANCE = "chance or too small an effect explains"


def _baseline(arguments: argparse.Namespace, out: TextIO) -> bool:
    with Progress(sys.stderr, time.monotonic) as progress:
        made = make_baseline(
            arguments.data,
            options=read_options(arguments),
            monitoring=monitoring(arguments, Monitoring(categorical_comparison_threshold=0.1)),
            progress=progress,
        )
    made.save(arguments.output, strict=arguments.strict)
    rows = made.statistics.item_count
    document = {"output": arguments.output, "rows": rows, "features": _features(made.statistics)}
    said = f"{plural(rows, 'row')}, {plural(len(made.statistics.features), 'feature')}: {arguments.output}"
    say(arguments, out, document, f"{_profile_text(made.statistics)}\n{said}")
    advise(after_baseline(arguments))
    return False


def _check(arguments: argparse.Namespace, out: TextIO) -> bool:
    require_runs(arguments)
    forms = [(f"--{form.name}", getattr(arguments, form.name)) for form in FORMS.values()]
    require_spared(arguments.data, (*forms, ("--history-page", arguments.history_page)))
    require_apart(arguments.baseline, arguments.output, forms)
    baseline = Baseline.load(arguments.baseline, extras=False)
    config = monitoring(arguments, baseline.constraints.monitoring)
    baseline = replace(baseline, constraints=replace(baseline.constraints, monitoring=config))
    options = read_options(arguments)
    with Progress(sys.stderr, time.monotonic) as progress:
        result = check(
            arguments.data,
            baseline,
            options=options,
            strict=arguments.strict,
            verdict=rule(arguments),
            progress=progress,
        )
    if arguments.thresholds is not None:
        wanted = read_thresholds(arguments.thresholds, baseline.statistics)
        result = result.obeying(wanted, datetime.now(tz=timezone.utc).date())
    if arguments.output is not None:
        result.save(arguments.output)
    told = {"history": arguments.history, "but": arguments.output, "about": dict(arguments.about)}
    _reports(arguments, lambda now: linked(result.to_report(**told, when=now), arguments))
    write_page_of_runs(arguments, result, baseline)
    # Of hundreds of columns only what is asked for is made.
    document = _check_document(result, arguments.output) if arguments.json else {}
    say(arguments, out, document, "" if arguments.json else _check_text(result))
    advice = after_check(arguments, result)
    if advice is not None:
        advise(advice)
    if not (result.conclusive or arguments.allow_inconclusive):
        flushed()
        raise InconclusiveError(_inconclusive(result))
    return result.alarm


def _inconclusive(result: CheckResult) -> str:
    count = plural(result.table.unjudged, "feature")
    unjudged = [each for each in result.features if each.verdict in UNJUDGED]
    reasons = Counter(", ".join(filter(None, (each.verdict, each.reason))) for each in unjudged)
    (why, many), *others = reasons.most_common()
    rest = plural(sum(number for _, number in others), "other")
    more = f" ({plural(many, 'feature')}; for {rest} the output says why)" if others else ""
    return (
        f"none of {count} could be judged: {why}{more}; that is no sign that nothing drifted. "
        "Give more rows, or --allow-inconclusive to end with 0"
    )


def _reports(arguments: argparse.Namespace, make: Callable[[datetime], Report]) -> None:
    """Write the report in every form that is asked for; it is made only where one is."""
    wanted = [(form, getattr(arguments, form.name)) for form in FORMS.values()]
    wanted = [(form, path) for form, path in wanted if path is not None]
    if wanted:
        made = make(datetime.now(tz=timezone.utc).replace(microsecond=0))
        for form, path in wanted:
            write(made, form, path)


def _compare(arguments: argparse.Namespace, out: TextIO) -> bool:
    current, baseline = _statistics(arguments.current), _statistics(arguments.baseline)
    if set(current.names()).isdisjoint(baseline.names()):
        raise DataError(f"{arguments.current}, {arguments.baseline}: they have no column in common")
    found = all_distances(current, baseline)
    only_current = [name for name in current.names() if name not in set(baseline.names())]
    document = {
        "features": [
            {
                "name": each.verdict.name,
                "inferred_type": each.verdict.inferred_type,
                "kind": each.verdict.kind or None,
                "distances": dict(each.distances),
                "reason": each.verdict.reason,
            }
            for each in found
        ],
        "only_in_baseline": [name for name in baseline.names() if name not in set(current.names())],
        "only_in_current": only_current,
    }
    rows = [("feature", "type", "kind", "distances", "reason")]
    rows += [
        (
            each.verdict.name,
            each.verdict.inferred_type,
            each.verdict.kind,
            _listed(each.distances),
            each.verdict.reason,
        )
        for each in found
    ]
    said = f"\nonly in the current data: {', '.join(only_current)}" if only_current else ""
    say(arguments, out, document, text_table(rows) + said)
    limit, names = arguments.threshold, (arguments.current, arguments.baseline)
    _reports(arguments, lambda now: compared(current, baseline, names, limit, now))
    return limit is not None and any((each.verdict.distance or 0.0) > limit for each in found)


def _describe(arguments: argparse.Namespace, out: TextIO) -> bool:
    profile = _statistics(arguments.statistics)
    document = {"rows": profile.item_count, "features": _features(profile)}
    say(arguments, out, document, f"{_profile_text(profile)}\n{plural(profile.item_count, 'row')}")
    return False


def _metrics(arguments: argparse.Namespace, out: TextIO) -> bool:
    keys = ("name", "kind", "summary", "source")
    document = {"distances": [{key: getattr(row, key) for key in keys} for row in DISTANCES.values()]}
    rows = [("distance", "kind", "what it is")]
    rows += [(row.name, row.kind, row.summary) for row in DISTANCES.values()]
    say(arguments, out, document, metrics_markdown() if arguments.markdown else text_table(rows))
    return False


def metrics_markdown() -> str:
    """The table of distances as `docs/metrics.md` has it."""
    lines = ["| distance | of | what it is | source |", "| --- | --- | --- | --- |"]
    lines += [f"| `{row.name}` | {row.kind} | {row.summary} | {row.source} |" for row in DISTANCES.values()]
    return "\n".join(lines)


COMMANDS: Mapping[str, Callable[[argparse.Namespace, TextIO], bool]] = {
    "baseline": _baseline,
    "check": _check,
    "compare": _compare,
    "describe": _describe,
    "metrics": _metrics,
}


def say(arguments: argparse.Namespace, out: TextIO, document: Document, text: str) -> None:
    """Print the document where JSON is asked for, else the text."""
    out.write((json.dumps(document, allow_nan=False) if arguments.json else written(text, out)) + "\n")


def advise(text: str) -> None:
    """Say what to type next, to a person: on stderr, where that is a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"next: {visible(text)}\n")


def _profile_text(profile: Profile) -> str:
    return "\n".join((text_table(profile_rows(profile)), *frequent_lines(profile)))


def _statistics(place: str) -> Profile:
    path = Path(place)
    if path.suffix == ".profile" and path.is_file():
        return read_part(path).profile()
    if path.is_file() and not _begins_as_json(path):
        raise DataError(
            f"{place}: is no statistics.json: give one, a folder with one, or a .profile "
            "(`drift-engine baseline` makes them of data)"
        )
    return read_statistics(path / STATISTICS if path.is_dir() else path, extras=False)


def _begins_as_json(path: Path) -> bool:
    """Whether this may be an object of JSON; a file that nobody may read is left to those that read it."""
    try:
        with path.open("rb") as stream:
            start = stream.read(_LOOK)
    except OSError:
        return True
    return start.removeprefix(codecs.BOM_UTF8).lstrip().startswith(b"{")


def _listed(distances: Mapping[str, float]) -> str:
    return ", ".join(f"{name} {distance:.6g}" for name, distance in distances.items())


def _check_document(result: CheckResult, output: str | None) -> Document:
    return {
        "output": output,
        "rows": result.profile.item_count,
        "stopped_early": result.stopped_early,
        "drifted": result.drifted,
        "conclusive": result.conclusive,
        "verdict": asdict(result.table),
        "findings": [{**asdict(finding), "description": description(finding)} for finding in result.findings],
        "features": [_verdict(verdict) for verdict in result.features],
    }


def _check_text(result: CheckResult) -> str:
    lines = [repr(result)]
    for finding in result.findings:
        odd = f" ({finding.not_numeric} cells are not numbers)" if finding.not_numeric else ""
        names = f" ({', '.join(map(shown, finding.columns))})" if finding.columns else ""
        lines.append(f"{shown(finding.feature_name)}: {finding.check}: {description(finding)}{odd}{names}")
    if result.findings and not result.alarm:
        lines.append(f"no alarm: {_no_alarm(result)} what Model Monitor's checks found")
    return "\n".join(lines)


def _no_alarm(result: CheckResult) -> str:
    dates = {each.name for each in result.features if each.dates is not None}
    new = [each.feature_name in dates and each.check in OF_NEW_DATES for each in result.findings]
    if all(new):
        return "new dates explain"
    return "new dates, chance or too small an effect explain" if any(new) else _BY_CHANCE


def _verdict(verdict: FeatureVerdict) -> Document:
    return {**asdict(verdict), "type": verdict.inferred_type, "drifted": verdict.verdict == "drifted"}


def _features(profile: Profile) -> list[Document]:
    return [_feature(feature) for feature in profile.features]


def _feature(feature: FeatureProfile) -> Document:
    document: dict[str, Any] = {
        "name": feature.name,
        "inferred_type": feature.inferred_type,
        "num_present": feature.num_present,
        "num_missing": feature.num_missing,
        "completeness": feature.completeness,
    }
    if feature.numerical is not None:
        keys = ("mean", "sum", "std_dev", "min", "max", "approximate_num_distinct_values")
        document |= {key: getattr(feature.numerical, key) for key in keys}
    if feature.string is not None:
        document["distinct_count"] = feature.string.distinct_count
        if feature.string.categories is not None:
            document["categories"] = dict(feature.string.categories)
        if feature.string.frequent:
            document["frequent"] = [asdict(value) for value in feature.string.frequent]
    return document
