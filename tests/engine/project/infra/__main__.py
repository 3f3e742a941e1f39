"""A small fraud platform: a stream, a cache, a lake and the service that scores."""

import pulumi
import pulumi_aws as aws
from components.event_stream.component import EventStream
from components.feature_cache.component import FeatureCache
from components.lake_bucket.component import LakeBucket
from components.network.component import Network
from components.scoring_service.component import ScoringService, ScoringServiceArgs

config = pulumi.Config()
region = pulumi.Config("aws").require("region")
production = config.require_bool("production")
account_id = aws.get_caller_identity_output().account_id

network = Network("network", cidr="10.20.0.0/16", region=region)
payments = EventStream("payments", shards=config.require_int("shards"), protect=production)
lake = LakeBucket("lake", protect=production)
card_features = FeatureCache("card-features", network=network)
scoring = ScoringService(
    "scoring",
    ScoringServiceArgs(
        network=network,
        stream=payments,
        features=card_features,
        lake=lake,
        account_id=account_id,
        gateway_cidr=config.require("gatewayCidr"),
        partner_api_key=config.require_secret("partnerApiKey"),
        image_digest=config.get("imageDigest") or None,
    ),
)

pulumi.export("stream_arn", payments.stream.arn)
pulumi.export("region", region)
