"""The Flink job: parse, count per entity, write to the cache in batches. The arithmetic lies in `velocity_core`."""

from __future__ import annotations

import logging
import time
import zlib
from collections.abc import Callable, Iterable

from pyflink.common import Configuration, Duration, Row, Time, Types, WatermarkStrategy
from pyflink.common.watermark_strategy import TimestampAssigner
from pyflink.datastream import DataStream, FlatMapFunction, KeyedProcessFunction, RuntimeContext
from pyflink.datastream.state import MapStateDescriptor, StateTtlConfig, ValueStateDescriptor

from event_contract.events import EventInvalid
from feature_layout.layout import FeatureLayout
from velocity_core.fields import hash_fields
from velocity_core.parsing import EntityObservation, observations_of
from velocity_core.windows import STATE_MARGIN_SECONDS, VelocityState, observe
from velocity_core.writer import FeatureWriter, HashUpdate, WriteFailed

OUT_OF_ORDER_SECONDS = 10
IDLE_SECONDS = 30
# Older events no longer count: the windows have moved on, and a replay of the past must not shift the present.
LATENESS_MS = 300_000
FLUSH_MS = 200
BUNDLE_MS = 100
BUNDLE_RECORDS = 500
FLUSH_RETRY_MS = 1_000
# Batches are made per group: enough of them to spread over any parallelism of a managed application.
GROUPS = 256

log = logging.getLogger(__name__)


class Parse(FlatMapFunction):
    """Records to observations; what is no event is counted (`rejected`) and left: the dead letters are the bridge's."""

    def __init__(self, entities: tuple[str, ...]) -> None:
        self._entities = entities

    def open(self, runtime_context: RuntimeContext) -> None:
        """Register the counter."""
        self._rejected = runtime_context.get_metrics_group().counter("rejected")

    def flat_map(self, value: Row) -> Iterable[EntityObservation]:
        """One record."""
        try:
            yield from observations_of(bytes(value[0]), self._entities, int(time.time() * 1000))
        except EventInvalid:
            self._rejected.inc()


class EventTime(TimestampAssigner):
    """The event's own time."""

    def extract_timestamp(self, value: EntityObservation, record_timestamp: int) -> int:
        """Milliseconds since the epoch."""
        return value.observation.time_ms


class CountVelocity(KeyedProcessFunction):
    """Keeps one entity's windows and gives its hash after each event."""

    def __init__(self, layout: FeatureLayout) -> None:
        self._layout = layout

    def open(self, runtime_context: RuntimeContext) -> None:
        """Declare the state, which leaves by itself some time after an entity's last event."""
        descriptor = ValueStateDescriptor("velocity", Types.PICKLED_BYTE_ARRAY())
        lifetime = Time.seconds(self._layout.time_to_live_seconds + STATE_MARGIN_SECONDS)
        descriptor.enable_time_to_live(StateTtlConfig.new_builder(lifetime).build())
        self._state = runtime_context.get_state(descriptor)
        self._late = runtime_context.get_metrics_group().counter("late")

    def process_element(self, value: EntityObservation, ctx: KeyedProcessFunction.Context) -> Iterable[HashUpdate]:
        """One observation."""
        if value.observation.time_ms < ctx.timer_service().current_watermark() - LATENESS_MS:
            self._late.inc()
            return
        before = self._state.value()
        after = observe(before or VelocityState(), value.observation, self._layout.windows)
        if after is before:
            return
        self._state.update(after)
        key = self._layout.key(value.entity, value.token)
        yield HashUpdate(key, hash_fields(after, self._layout), fresh=before is None)


class WriteBatches(KeyedProcessFunction):
    """Collects updates of one group for a moment and writes them together; the newest update of a key wins.

    What waits is state, so a checkpoint holds it. A cache that cannot be written makes features old, not the job fail:
    the updates wait, one per entity, and are tried again every second.
    """

    def __init__(self, open_writer: Callable[[], FeatureWriter]) -> None:
        self._open_writer = open_writer
        self._writer: FeatureWriter | None = None

    def open(self, runtime_context: RuntimeContext) -> None:
        """Declare the state; the writer is opened at the first write."""
        self._waiting = runtime_context.get_map_state(
            MapStateDescriptor("waiting", Types.STRING(), Types.PICKLED_BYTE_ARRAY())
        )
        self._timer = runtime_context.get_state(ValueStateDescriptor("timer", Types.LONG()))
        self._failures = runtime_context.get_metrics_group().counter("write_failures")

    def close(self) -> None:
        """Close the connections."""
        if self._writer is not None:
            self._writer.close()
            self._writer = None

    def process_element(self, value: HashUpdate, ctx: KeyedProcessFunction.Context) -> None:
        """One update: wait for the batch."""
        previous = self._waiting.get(value.key)
        fresh = value.fresh or (previous is not None and previous.fresh)
        self._waiting.put(value.key, HashUpdate(value.key, value.fields, fresh))
        if self._timer.value() is None:
            self._set_timer(ctx, FLUSH_MS)

    def on_timer(self, timestamp: int, ctx: KeyedProcessFunction.OnTimerContext) -> Iterable[str]:
        """Write the batch; gives the keys that were written."""
        updates = list(self._waiting.values())
        try:
            if self._writer is None:
                self._writer = self._open_writer()
            self._writer.write(updates)
        except WriteFailed as error:
            self._failures.inc()
            # The client forgets each node that fails, and after an outage of all of them knows none to come back to.
            self.close()
            log.warning("%d hashes wait for the cache: %s", len(updates), type(error.__cause__).__name__)
            self._set_timer(ctx, FLUSH_RETRY_MS)
            return
        self._waiting.clear()
        self._timer.clear()
        yield from (update.key for update in updates)

    def _set_timer(self, ctx: KeyedProcessFunction.Context, after_ms: int) -> None:
        at = ctx.timer_service().current_processing_time() + after_ms
        ctx.timer_service().register_processing_time_timer(at)
        self._timer.update(at)


def prompt() -> Configuration:
    """Settings of the environment: small bundles, since each Python step would otherwise hold records for a second."""
    configuration = Configuration()
    configuration.set_integer("python.fn-execution.bundle.time", BUNDLE_MS)
    configuration.set_integer("python.fn-execution.bundle.size", BUNDLE_RECORDS)
    return configuration


def build(
    records: DataStream,
    entities: tuple[str, ...],
    layout: FeatureLayout,
    open_writer: Callable[[], FeatureWriter],
) -> DataStream:
    """Wire the job.

    Args:
        records: rows whose first field is a record's bytes.
        open_writer: picklable; called in each worker.

    Returns:
        The keys written, as they are written.
    """
    pickled = Types.PICKLED_BYTE_ARRAY()
    in_order = (
        WatermarkStrategy.for_bounded_out_of_orderness(Duration.of_seconds(OUT_OF_ORDER_SECONDS))
        .with_timestamp_assigner(EventTime())
        .with_idleness(Duration.of_seconds(IDLE_SECONDS))
    )
    return (
        records.flat_map(Parse(entities), output_type=pickled)
        .name("parse")
        .assign_timestamps_and_watermarks(in_order)
        .key_by(lambda seen: f"{seen.entity}:{seen.token}", key_type=Types.STRING())
        .process(CountVelocity(layout), output_type=pickled)
        .name("velocity")
        .uid("velocity")
        .key_by(lambda update: zlib.crc32(update.key.encode()) % GROUPS, key_type=Types.INT())
        .process(WriteBatches(open_writer), output_type=Types.STRING())
        .name("write")
        .uid("write")
    )
