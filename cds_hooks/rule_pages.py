"""The rules as pages and as JSON, and the prefetch templates for EHRs that are configured by hand.

Pages hold no script, load nothing from elsewhere and say once what the service is not.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from itertools import groupby
from typing import Any

import msgspec
from jinja2 import Environment, PackageLoader, StrictUndefined
from starlette.requests import Request

from cds_hooks import services
from cds_hooks.config import Settings
from cds_hooks.detail import cited
from cds_hooks.manner import Language, preferred
from cds_hooks.numbers import number
from cds_hooks.prefetch import template
from cds_hooks.problems import Response
from cds_hooks.refusals import refused
from cds_hooks.rule_catalogue import Criterion, Rule, rules
from cds_hooks.source_attributes import source_attributes
from lnfhir import __version__
from lnfhir.languages import Lookup, lookup_in
from lnfhir.message import Message, say
from lnfhir.policy import as_settings
from lnfhir.report.words import CONFIDENCE, SEARCH

POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
SECURITY = (
    ("content-security-policy", POLICY),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
)
HTML = "text/html; charset=utf-8"
DISCLAIMER = say(
    "This is decision support for health professionals. It is not a medical device, not CE-marked, and not for "
    "patients; what it says is to be checked against the record and the source."
)
WORDS: Mapping[str, Message] = {
    "rules": say("Rules"),
    "all": say("All rules"),
    "prefetch": say("Prefetch templates"),
    "statement": say("Statement"),
    "criteria": say("Criteria"),
    "options": say("Options"),
    "weighed": say(
        "The treatments that are weighed, with what is known about each. Which are offered depends on the patient."
    ),
    "numbers": say("Numbers"),
    "sources": say("Sources"),
    "attributes": say("Source attributes"),
    "related": say("Related"),
    "what": say("what"),
    "value": say("value"),
    "source": say("source"),
    "confidence": say("how well it was verified"),
    "attribute": say("attribute"),
    "about": say("about it"),
    "used": say("used"),
    "unused": say("not used"),
    "need": say("what it is for"),
    "key": say("key"),
    "query": say("template"),
    "by_hand": say("For EHRs that are configured by hand. Send every key: null for a search that found nothing."),
    "asked": say(
        "What the rule asks under the settings of this site. Each line names the fact that is looked for; the lines "
        "below it are what it is decided from, some of them by their absence."
    ),
    "json": say("This page as JSON"),
}


class Pages:
    """The published pages of one site."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._rules = rules(settings.policy)
        self._jinja = Environment(
            loader=PackageLoader("cds_hooks", "pages"), autoescape=True, undefined=StrictUndefined, trim_blocks=True
        )
        self._style = files("cds_hooks").joinpath("pages", "style.css").read_bytes()
        self._openapi = files("cds_hooks").joinpath("openapi.yaml").read_bytes()

    async def index(self, request: Request) -> Response:
        """Every rule."""
        language = self._language(request)
        lookup = lookup_in(language)
        if _wants_json(request):
            listed = [
                {"id": rule.id, "title": rule.title.text(lookup), "kind": rule.kind.text(lookup)}
                for rule in self._rules.values()
            ]
            return _json({"version": __version__, "rules": listed}, language)
        groups = [(kind, list(found)) for kind, found in groupby(self._rules.values(), key=lambda rule: rule.kind)]
        return self._html("rules.html", language, groups=groups)

    async def rule(self, request: Request) -> Response:
        """One rule; `.json` at the end of its id, or the Accept header, asks for JSON."""
        name: str = request.path_params["id"]
        rule = self._rules.get(name.removesuffix(".json"))
        if rule is None:
            return refused(404)
        language = self._language(request)
        if _wants_json(request):
            return _json(document(rule, lookup_in(language), as_settings(self._settings.policy)), language)
        return self._html(
            "rule.html", language, rule=rule, attributes=source_attributes(rule.cites), titles=self._rules
        )

    async def prefetch(self, request: Request) -> Response:
        """The prefetch templates of every service."""
        language = self._language(request)
        offered = {
            service.needs: [s for s in services.SERVICES if s.needs == service.needs] for service in services.SERVICES
        }
        tables = [
            (found, [(need.value, SEARCH[need], template(need, self._settings.codes)) for need in needs])
            for needs, found in offered.items()
        ]
        return self._html("prefetch.html", language, offered=tables, base=self._settings.base_url.rstrip("/"))

    async def style(self, request: Request) -> Response:
        """The one style sheet."""
        del request
        return Response(200, self._style, (("content-type", "text/css; charset=utf-8"), *SECURITY))

    async def openapi(self, request: Request) -> Response:
        """The description of every route."""
        del request
        return Response(200, self._openapi, (("content-type", "application/yaml"), *SECURITY))

    def _language(self, request: Request) -> Language:
        return preferred(request.headers.get("accept-language", ""), self._settings.language)

    def _html(self, name: str, language: Language, **values: Any) -> Response:
        lookup = lookup_in(language)

        def t(message: Message | str) -> str:
            return message.text(lookup) if isinstance(message, Message) else lookup(message)

        page = self._jinja.get_template(name)
        text = page.render(
            t=t,
            w={key: t(message) for key, message in WORDS.items()},
            language=language,
            version=__version__,
            disclaimer=DISCLAIMER,
            confidence=CONFIDENCE,
            cited=cited,
            number=number,
            **values,
        )
        return Response(200, text.encode(), (("content-type", HTML), *_about(language)))


