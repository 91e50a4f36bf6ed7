"""Reporters: consumers of the event stream. The runner does not know them."""

from __future__ import annotations

from proeftuin_conformance.reports.base import Reporter
from proeftuin_conformance.reports.html import HtmlReporter, html_report
from proeftuin_conformance.reports.json_report import JsonReporter, json_report
from proeftuin_conformance.reports.junit import JunitReporter, junit_report
from proeftuin_conformance.reports.ndjson import NdjsonReporter
from proeftuin_conformance.reports.terminal import TerminalReporter

__all__ = [
    "HtmlReporter",
    "JsonReporter",
    "JunitReporter",
    "NdjsonReporter",
    "Reporter",
    "TerminalReporter",
    "html_report",
    "json_report",
    "junit_report",
]
