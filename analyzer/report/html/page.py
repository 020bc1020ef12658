"""The page: templates filled, style, script and font inside, and a policy that lets no more in."""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from analyzer.report.html.accounting import accounting
from analyzer.report.html.answer import (
    facts,
    headline,
    named_causes,
    next_steps,
    other_causes,
    parts,
)
from analyzer.report.html.attempts import attempts_table
from analyzer.report.html.bilingual import Both, Documents
from analyzer.report.html.font import embedded_font
from analyzer.report.html.method import meanings, period, phones
from analyzer.report.html.tables import figure_tables
from analyzer.texts import Language

if TYPE_CHECKING:
    from analyzer.report.html.charts import Chart

_PACKAGE = "analyzer.report.html"
HTML_LANGUAGES = {"en": "en", "zh": "zh-Hans"}


@dataclass(frozen=True)
class Policy:
    """What the page may use: the one style, the one script, the font in it, and nothing else."""

    style: str
    script: str

    def __str__(self) -> str:
        """Return the content security policy."""
        return (
            f"default-src 'none'; style-src '{_hash(self.style)}'; "
            f"script-src '{_hash(self.script)}'; font-src data:; img-src data:; "
            "base-uri 'none'; form-action 'none'"
        )


def page(documents: Documents, pictures: list[Chart], both: Both, language: Language = "en") -> str:
    """Return the report as one HTML file in both languages, `language` shown first.

    `documents` holds the report's document by language, row for row alike. The page loads
    nothing; texts of logs are escaped, and its policy forbids any script or style but its own.
    """
    environment = _environment()
    content = _content(documents, pictures, both) | {"language": language}
    body = environment.get_template("page.html").render(content)
    font = _font_face(embedded_font(body))
    style = _asset("style.css").replace("/* the page's own font */", font, 1)
    script = _asset("script.js")
    return environment.get_template("frame.html").render(
        language=language,
        title=both("title"),
        policy=Policy(style, script),
        style=Markup(style),
        script=Markup(script),
        body=Markup(body),
    )


def _content(documents: Documents, pictures: list[Chart], both: Both) -> dict[str, Any]:
    doc = documents["en"]
    return {
        "both": both,
        "doc": doc,
        "headline": headline(doc["codes"], both),
        "parts": parts(doc, both),
        "facts": facts(doc, both),
        "phones": phones(doc, both),
        "period": period(doc, both),
        "causes": named_causes(documents, both),
        "next_steps": next_steps(documents),
        "other_causes": other_causes(documents, both),
        "charts": pictures,
        "tables": figure_tables(documents, both),
        "attempts": attempts_table(documents, both),
        "accounting": accounting(documents, both),
        "meanings": meanings(doc, both),
    }


def _font_face(font: str) -> str:
    if not font:
        return ""
    return f'@font-face{{font-family:"Page Chinese";src:url({font}) format("woff")}}'


def _hash(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


@cache
def _asset(name: str) -> str:
    return files(_PACKAGE).joinpath("assets", name).read_text(encoding="utf-8").strip()


@cache
def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader(_PACKAGE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals["html_languages"] = HTML_LANGUAGES
    return environment
