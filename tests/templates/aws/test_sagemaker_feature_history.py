from __future__ import annotations

import pytest

from archgen.services import catalogue
from templates.aws.sagemaker_feature_history.component import SagemakerFeatureHistory, SagemakerFeatureHistoryArgs
from tests.templates.aws.stand_ins import (
    DATA_KEY,
    FRAUD,
    Caller,
    Store,
    alone,
    assert_every_role_is_bounded_and_never_open,
    component,
    platform,
    policy,
    resources_of,
    waits_for,
)

ENTITIES = ("card", "merchant", "device")


def build(protected=True):
    history = SagemakerFeatureHistory(
        "feature-history",
        SagemakerFeatureHistoryArgs(
            platform=platform(protected), destination=Store(), entities=ENTITIES, features=("count_1m", "amount_1m")
        ),
    )
    history.grant_write(Caller("curation").workload)
    return history


def test_each_entity_has_a_table_under_the_clients_key_and_no_online_store(record):
    made = record(build)
    groups = made.of(":FeatureGroup")
    assert {group.inputs["featureGroupName"] for group in groups} == {
        f"payments-fraud-prod-feature-history-{entity}" for entity in ENTITIES
    }
    for group in groups:
        assert "onlineStoreConfig" not in group.inputs
        offline = group.inputs["offlineStoreConfig"]
        assert offline["tableFormat"] == "Iceberg" and offline["s3StorageConfig"]["kmsKeyId"] == DATA_KEY
        assert offline["s3StorageConfig"]["s3Uri"] == "s3://lake/feature-history"
        assert len(group.inputs["featureGroupName"]) <= 64
        names = [feature["featureName"] for feature in group.inputs["featureDefinitions"]]
        assert names == ["token", "event_time", "count_1m", "amount_1m"]
        assert not {"is_deleted", "write_time", "api_invocation_time"} & set(names), "SageMaker's own"
        assert group.protect
    assert_every_role_is_bounded_and_never_open(made)


def test_one_is_made_after_the_other_and_after_its_permissions(record):
    made = record(build)
    first, second, third = made.of(":FeatureGroup")
    assert waits_for(first, made.one(":RolePolicy", "feature-history-writes-lake"))
    assert waits_for(second, first) and waits_for(third, second)


def test_the_writer_reaches_these_tables_and_no_others(record):
    grant = policy(record(build).one(":RolePolicy", "curation-writes-feature-history"))
    tables = resources_of(grant, "glue:UpdateTable")
    prefix = "arn:aws:glue:eu-west-1:123456789012:table/sagemaker_featurestore/payments_fraud_prod_feature_history_"
    assert [arn for arn in tables if ":table/" in arn] == [f"{prefix}{entity}_*" for entity in ENTITIES]
    assert resources_of(grant, "s3:PutObject") == ["arn:aws:s3:::lake/feature-history/*"]
    assert len(resources_of(grant, "sagemaker:DescribeFeatureGroup")) == 3


def test_development_can_be_destroyed(record):
    assert not any(group.protect for group in record(lambda: build(protected=False)).of(":FeatureGroup"))


def test_features_are_those_of_the_online_layout():
    service = catalogue.services("aws")["sagemaker_feature_history"]
    given = service.arguments(component("feature-history", "feature-history"), alone())
    assert given["entities"] == ENTITIES
    assert set(given["features"]) == {
        f"{kind}_{window}" for kind in ("count", "amount") for window in ("1m", "5m", "60m")
    }


@pytest.mark.parametrize("entities", [(), tuple(f"e{n}" for n in range(101))])
def test_none_and_more_than_an_account_has_are_refused(entities):
    service = catalogue.services("aws")["sagemaker_feature_history"]
    assert not service.suits(FRAUD).violated
    (violation,) = service.suits({**FRAUD, "entities": entities}).violated
    assert violation.need == "entities"
