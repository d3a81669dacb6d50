"""Figures for the operator, in Prometheus' text format. The values of every label are a closed set of our own words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from cds_hooks.alerts import Alert
from cds_hooks.breaker import Breakers
from cds_hooks.fhir_client import Refusal
from cds_hooks.told import Told
from lnfhir import __version__

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class _Store(Collector):
    """The store's own counts, read when they are asked for."""

    def __init__(self, figures: Callable[[], Mapping[str, int]], trouble: Callable[[], str]) -> None:
        self._figures = figures
        self._trouble = trouble

    def collect(self) -> Iterable[Metric]:
        """One gauge of all figures, and whether the store takes what it is given."""
        family = GaugeMetricFamily("lnfhir_store", "Writes to the store, by what became of them", labels=["figure"])
        for name, value in self._figures().items():
            family.add_metric([name], value)
        yield family
        yield GaugeMetricFamily("lnfhir_store_up", "Whether the store takes writes", value=0 if self._trouble() else 1)


class _Numbers(Collector):
    """How many of ours are in each state, asked for when they are shown. No label names one of them."""

    def __init__(self, name: str, says: str, label: str, states: Callable[[], Mapping[str, int]]) -> None:
        self._family = (name, says, label)
        self._states = states

    def collect(self) -> Iterable[Metric]:
        """One gauge."""
        name, says, label = self._family
        family = GaugeMetricFamily(name, says, labels=[label])
        for state, number in self._states().items():
            family.add_metric([state], number)
        yield family


class Metrics:
    """The figures of one application, in a registry of its own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._calls = Counter("lnfhir_calls", "Calls answered", ["service", "status_class"], registry=self._registry)
        self._seconds = Histogram(
            "lnfhir_call_seconds",
            "Time from the whole body to the answer",
            ["service"],
            buckets=SECONDS,
            registry=self._registry,
        )
        self._cards = Counter(
            "lnfhir_cards",
            "Cards given, or held back in silence",
            ["service", "rule", "indicator", "outcome", "shown"],
            registry=self._registry,
        )
        self._refused = Counter("lnfhir_refused", "Requests not let in", ["reason"], registry=self._registry)
        self._alerts = Counter(
            "lnfhir_alerts",
            "Calls with data of somebody else or addresses not agreed",
            ["alert"],
            registry=self._registry,
        )
        for alert in Alert:
            self._alerts.labels(alert.value)
        self._fetches = Counter(
            "lnfhir_fetch_refusals",
            "Calls for which a FHIR server did not give something, by why",
            ["reason"],
            registry=self._registry,
        )
        self._not_kept = Counter(
            "lnfhir_audit_omitted", "Refusals that were not recorded, their caller having many", registry=self._registry
        )
        self._bugs = Counter("lnfhir_bugs", "Defects met by a client", registry=self._registry)
        self._under_way = Gauge("lnfhir_requests_under_way", "Requests being answered", registry=self._registry)
        build = Gauge("lnfhir_build_info", "The version that runs", ["version"], registry=self._registry)
        build.labels(__version__).set(1)

    def under_way(self, change: int) -> None:
        """A request began (1) or ended (-1)."""
        self._under_way.inc(change)

    def watch_store(self, figures: Callable[[], Mapping[str, int]], trouble: Callable[[], str]) -> None:
        """Show the counts of the store."""
        self._registry.register(_Store(figures, trouble))

    def called(self, service: str, status: int, seconds: float, told: Told | None = None) -> None:
        """A call was answered. `service` is one of ours, or `unknown`."""
        self._calls.labels(service, f"{status // 100}xx").inc()
        self._seconds.labels(service).observe(seconds)
        for advice in told.advice if told is not None else ():
            shown = "no" if told is not None and told.silent else "yes"
            self._cards.labels(service, advice.rule, advice.indicator, advice.outcome, shown).inc()

    def refused(self, reason: str) -> None:
        """A request was not let in, for one of our reasons."""
        self._refused.labels(reason).inc()

    def alert(self, alert: Alert) -> None:
        """Something that an operator should look at."""
        self._alerts.labels(alert.value).inc()

    def fetched(self, refusals: Iterable[Refusal]) -> None:
        """The kinds of refusals that one call met."""
        for refusal in refusals:
            self._fetches.labels(refusal.value).inc()

    def watch_servers(self, breakers: Breakers) -> None:
        """Show the breakers."""
        says = "FHIR servers met, by whether they are asked (closed), tried (half-open) or left alone (open)"

        def states() -> Mapping[str, int]:
            return {state.value: number for state, number in breakers.states.items()}

        self._registry.register(_Numbers("lnfhir_fhir_servers", says, "breaker", states))

    def watch_keys(self, states: Callable[[], Mapping[str, int]]) -> None:
        """Show whose keys are fresh."""
        says = "Clients whose keys are fresh, could not be renewed (stale), or are not there (none)"
        self._registry.register(_Numbers("lnfhir_client_keys", says, "state", states))

    def refusal_not_kept(self) -> None:
        """A refusal was counted and not recorded: its caller had many."""
        self._not_kept.inc()

    def bug(self) -> None:
        """A client met a defect."""
        self._bugs.inc()

    def text(self) -> tuple[bytes, str]:
        """The exposition and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST
