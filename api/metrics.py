"""The route that tells Prometheus how the service is doing, in its text format.

Everything comes from the database: whichever API process is asked, the answer is that of
the whole service. Does not know what counts.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from typing import Any

from fastapi import APIRouter, Response
from prometheus_client import generate_latest
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4
from prometheus_client.metrics_core import (
    CounterMetricFamily,
    GaugeMetricFamily,
    HistogramMetricFamily,
    Metric,
)
from prometheus_client.registry import Collector

from api.dependencies import Held
from pipeline.worker import SILENT_S
from storage.figures import Figures, figures
from storage.tallies import Histogram

router = APIRouter(tags=["health"])

_PREFIX = "cleancast_"
_TEXT: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            "text/plain": {
                "schema": {"type": "string"},
                "example": (
                    "# HELP cleancast_workers Workers that are alive.\n"
                    "# TYPE cleancast_workers gauge\n"
                    "cleancast_workers 2.0\n"
                ),
            }
        }
    }
}


@router.get("/metrics", response_class=Response, responses=_TEXT, response_description="They")
def metrics(holdings: Held) -> Response:
    """Figures for Prometheus: queue, workers, seconds by stage, speed, failures by kind."""
    collected = _Collected(figures(holdings.engine, SILENT_S))
    return Response(generate_latest(collected), media_type=CONTENT_TYPE_PLAIN_0_0_4)


class _Collected(Collector):
    """Figures in Prometheus's terms."""

    def __init__(self, now: Figures) -> None:
        self._now = now

    def collect(self) -> Iterator[Metric]:
        """All metrics; their names never change."""
        now = self._now
        yield _gauges("episodes", "Episodes by status.", "status", now.episodes)
        yield _gauge(
            "oldest_queued_seconds",
            "How long the episode that waits longest for a worker has waited.",
            now.oldest_queued_s,
        )
        yield _gauge("workers", "Workers that are alive.", now.workers)
        yield _gauge(
            "webhook_deliveries_waiting", "What is to be sent to webhooks.", now.deliveries
        )
        yield _counters("episodes_done", "Runs that ended well.", "", {"": now.done})
        yield _counters("episodes_failed", "Runs that failed, by kind.", "kind", now.failed)
        yield _counters("audio_seconds", "Audio of the runs done.", "", {"": now.audio_s})
        yield _counters(
            "webhook_attempts",
            "Attempts to reach webhooks, by what came of them.",
            "outcome",
            now.attempts,
        )
        yield _histograms(
            "stage_seconds", "Seconds a stage took, or a piece of it.", "stage", now.stage_s
        )
        yield _histograms(
            "real_time_factor",
            "Seconds of work for each second of audio, by run.",
            "",
            {"": now.real_time_factor},
        )


def _gauge(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(_PREFIX + name, text, value=value)


def _gauges(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, text, labels=[label])
    for value, number in values.items():
        family.add_metric([value], number)
    return family


def _counters(name: str, text: str, label: str, values: Mapping[str, float]) -> Metric:
    family = CounterMetricFamily(_PREFIX + name, text, labels=[label] if label else [])
    for value, number in values.items():
        family.add_metric([value] if label else [], number)
    return family


def _histograms(name: str, text: str, label: str, values: Mapping[str, Histogram]) -> Metric:
    family = HistogramMetricFamily(_PREFIX + name, text, labels=[label] if label else [])
    for value, histogram in values.items():
        buckets = [(_bound(bound), times) for bound, times in histogram.buckets]
        family.add_metric([value] if label else [], buckets, histogram.total)
    return family


def _bound(bound: float) -> str:
    return "+Inf" if math.isinf(bound) else str(bound)
