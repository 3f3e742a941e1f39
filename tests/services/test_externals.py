"""Settings of external ends: what is secret stays secret, and ranges that name rules keep their place."""

from __future__ import annotations

from archgen.services.externals import address_ranges, authorities, secret


def test_a_login_is_secret_and_has_no_sample_that_could_be_deployed() -> None:
    password = secret("sapPassword", "Password at sap")
    assert password.secret
    assert password.sample == ""


def test_ranges_that_name_rules_are_only_added_to_at_the_end() -> None:
    numbered = address_ranges("sapRanges", "Ranges of sap", "10.0.0.0/28")
    free = address_ranges("sapRanges", "Ranges of sap", "10.0.0.0/28", numbered=False)
    assert numbered.description == "Ranges of sap; add new ones at the end"
    assert free.description == "Ranges of sap"
    assert (numbered.type, numbered.sample) == ("array", ("10.0.0.0/28",))


def test_authorities_are_sampled_as_a_certificate_of_that_end() -> None:
    sample = str(authorities("sapCaBundle", "signed the certificate of sap", "sap authority").sample)
    assert sample.startswith("-----BEGIN CERTIFICATE-----\nsap authority\n")
