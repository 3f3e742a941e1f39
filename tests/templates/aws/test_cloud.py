"""What is known of AWS as a whole."""

from __future__ import annotations

from archgen.services.catalogue import clouds
from archgen.spec.standards import COUNTRIES, EU

AWS = clouds()["aws"]


def test_every_region_names_its_country_its_residency_and_its_own_zones():
    for name, region in AWS.regions.items():
        assert region["country"] in COUNTRIES
        assert region["residency"] == ("eu" if region["country"] in EU else region["country"])
        assert all(zone.startswith(name) and zone != name for zone in region["zones"])
        assert region["source"] and region["date"] and region["confidence"]


def test_europe_is_not_the_european_union():
    assert AWS.regions["eu-west-2"]["residency"] == "gb"
    assert AWS.regions["eu-central-2"]["residency"] == "ch"
    assert AWS.regions["eu-west-1"]["residency"] == "eu"


def test_regions_with_odd_letters_are_known():
    assert AWS.region("ca-central-1").zones == ("ca-central-1a", "ca-central-1b", "ca-central-1d")
    assert len(AWS.region("us-west-1").zones) == 2


def test_no_region_of_another_partition_is_offered():
    assert not [name for name in AWS.regions if name.startswith(("cn-", "us-gov-", "eusc-"))]


def test_both_kinds_of_grant_are_named():
    assert AWS.facts["grant_types"]["identity"] == ["aws:iam/rolePolicy:RolePolicy"]
    assert "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule" in AWS.facts["grant_types"]["address"]
