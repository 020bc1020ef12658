"""Names of carriers: one name each, in English and Chinese, and the codes that stand for them."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from analyzer.identify.facts import longest_prefix, table

# What phones add to a network's name: "中国移动 5G", "CMCC VoLTE", "China Unicom-4G+".
_GENERATION = re.compile(r"(?:[2-5]g\+?|lte|volte|vonr|vowifi|wifi|hd)+$")
_SEPARATORS = re.compile(r"[\W_]+")
# What phones write for a SIM without a name: "SIM 1", "CARD2", "卡1".
_SLOT_NUMBER = re.compile(r"\d+$")


def canonical_carrier(name: str) -> str:
    """Return the one name of a carrier; a name that is not known is kept, trimmed.

    "中国移动", "CMCC" and "CHINA MOBILE 5G" are all "China Mobile".
    """
    return known_carrier(name) or name.strip()


def known_carrier(name: str | None) -> str | None:
    """Return the one name of a carrier, None if the name is not known."""
    if not name:
        return None
    word = _letters(name)
    aliases = _aliases()
    return aliases.get(word) or aliases.get(_GENERATION.sub("", word))


def named_carrier(name: str | None) -> str | None:
    """Return the carrier a SIM map names, None where the text names none ("SIM 1", 无服务)."""
    if not name or not name.strip():
        return None
    known = known_carrier(name)
    if known:
        return known
    word = _SLOT_NUMBER.sub("", _letters(name))
    return None if not word or word in _placeholders() else name.strip()


def carrier_display(name: str, lang: str) -> str:
    """Return how a carrier is called in language `lang` (zh..., else English).

    Names that are not known stay as they are.
    """
    if not lang.lower().startswith("zh"):
        return canonical_carrier(name)
    carrier = canonical_carrier(name)
    return _chinese_names().get(carrier) or carrier


def carrier_from_plmn(mcc: str | int | None, mnc: str | int | None) -> str | None:
    """Return the carrier of a mobile country and network code, None if it is not in the table.

    Leading zeros that integers lose are restored ("460", 1 is 460 01). A virtual operator cannot
    be seen here: its SIMs carry the codes of the host.

    Reference: 3GPP TS 23.003 2.2 (IMSI).
    """
    country, network = _digits(mcc, 3), _digits(mnc, 2)
    if country is None or network is None:
        return None
    networks = _networks()
    return networks.get((country, network)) or networks.get((country, network.removeprefix("0")))


def carrier_from_iccid(prefix: str | None) -> str | None:
    """Return the Chinese carrier that issued a SIM, by the first six digits of its ICCID."""
    row = longest_prefix("iccid_prefixes", prefix) if prefix else None
    return row["carrier"] if row else None


def country_from_mcc(mcc: str | int | None) -> str | None:
    """Return the ISO 3166-1 alpha-2 country of a mobile country code, None for test networks."""
    code = _digits(mcc, 3)
    return _countries().get(code) if code else None


@cache
def is_chinese_network(carrier: str) -> bool:
    """Return whether a carrier runs a network in mainland China."""
    return any(row["carrier"] == carrier and row["mcc"] == "460" for row in table("plmn"))


@cache
def is_virtual(carrier: str) -> bool:
    """Return whether a carrier is known as a virtual operator, a guest on another's network."""
    return any(row["carrier"] == carrier and row["kind"] == "mvno" for row in table("carriers"))


def _letters(name: str) -> str:
    return _SEPARATORS.sub("", unicodedata.normalize("NFKC", name).casefold())


def _digits(code: str | int | None, width: int) -> str | None:
    text = "" if code is None else str(code).strip()
    return text.zfill(width) if text.isascii() and text.isdigit() else None


@cache
def _aliases() -> dict[str, str]:
    names = {_letters(row["carrier"]): row["carrier"] for row in table("carriers")}
    chinese = {_letters(row["name_zh"]): row["carrier"] for row in table("carriers")}
    others = {_letters(row["alias"]): row["carrier"] for row in table("carrier_aliases")}
    networks = {_letters(row["carrier"]): row["carrier"] for row in table("plmn")}
    return networks | others | chinese | names


@cache
def _chinese_names() -> dict[str, str]:
    return {row["carrier"]: row["name_zh"] for row in table("carriers")}


@cache
def _placeholders() -> frozenset[str]:
    return frozenset(_letters(r["text"]) for r in table("placeholders") if r["field"] == "carrier")


@cache
def _networks() -> dict[tuple[str, str], str]:
    return {(row["mcc"], row["mnc"]): row["carrier"] for row in table("plmn")}


@cache
def _countries() -> dict[str, str]:
    return {row["mcc"]: row["country"] for row in table("mobile_countries")}
