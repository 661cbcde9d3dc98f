from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from deployment.errors import PlanError
from deployment.observe.facts import StackFacts
from deployment.plan.actions import ChangeStack, Upload
from deployment.plan.return_to import Earlier, Present, chosen, going_back, missing
from deployment.release.assemble import assemble
from deployment.release.records import Record, parse
from deployment.release.template import body
from tests.unit.deployment import builders


def record(number: int, content: str, again_of: int | None = None) -> Record:
    model = {"arn": "arn:m", "version": 1, "artifact": "s3://artifacts/model.tar.gz"}
    return Record(number, "deployed", "artifacts", "t.json", {"A": content}, {}, ("t.json",), model, again_of)


def stack(content: str) -> StackFacts:
    return StackFacts("UPDATE_COMPLETE", "", {}, {"A": content}, {})


def test_the_release_before_the_deployed_one_is_chosen() -> None:
    records = [record(3, "c"), record(2, "b"), record(1, "a")]
    assert chosen(records, stack("c"), None).number == 2
    assert chosen(records, stack("b"), None).number == 1


def test_a_release_that_never_ended_is_not_gone_back_to() -> None:
    records = [record(3, "c"), replace(record(2, "b"), state="begun"), record(1, "a")]
    assert chosen(records, stack("c"), None).number == 1


def test_after_a_rollback_the_next_one_goes_farther_back() -> None:
    records = [record(4, "b", again_of=2), record(3, "c"), record(2, "b"), record(1, "a")]
    assert chosen(records, stack("b"), None).number == 1


def test_where_somebody_else_deployed_the_newest_release_is_chosen() -> None:
    assert chosen([record(2, "b"), record(1, "a")], stack("by hand"), None).number == 2


def test_a_release_that_differs_by_its_template_alone_is_gone_back_to() -> None:
    first, second = (replace(record(each, "a"), template_key=f"{each}.json") for each in (1, 2))
    templates: dict[str, dict[str, object]] = {
        "1.json": {"Resources": {"old": {}}},
        "2.json": {"Resources": {"new": {}}},
    }

    def template(of: Record) -> dict[str, object]:
        return templates[of.template_key]

    deployed = replace(stack("a"), template=templates["2.json"])
    assert chosen([second, first], deployed, None, template).number == 1
    again = replace(first, number=3, again_of=1)
    back = replace(deployed, template=templates["1.json"])
    with pytest.raises(PlanError, match="no earlier release"):
        chosen([again, second, first], back, None, template)


def test_a_release_that_changed_nothing_is_passed_over() -> None:
    records = [record(3, "b"), record(2, "b"), record(1, "a")]
    assert chosen(records, stack("b"), None).number == 1


def test_a_release_can_be_asked_for_by_its_number() -> None:
    records = [record(2, "b"), record(1, "a")]
    assert chosen(records, stack("a"), 2).number == 2
    with pytest.raises(PlanError, match="no record of a deployed release 7; recorded are: 2, 1"):
        chosen(records, stack("b"), 7)


@pytest.mark.parametrize("records", [[], [record(1, "a")]])
def test_without_an_earlier_release_there_is_nothing_to_go_back_to(records: list[Record]) -> None:
    with pytest.raises(PlanError, match="no earlier release to go back to"):
        chosen(records, stack("a"), None)


def test_without_an_earlier_release_the_others_are_named() -> None:
    records = [record(3, "c"), record(2, "b")]
    with pytest.raises(PlanError, match="2 are; recorded are 3, 2, --to brings one of them back"):
        chosen(records, stack("b"), None)


def test_files_that_are_gone_are_named() -> None:
    assert missing(record(1, "a"), frozenset()) == ["t.json"]
    assert missing(record(1, "a"), frozenset({"t.json"})) == []


def test_going_back_applies_the_earlier_template_and_parameters_and_is_a_release_too(tmp_path: Path) -> None:
    before, after = builders.config(tmp_path), None
    made = assemble(before, builders.facts(), builders.sources(before))
    old = replace(record(1, ""), parameters=made.parameters, tags=before.tags)
    after = builders.config(tmp_path, drift={"max_drifted_features": 3})
    now_made = assemble(after, builders.facts(), builders.sources(after))
    deployed = StackFacts("UPDATE_COMPLETE", "", now_made.template, now_made.parameters, after.tags)
    uploaded = frozenset(f"deploy/taxis-batch-staging/releases/{number}.json" for number in (1, 2))
    now = Present("123456789012", "aws", deployed, None, uploaded)
    earlier = Earlier(old, body(made.template), made.template, None)
    begun, change, done = going_back(after, earlier, now)
    assert isinstance(begun, Upload)
    assert isinstance(done, Upload)
    assert isinstance(change, ChangeStack)
    assert begun.new
    assert parse(begun.body) == replace(old, number=3, state="begun", again_of=1)
    assert parse(done.body).state == "deployed"
    assert change.parameters == made.parameters
    assert [entry.logical_id for entry in change.changes] == ["DriftAlarm", "Dashboard"]
    same = Present("123456789012", "aws", replace(deployed, parameters=made.parameters), None, uploaded)
    assert going_back(after, earlier, same) == ()
