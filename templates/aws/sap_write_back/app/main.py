"""The job as AWS Glue starts it: the answers of a date go into SAP, and what SAP refuses goes to the dead letters."""

from __future__ import annotations

import logging
import sys
import time
from typing import Any

import boto3

from odata_upserts import Session
from write_back.answers import read_lines, row_of
from write_back.dead_letters import QueuedDeadLetters
from write_back.sending import Sending, Sent
from write_back.settings import Settings, read_login, read_settings

MOST_REFUSED = 0.01
"""Share of refused rows up to which the night counts as delivered; a person looks at them by day."""

log = logging.getLogger("write_back")


def main(settings: Settings, session: Any) -> Sent:
    """One run, of a date. Repeated, it writes the same rows under the same keys. `session` makes AWS clients.

    Raises:
        RuntimeError: there are no answers of that date, or SAP refuses too many of them.
    """
    secret = session.client("secretsmanager").get_secret_value(SecretId=settings.secret_arn)
    login = read_login(secret["SecretString"])
    sending = Sending(
        lambda line: row_of(line, settings.properties),
        lambda: Session(settings.target, login),
        QueuedDeadLetters(session.client("sqs"), settings.dead_letters, settings.day.isoformat()),
        sessions=settings.sessions,
        most_refused=MOST_REFUSED,
        pause=time.sleep,
    )
    sent = sending.send(read_lines(session.client("s3"), settings.lake, settings.prefix))
    _count(session.client("cloudwatch"), settings, sent)
    if not sent.rows:
        raise RuntimeError(f"there are no answers below {settings.prefix}")
    log.warning("%d rows of %s written, %d refused", sent.written, settings.day, sent.refused)
    return sent


def _count(cloudwatch: Any, settings: Settings, sent: Sent) -> None:
    cloudwatch.put_metric_data(
        Namespace=f"archgen/{settings.project}",
        MetricData=[
            {
                "MetricName": name,
                "Dimensions": [{"Name": "Component", "Value": settings.component}],
                "Value": value,
                "Unit": "Count",
            }
            for name, value in (("RowsWritten", sent.written), ("RowsRefused", sent.refused))
        ],
    )


if __name__ == "__main__":
    told = read_settings(sys.argv[1:])
    main(told, boto3.Session(region_name=told.region))
