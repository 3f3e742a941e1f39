"""Rules between security groups: each tells the reader of the console who reaches whom."""

from __future__ import annotations

import re

from templates.aws.hardened.addresses import admit_addresses, reach_addresses
from templates.aws.hardened.connections import connect, reach_aws
from tests.templates.aws.stand_ins import Caller, Network

ALLOWED = re.compile(r"[a-zA-Z0-9. _\-:/()#,@\[\]+=&;{}!$*]{1,255}")
"""What EC2 takes for a description (API reference, IpRange)."""


def build() -> None:
    caller = Caller()
    group = caller.workload.security_group_id
    assert group is not None
    reach_aws(caller.workload, Network())
    connect("scoring-reads-features", caller, group, "sg-cache", 6379, description="scoring to the cache features")
    reach_addresses("scoring-asks", caller, group, ["10.1.0.0/24", "10.2.0.0/24"], 443, description="scoring to risk")
    admit_addresses("gateway-calls", caller, group, ["10.3.0.0/24"], 443, description="gateway to scoring")


def test_every_rule_says_who_reaches_whom_in_letters_that_ec2_takes(record):
    made = record(build)
    rules = [*made.of(":SecurityGroupEgressRule"), *made.of(":SecurityGroupIngressRule")]
    assert len(rules) == 8
    for rule in rules:
        assert ALLOWED.fullmatch(rule.inputs["description"]), rule.name
    told = {(rule.name, rule.inputs["description"]) for rule in rules}
    assert ("scoring-endpoints", "scoring to the interface endpoints of AWS APIs") in told
    assert ("scoring-asks-10.2.0.0-24", "scoring to risk") in told


def test_both_halves_of_a_connection_say_the_same(record):
    made = record(build)
    for kind in (":SecurityGroupEgressRule", ":SecurityGroupIngressRule"):
        assert made.one(kind, "scoring-reads-features").inputs["description"] == "scoring to the cache features"
