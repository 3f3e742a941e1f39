"""Keys, registry, logs: what every part rests on."""

from __future__ import annotations

import pytest

from archgen.services.catalogue import services
from templates.azure.hardened.identity import CRYPTO_SERVICE_ENCRYPTION_USER
from templates.azure.hardened.naming import shortened
from tests.templates.azure.conftest import Recorded, role


def test_keys_lie_in_hardware_rotate_and_cannot_be_purged(live: Recorded) -> None:
    vault = live.one("Vault", "foundation").inputs["properties"]
    assert vault["sku"]["name"] == "premium"
    assert vault["enablePurgeProtection"] is True and vault["enableRbacAuthorization"] is True
    assert vault["publicNetworkAccess"] == "Disabled"
    assert {key.name for key in live.of("Key")} == {"foundation-data", "foundation-disks"}
    for key in live.of("Key"):
        said = key.inputs["properties"]
        assert (said["kty"], said["keySize"]) == ("RSA-HSM", 3072)
        (action,) = said["rotationPolicy"]["lifetimeActions"]
        assert action["trigger"]["timeAfterCreate"] == "P365D"


def test_what_uses_a_key_waits_until_it_may(live: Recorded) -> None:
    may = live.one("RoleAssignment", "foundation-encryption-uses-keys")
    assert role(may) == CRYPTO_SERVICE_ENCRYPTION_USER
    users = [*live.of("StorageAccount"), *live.of("Namespace"), *live.of("Registry"), *live.of("RedisEnterprise")]
    users += [*live.of("DiskEncryptionSet"), *(w for w in live.of("Workspace") if "machinelearning" in w.type)]
    assert len(users) == 9
    assert [user.name for user in users if not live.waits_for(user, may)] == []


def test_no_storage_account_takes_a_key_or_a_stranger(live: Recorded) -> None:
    assert {account.name for account in live.of("StorageAccount")} == {
        "foundation-artefacts",
        "event-lake",
        "decision-lake",
    }
    for account in live.of("StorageAccount"):
        said = account.inputs
        assert said["allowSharedKeyAccess"] is False and said["allowBlobPublicAccess"] is False
        assert said["publicNetworkAccess"] == "Disabled" and said["networkRuleSet"]["defaultAction"] == "Deny"
        assert said["encryption"]["keySource"] == "Microsoft.Keyvault"
        assert said["isHnsEnabled"] is (account.component != "foundation"), "Azure ML refuses a Data Lake for its files"


def test_the_registry_gives_images_to_identities_alone(live: Recorded) -> None:
    said = live.one("Registry", "foundation").inputs
    assert said["adminUserEnabled"] is False and said["anonymousPullEnabled"] is False
    assert said["policies"]["exportPolicy"] == {"status": "disabled"}
    assert isinstance(said["identity"]["userAssignedIdentities"], dict), "this one service wants a map"


def test_alerts_reach_everybody_who_was_named(live: Recorded) -> None:
    receivers = live.one("ActionGroup", "foundation").inputs["emailReceivers"]
    assert [receiver["emailAddress"] for receiver in receivers] == ["on-call@example.com"]


def test_every_resource_that_can_carry_tags_does(live: Recorded) -> None:
    from archgen.engine import sdk

    untagged = []
    for resource in live.graph.resources:
        arguments = sdk.arguments_class(resource.type) if resource.from_provider else None
        if arguments is not None and "tags" in sdk.fields_of(arguments).types and not resource.inputs.get("tags"):
            untagged.append((resource.type, resource.name))
    assert untagged == []


def test_names_are_yours_and_short_enough() -> None:
    long = "a-very-long-name-of-a-project-prod"
    vault = shortened(long, "a1b2", "kv", "foundation", 24, separator="-")
    assert len(vault) <= 24 and vault.startswith("kv-") and vault.endswith("-a1b2") and "--" not in vault
    account = shortened(long, "a1b2", "st", "event-lake", 24)
    assert len(account) <= 24 and account.isalnum() and account == account.lower()
    assert account != shortened(long, "a1b2", "st", "event-lakes", 24)


@pytest.mark.parametrize("suffix", ["", "ab", "toolong", "A1B2", "a-b2", "äbcd"])
def test_a_suffix_that_a_name_cannot_have_is_refused(suffix: str) -> None:
    with pytest.raises(ValueError, match="nameSuffix"):
        shortened("payments", suffix, "st", "lake", 24)


def test_logs_are_kept_two_years_at_most() -> None:
    service = services("azure")["foundation"]
    assert not service.suits({"log_days": 730}).violated
    (violation,) = service.suits({"log_days": 731}).violated
    assert violation.limit == "730 days"
