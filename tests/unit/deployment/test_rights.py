from __future__ import annotations

from typing import Any

from deployment.plan.rights import RightsChange, rights
from deployment.release.template_values import Evaluation


def policy(*statements: dict[str, Any]) -> Evaluation:
    document = {"Version": "2012-10-17", "Statement": list(statements)}
    resource = {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": document}}
    return Evaluation({"Resources": {"P": resource}}, {}, {})


def role(service: str, **inline: Any) -> Evaluation:
    trust = {"Statement": {"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"}}
    policies = [
        {"PolicyName": name, "PolicyDocument": {"Statement": [each]}} for name, each in inline.items()
    ]
    given = {"AssumeRolePolicyDocument": trust, "Policies": policies}
    return Evaluation({"Resources": {"R": {"Type": "AWS::IAM::Role", "Properties": given}}}, {}, {})


def read(**changes: Any) -> dict[str, Any]:
    return {"Sid": "Read", "Effect": "Allow", "Action": "s3:GetObject", "Resource": "arn:a/*", **changes}


def one(before: Evaluation | None, after: Evaluation) -> RightsChange:
    (found,) = rights(before, after)
    return found


def test_a_new_statement_gives_rights() -> None:
    found = one(None, policy(read()))
    assert (found.effect, found.where, found.gives) == ("added", "P Read", True)
    assert found.says == "Allow s3:GetObject on arn:a/*"


def test_another_action_widens_and_is_named_alone() -> None:
    found = one(policy(read()), policy(read(Action=["s3:GetObject", "s3:PutObject"])))
    assert (found.effect, found.says) == ("widened", "s3:PutObject")


def test_another_resource_widens() -> None:
    found = one(policy(read()), policy(read(Resource="*")))
    assert (found.effect, found.says) == ("widened", "on *")


def test_a_condition_that_goes_widens_and_one_that_comes_narrows() -> None:
    bound = read(Condition={"StringEquals": {"aws:SourceAccount": "1"}})
    widened = one(policy(bound), policy(read()))
    assert (widened.effect, widened.says) == ("widened", "no longer only if aws:SourceAccount StringEquals 1")
    assert one(policy(read()), policy(bound)).effect == "narrowed"


def test_a_deny_that_denies_less_widens() -> None:
    deny = read(Effect="Deny", Action=["s3:GetObject", "s3:DeleteObject"])
    found = one(policy(deny), policy(read(Effect="Deny")))
    assert (found.effect, found.says) == ("widened", "s3:DeleteObject")


def test_a_statement_that_goes_takes_rights_away() -> None:
    found = one(policy(read()), policy())
    assert (found.effect, found.gives) == ("removed", False)


def test_who_may_be_a_role_is_a_right_too() -> None:
    found = one(role("lambda.amazonaws.com"), role("ec2.amazonaws.com"))
    assert (found.effect, found.where, found.says) == ("widened", "R trusts [0]", "ec2.amazonaws.com")


def test_policies_inside_of_a_role_are_looked_at() -> None:
    found = one(role("lambda.amazonaws.com"), role("lambda.amazonaws.com", inline=read()))
    assert (found.effect, found.where) == ("added", "R inline Read")


def test_what_gives_rights_comes_first_and_what_stays_is_not_told() -> None:
    same = {"Sid": "Same", "Effect": "Allow", "Action": "a:B", "Resource": "*"}
    gone = {"Sid": "Gone", "Effect": "Allow", "Action": "a:C", "Resource": "*"}
    new = {"Sid": "New", "Effect": "Allow", "Action": "a:D", "Resource": "*"}
    assert [each.where for each in rights(policy(same, gone), policy(same, new))] == ["P New", "P Gone"]


def test_a_denial_that_comes_narrows_and_one_that_goes_widens() -> None:
    denial = read(Effect="Deny")
    came, gone = one(None, policy(denial)), one(policy(denial), policy())
    assert (came.effect, came.gives, came.says) == ("narrowed", False, "Deny s3:GetObject on arn:a/*")
    assert (gone.effect, gone.gives, gone.says) == ("widened", True, "no longer Deny s3:GetObject on arn:a/*")


def test_what_a_queue_lets_others_do_is_a_right_too() -> None:
    sends = {"Effect": "Allow", "Principal": {"Service": "events.amazonaws.com"}, "Action": "sqs:SendMessage"}
    given = {"Queues": ["q"], "PolicyDocument": {"Statement": [sends]}}
    resource = {"Type": "AWS::SQS::QueuePolicy", "Properties": given}
    found = one(None, Evaluation({"Resources": {"Q": resource}}, {}, {}))
    assert (found.effect, found.says) == ("added", "Allow events.amazonaws.com to sqs:SendMessage")
