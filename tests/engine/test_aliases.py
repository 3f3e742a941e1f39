from __future__ import annotations

from pulumi.runtime.proto import alias_pb2, resource_pb2

from archgen.engine.aliases import earlier_urns

COMPONENT = "urn:pulumi:prod::pay::own:index:Store::store"
STREAM = "aws:kinesis/stream:Stream"
URN = f"urn:pulumi:prod::pay::own:index:Store${STREAM}::store-events"


def _request(*aliases: alias_pb2.Alias) -> resource_pb2.RegisterResourceRequest:
    return resource_pb2.RegisterResourceRequest(name="store-events", type=STREAM, parent=COMPONENT, aliases=aliases)


def _spec(**parts: object) -> alias_pb2.Alias:
    return alias_pb2.Alias(spec=alias_pb2.Alias.Spec(**parts))  # type: ignore[arg-type]


def test_without_aliases_there_is_no_earlier_urn() -> None:
    assert earlier_urns(_request(), URN, ()) == ()


def test_an_alias_that_only_names_keeps_type_and_parent() -> None:
    assert earlier_urns(_request(_spec(name="transactions")), URN, ()) == (
        f"urn:pulumi:prod::pay::own:index:Store${STREAM}::transactions",
    )


def test_an_alias_can_be_a_urn_or_lead_out_of_the_parent() -> None:
    whole = "urn:pulumi:prod::pay::aws:kinesis/stream:Stream::old"
    found = earlier_urns(_request(alias_pb2.Alias(urn=whole), _spec(noParent=True)), URN, ())
    assert found == (whole, f"urn:pulumi:prod::pay::{STREAM}::store-events")


def test_a_child_follows_the_earlier_name_and_type_of_its_parent() -> None:
    before = "urn:pulumi:prod::pay::own:index:Lake::lake"
    assert earlier_urns(_request(), URN, (before,)) == (f"urn:pulumi:prod::pay::own:index:Lake${STREAM}::lake-events",)
