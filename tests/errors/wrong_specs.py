"""Specs as somebody writes them who has not read the reference: one change of a sound spec, and what it has to say.

The test proves each, `scripts/write_errors.py` shows each on `docs/errors.md`.
"""

from __future__ import annotations

from dataclasses import dataclass

from tests.specs import path

SOUND = path("fraud-slice").read_text(encoding="utf-8")


@dataclass(frozen=True, kw_only=True)
class WrongSpec:
    """`old` of the sound spec becomes `new`; the problem stands at `at`, a part of `new`, and its hint has `hint`.

    `below` is for a mistake that a parser notices only further down: the text at which it stands then.
    """

    id: str
    old: str
    new: str
    at: str
    hint: str | None
    below: str | None = None

    @property
    def text(self) -> str:
        """The whole wrong file."""
        assert SOUND.count(self.old) == 1, f"{self.old!r} stands {SOUND.count(self.old)} times in the sound spec"
        return SOUND.replace(self.old, self.new)

    @property
    def place(self) -> tuple[int, int]:
        """Line and column, from 1, at which the problem stands."""
        offset = SOUND.index(self.old) + self.new.index(self.at)
        if self.below:
            offset = self.text.index(self.below)
        before = self.text[:offset]
        return before.count("\n") + 1, offset - before.rfind("\n")


def _wrong(id: str, old: str, new: str, at: str, hint: str | None, below: str | None = None) -> WrongSpec:
    return WrongSpec(id=id, old=old, new=new, at=at, hint=hint, below=below)


_RATE, _LATENCY, _PAYLOAD, _AVAILABILITY = "peak: 10000/s", "p99: 100 ms", "  payload: 2 KB", "availability: 99.95%"
_TITLE, _MONEY, _ROWS, _REGION = "title: Real-time card fraud", "monthly: 85000 USD", "rows: 260M", "region: eu-west-1"
_CLOUD, _PINS, _ENVIRONMENTS = "cloud: aws  ", "services: {} ", "environments: [dev, staging, prod]"

