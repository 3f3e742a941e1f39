"""What Managed Service for Apache Flink starts: declares the source, wires the job and submits it."""

from __future__ import annotations

import os

from pyflink.datastream import StreamExecutionEnvironment
from pyflink.table import StreamTableEnvironment

from velocity.job import build, prompt
from velocity.settings import load_settings
from velocity.source_table import TABLE, create_table
from velocity.writer import OpenValkeyWriter


def main() -> None:
    """Submit the job; a wrong runtime property ends the start with a sentence about it."""
    settings = load_settings(os.environ)
    environment = StreamExecutionEnvironment.get_execution_environment()
    environment.configure(prompt())
    tables = StreamTableEnvironment.create(environment)
    tables.execute_sql(create_table(settings.source))
    records = tables.to_data_stream(tables.from_path(TABLE))
    build(records, settings.entities, settings.layout, OpenValkeyWriter(settings))
    environment.execute("velocity-features")


if __name__ == "__main__":
    main()
