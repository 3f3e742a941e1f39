"""The foundation: nothing is encrypted before its service may use the key, and nothing is made before its API is on."""

from __future__ import annotations

import pytest

from archgen.services.catalogue import services
from templates.gcp.foundation.component import AGENTS, APIS, Foundation, FoundationArgs
from tests.templates.aws.stand_ins import alone, component
from tests.templates.gcp.conftest import NUMBER, PROJECT, REGION


def foundation(protected: bool = True, emails: tuple[str, ...] = ("on-call@example.com",)) -> Foundation:
    return Foundation(
        "foundation",
        FoundationArgs(
            name="payments-fraud-prod",
            region=REGION,
            project_id=PROJECT,
            project_number=NUMBER,
            protected=protected,
            log_retention_days=400,
            alarm_emails=emails,
        ),
    )


def test_each_key_opens_to_one_service_alone(record):
    recording = record(foundation)
    members = {}
    for grant in recording.of(":CryptoKeyIAMMember"):
        assert grant.inputs["role"] == "roles/cloudkms.cryptoKeyEncrypterDecrypter"
        members.setdefault(grant.inputs["cryptoKeyId"], []).append(grant.inputs["member"])
    assert len(members) == len(recording.of(":CryptoKey")) == 10
    assert all(len(users) == 1 for users in members.values())
    assert len({users[0] for users in members.values()}) == 10


def test_keys_are_in_hardware_turn_every_quarter_and_take_a_month_to_destroy(record):
    for key in record(foundation).of(":CryptoKey"):
        assert key.inputs["versionTemplate"]["protectionLevel"] == "HSM"
        assert (key.inputs["rotationPeriod"], key.inputs["destroyScheduledDuration"]) == ("7776000s", "2592000s")
        assert key.protect


def test_whatever_is_encrypted_waits_for_its_service_to_be_let_at_the_key(record):
    recording = record(foundation)
    bucket = recording.one(":Bucket")
    assert recording.one(":CryptoKeyIAMMember", "foundation-objects-storage").urn in bucket.depends_on
    logs = recording.one(":ProjectBucketConfig")
    assert recording.one(":CryptoKeyIAMMember", "foundation-logs-logging").urn in logs.depends_on


def test_whatever_names_its_project_waits_for_every_api(record):
    recording = record(foundation)
    apis = {one.urn for one in recording.of(":Service")}
    assert len(apis) == len(APIS)
    for kind in (":ServiceIdentity", ":KeyRing", ":Bucket", ":NotificationChannel"):
        for made in recording.of(kind):
            assert apis <= made.depends_on, made.name


def test_no_api_is_switched_off_when_the_stack_goes(record):
    assert all(one.inputs["disableOnDestroy"] is False for one in record(foundation).of(":Service"))


def test_agents_that_no_request_makes_are_asked_for_instead(record):
    made = {one.inputs["service"] for one in record(foundation).of(":ServiceIdentity")}
    assert made == {f"{service}.googleapis.com" for service in AGENTS}
    assert not made & {"storage.googleapis.com", "bigquery.googleapis.com", "logging.googleapis.com"}


def test_logs_are_kept_here_under_our_key_and_leave_the_default_bucket(record):
    recording = record(foundation)
    bucket, sink = recording.one(":ProjectBucketConfig"), recording.one(":ProjectSink")
    exclusion = recording.one(":ProjectExclusion")
    assert (bucket.inputs["location"], bucket.inputs["retentionDays"]) == (REGION, 400)
    assert sink.inputs["filter"] == exclusion.inputs["filter"]
    assert "cloud_run_worker_pool" in sink.inputs["filter"]
    assert 'NOT logName:"cloudaudit.googleapis.com"' in exclusion.inputs["filter"]
    assert sink.urn in exclusion.depends_on


def test_who_read_keys_secrets_and_files_is_logged_and_kept_with_the_other_logs(record):
    recording = record(foundation)
    audited = {one.inputs["service"]: one for one in recording.of(":IAMAuditConfig")}
    assert set(audited) == {"cloudkms.googleapis.com", "secretmanager.googleapis.com", "storage.googleapis.com"}
    for one in audited.values():
        kinds = one.inputs["auditLogConfigs"]
        assert [kind["logType"] for kind in kinds] == ["ADMIN_READ", "DATA_READ", "DATA_WRITE"]
        assert not any(kind.get("exemptedMembers") for kind in kinds)
    # Left to the default bucket these entries would be gone after 30 days.
    assert 'OR logName:"cloudaudit.googleapis.com%2Fdata_access"' in recording.one(":ProjectSink").inputs["filter"]


def test_a_destroyed_key_calls_for_a_person_at_once(record):
    alert = record(foundation).one(":AlertPolicy").inputs
    (condition,) = alert["conditions"]
    assert "DestroyCryptoKeyVersion" in condition["conditionMatchedLog"]["filter"]
    assert alert["severity"] == "CRITICAL"
    assert alert["notificationChannels"] and alert["alertStrategy"]["notificationRateLimit"]["period"]


def test_alerts_without_anybody_to_hear_them_are_refused(record):
    with pytest.raises(ValueError, match="alarmEmails is empty"):
        record(lambda: foundation(emails=()))


@pytest.mark.parametrize("protected", [True, False])
def test_only_a_protected_stack_resists_deletion(record, protected):
    recording = record(lambda: foundation(protected))
    bucket = recording.one(":Bucket")
    assert bucket.protect is protected
    assert bucket.inputs["forceDestroy"] is not protected


def test_the_bucket_is_private_and_takes_nothing_under_another_key(record):
    made = record(foundation).one(":Bucket").inputs
    assert (made["publicAccessPrevention"], made["uniformBucketLevelAccess"]) == ("enforced", True)
    enforced = made["encryption"]["googleManagedEncryptionEnforcementConfig"]
    assert enforced == {"restrictionMode": "FullyRestricted"}
    assert made["versioning"] == {"enabled": True}


def test_logs_for_longer_than_ten_years_are_refused():
    service = services("gcp")["foundation"]
    (violation,) = service.suits({"log_days": 3651}).violated
    assert (violation.need, violation.limit) == ("log_days", "3650 days")
    part = component("foundation", "foundation", {"log_days": 400})
    assert service.arguments(part, alone())["log_retention_days"] == 400