def routes(settings: Settings) -> tuple[tuple[str, Any], ...]:
    """The addresses of the pages with their endpoints."""
    pages = Pages(settings)
    return (
        ("/rules", pages.index),
        ("/rules.json", pages.index),
        ("/rules/style.css", pages.style),
        ("/rules/{id}", pages.rule),
        ("/prefetch", pages.prefetch),
        ("/openapi.yaml", pages.openapi),
    )


def document(rule: Rule, lookup: Lookup, policy: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as JSON."""
    return {
        "id": rule.id,
        "kind": rule.kind.text(lookup),
        "title": rule.title.text(lookup),
        "statement": rule.statement.text(lookup),
        "criteria": [_criterion(found, lookup) for found in rule.criteria],
        **({"options": [_criterion(found, lookup) for found in rule.options]} if rule.options else {}),
        "parameters": [
            {
                "meaning": lookup(parameter.meaning),
                "value": parameter.value,
                "unit": parameter.unit,
                "shown": number(parameter).text(lookup),
                "citation": cited(parameter.citation).text(lookup),
                "confidence": parameter.citation.confidence.value,
            }
            for parameter in rule.parameters
        ],
        "sources": [
            {
                "title": lookup(cite.guideline.title),
                "year": cite.guideline.year,
                "url": cite.guideline.url,
                "place": cite.pinpoint,
                "confidence": cite.confidence.value,
                "verified": CONFIDENCE[cite.confidence].text(lookup),
            }
            for cite in rule.cites
        ],
        "sourceAttributes": [
            {
                "number": found.number,
                "name": found.name.text(lookup),
                "says": found.says.text(lookup),
                **({} if found.used is None else {"used": found.used}),
            }
            for found in source_attributes(rule.cites)
        ],
        "related": list(rule.related),
        "versions": {"lnfhir": __version__, "cdsHooks": services.SPECIFICATION},
        "policy": dict(policy),
        "disclaimer": DISCLAIMER.text(lookup),
    }


def _criterion(criterion: Criterion, lookup: Lookup) -> dict[str, Any]:
    shown: dict[str, Any] = {"says": criterion.says.text(lookup)}
    return {**shown, "parts": [_criterion(part, lookup) for part in criterion.parts]} if criterion.parts else shown


def _wants_json(request: Request) -> bool:
    accepted = request.headers.get("accept", "")
    named = request.url.path.endswith(".json")
    return named or ("application/json" in accepted and "text/html" not in accepted)


def _json(content: Any, language: Language) -> Response:
    return Response(200, msgspec.json.encode(content), (("content-type", "application/json"), *_about(language)))


def _about(language: Language) -> tuple[tuple[str, str], ...]:
    return (("content-language", language), ("vary", "Accept, Accept-Language"), *SECURITY)