WRONG_SPECS = (
    _wrong("wrong-unit", _LATENCY, "p99: 100", "100", "write the unit, for example `100 ms`"),
    _wrong("wrong-unit", _LATENCY, "p99: 100 milliseconds", "100 milli", "did you mean `100 ms`?"),
    _wrong("wrong-unit", _PAYLOAD, "  payload: 2000", "2000", "write the unit, for example `2 KB`"),
    _wrong("wrong-unit", _RATE, "peak: 10k/sec", "10k", "did you mean `10k/s`?"),
    _wrong("wrong-unit", _RATE, "peak: 10000 requests per second", "10000", "did you mean `10000/s`?"),
    _wrong("wrong-unit", _RATE, "peak: 10000 rps", "10000", "did you mean `10000/s`?"),
    _wrong("unknown-field", _RATE, "peak: 10,000/s", "000/s", "write the number before it without separators"),
    _wrong("wrong-unit", _RATE, 'peak: "10,000/s"', '"10', "write the number without separators: `10000/s`"),
    _wrong("wrong-unit", _AVAILABILITY, "availability: 99.95", "99", "did you mean `99.95%`?"),
    _wrong("wrong-unit", _AVAILABILITY, "availability: 0.9995", "0.9", "did you mean `99.95%`?"),
    _wrong("wrong-unit", "growth: 20%/year", "growth: 20%", "20%", "did you mean `20%/year`?"),
    _wrong("wrong-unit", _MONEY, "monthly: 85000", "85000", "write the currency, for example `85000 USD`"),
    _wrong("wrong-unit", _MONEY, 'monthly: "$85,000"', '"$85', "did you mean `85000 USD`?"),
    _wrong("wrong-unit", _MONEY, "monthly: 85k usd", "85k", "did you mean `85000 USD`?"),
    _wrong("wrong-unit", _MONEY, "monthly: EURO 85000", "EURO", "did you mean `85000 EUR`?"),
    _wrong("wrong-unit", "within: 12 months", "within: 2027-12-31", "2027", "not a date, for example `12 months`"),
    _wrong("wrong-unit", "delay: 90 days", "delay: next quarter", "next", "for example `90 days`"),
    _wrong("wrong-unit", _ROWS, "rows: 260 million", "260", "did you mean `260M`?"),
    _wrong("wrong-unit", "target: 6 bps", "target: half", "half", "for example `6 bps` or `-20%`"),
    _wrong("unknown-field", _PAYLOAD, "  paylod: 2 KB", "paylod", "did you mean `payload`?"),
    _wrong("unknown-field", "landing_zone: existing", "landingZone: existing", "landing", "`landing_zone`?"),
    _wrong("unknown-word", "task: fraud-detection", "task: fraud", "fraud", "did you mean `fraud-detection`?"),
    _wrong("unknown-word", "system: kafka", "system: Apache Kafka", "Apache", "did you mean `kafka`?"),
    _wrong("unknown-word", _CLOUD, "cloud: amazon  ", "amazon", "did you mean `aws`?"),
    _wrong("unknown-word", "residency: [eu]", "residency: [europe]", "europe", "write `eu` or `eea`"),
    _wrong("wrong-type", _REGION, "region: [eu-west-1]", "[eu", "write `eu-west-1` without the brackets"),
    _wrong("wrong-type", _ENVIRONMENTS, "environments: prod", "prod", "a list of one: `[prod]`"),
    _wrong("wrong-type", _ENVIRONMENTS, "environments: dev, prod", "dev", "a list: `[dev, prod]`"),
    _wrong("wrong-type", "latency: {p99: 100 ms}", "latency: 100 ms", "100 ms", "`latency: {p99: 100 ms"),
    _wrong("wrong-type", "profiling: true", "profiling: yes", "yes", "write `true`"),
    _wrong("wrong-version", "archgen: 1\n", 'archgen: "1"\n', '"1"', "write `archgen: 1`"),
    _wrong("wrong-id", "name: payments-fraud", "name: Payments Fraud", "Payments", "for example `payments-fraud`"),
    _wrong("missing-field", "  mode: online\n", "", "", "for example `mode: online`", below="workload:"),
    _wrong("yaml-syntax", _PAYLOAD, "   payload: 2 KB", "payload", "begin it in column 3, like the line before"),
    _wrong("yaml-syntax", _PAYLOAD, " payload: 2 KB", "payload", "begin it in column 3"),
    _wrong("yaml-syntax", _PAYLOAD, "payload: 2 KB", "", "indent it and line 19 alike", below=": 99.95%"),
    _wrong("yaml-syntax", _PAYLOAD, "\tpayload: 2 KB", "\t", "write spaces"),
    _wrong("yaml-syntax", _PAYLOAD, "  payload:2 KB", "payload", "a colon and a space"),
    _wrong("yaml-syntax", _TITLE, 'title: "Real-time card fraud', '"Real', "close it on the same line"),
    _wrong("yaml-syntax", _TITLE, "title: 'Real-time card's fraud", "s fraud", "write '' for a quote"),
    _wrong("yaml-syntax", _TITLE, "title: Fraud: real-time", ": real", "put the value in quotes"),
    _wrong("yaml-syntax", "latency: {p99: 100 ms}", "latency: {p99: 100 ms", "", "close the `{`", below=": 2 KB"),
    _wrong("duplicate-id", "id: payments-gateway", "id: authorisations", "auth", None),
    _wrong("unknown-region", _REGION, "region: eu-wset-1", "eu-wset", "did you mean `eu-west-1`?"),
    _wrong("unknown-region", _REGION, "region: europe-west1", "europe", "is a region of Google Cloud"),
    _wrong("unknown-service", _PINS, "services: {event-stream: kinesis} ", "kinesis", "did you mean `kinesis_stream`?"),
    _wrong("unknown-role", _PINS, "services: {stream: kinesis_stream} ", "stream:", "did you mean `event-stream`?"),
    _wrong("unknown-assumption", "assumptions: {} ", "assumptions: {staging_scal: 1} ", "stag", "`staging_scale`?"),
    _wrong("assumption-not-a-number", "assumptions: {} ", "assumptions: {staging_scale: half} ", "half", "0.25"),
)
