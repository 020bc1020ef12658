"""Finding: where phrases stand in a text, asked only at the places where one can begin.

One expression of thousands of phrases is tried branch by branch at every letter of a text, which
is slow. Here a table is asked first: the first two characters of a place say which phrases may
begin there, and only their expression, compiled when it is first needed, is tried. The answers
are those of the one expression: its branches, in its order, less those that cannot match.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import groupby
from typing import NamedTuple

# A phrase in the parts of its expression: first character, guard, rest, kind.
Part = tuple[str, str, str, str]
_CLAUSES = 1 << 14  # clauses that are remembered
_SIGNS = ",;!?:。、।؟【】()"  # a clause may begin at one, or at a full stop before a space


class Beginning(NamedTuple):
    """A phrase, and how it begins: its first character, its second ("": several may follow)."""

    text: str
    first: str
    second: str
    part: Part


class Branch:
    """The phrases of one group that may begin at a place, as an expression made when needed."""

    __slots__ = ("_parts", "_pattern", "group", "kinds")

    def __init__(self, group: str, parts: list[Part]) -> None:
        self.group = group
        self.kinds: dict[str, tuple[str, str]] = {}
        self._parts = parts
        self._pattern: re.Pattern[str] | None = None

    def match(self, text: str, place: int) -> re.Match[str] | None:
        """Return the match of the first of the phrases that stands at a place of a text."""
        if self._pattern is None:
            self._pattern = re.compile(branches(self._parts, self.kinds))
        return self._pattern.match(text, place)


class Hit(NamedTuple):
    """A phrase found: its span, and its kind and detail where its group tells several."""

    start: int
    end: int
    kind: str
    detail: str


Hits = tuple[Hit, ...]


class Table:
    """Groups of phrases by the characters they begin with.

    A text is searched clause by clause and the clauses are remembered, for most messages are put
    together of clauses that others have too. A clause begins at a sign that no phrase goes across.
    """

    def __init__(self, groups: Mapping[str, Iterable[Beginning]]) -> None:
        """Take for each group its phrases, those to be tried earlier first."""
        known = {group: list(phrases) for group, phrases in groups.items()}
        # A phrase that must not touch a letter before it cannot begin inside an English word.
        inside = {g: [b for b in found if not b.part[1]] for g, found in known.items()}
        self._anywhere, self._inside = _branches_of(known), _branches_of(inside)
        self._start = _start(self._anywhere, self._inside)
        self._clause_start = _clause_start(
            beginning.text for found in known.values() for beginning in found
        )
        self._in_clause = lru_cache(maxsize=_CLAUSES)(self._searched)
        self.hits = lru_cache(maxsize=8)(self._hits)

    def _hits(self, text: str) -> Mapping[str, Hits]:
        """Return the phrases of each group found in a folded text, in order, without overlap."""
        found: dict[str, Hits] = defaultdict(tuple)
        begin = 0
        for end in (*[place.start() for place in self._clause_start.finditer(text)], len(text)):
            for group, hits in self._in_clause(text[begin:end]).items():
                moved = [Hit(begin + start, begin + stop, *told) for start, stop, *told in hits]
                found[group] += tuple(moved) if begin else hits
            begin = end
        return found

    def _searched(self, clause: str) -> dict[str, Hits]:
        """Return the phrases of each group found in a clause."""
        found: dict[str, list[Hit]] = {}
        anywhere, inside = self._anywhere.get, self._inside.get
        for place in self._start.finditer(clause):
            start = place.start()
            known = inside if place.lastindex else anywhere
            for branch in known(clause[start : start + 2]) or known(clause[start]) or ():
                hits = found.get(branch.group)
                if hits and start < hits[-1].end:
                    continue
                match = branch.match(clause, start)
                if match:
                    told = branch.kinds.get(match.lastgroup or "", ("", ""))
                    found.setdefault(branch.group, []).append(Hit(start, match.end(), *told))
        return {group: tuple(hits) for group, hits in found.items()}


def _branches_of(groups: Mapping[str, list[Beginning]]) -> dict[str, list[Branch]]:
    """Return the branches of each pair of characters, and of each single one.

    Under a single character stand the phrases that any second one may follow; they are among
    those of each pair as well, in their order.
    """
    seconds: dict[str, set[str]] = defaultdict(set)
    for beginning in (b for phrases in groups.values() for b in phrases):
        seconds[beginning.first].add(beginning.second)
    found: dict[str, list[Branch]] = defaultdict(list)
    for group, phrases in groups.items():
        parts: dict[str, list[Part]] = defaultdict(list)
        for _, first, second, part in phrases:
            for key in [second] if second else seconds[first] | {""}:
                parts[first + key].append(part)
        for key, chosen in parts.items():
            found[key].append(Branch(group, chosen))
    return dict(found)


def _start(anywhere: Mapping[str, object], inside: Mapping[str, object]) -> re.Pattern[str]:
    """Return the expression for the places to ask about; its group is a place inside a word."""
    firsts = {key[0] for key in anywhere}
    letters = "".join(sorted(first for first in firsts if "a" <= first <= "z"))
    others = "".join(map(re.escape, sorted(firsts - set(letters))))
    begun = sorted(key for key in inside if "a" <= key[0] <= "z")
    parts = [f"(?<![a-z])[{letters}]"] if letters else []
    parts += [f"[{others}]"] if others else []
    parts += [f"((?:{'|'.join(_followed(key) for key in begun)}))"] if begun else []
    return re.compile("|".join(parts) or "(?!)")


def _clause_start(phrases: Iterable[str]) -> re.Pattern[str]:
    """Return the expression for the places where clauses begin.

    A clause begins with its sign. Where phrases go on after a sign ("not you, ignore"), a sign
    after the same letters begins none.
    """
    before: dict[str, set[str]] = {sign: set() for sign in (*_SIGNS, ". ")}
    signed = re.compile(r"\. |[" + re.escape(_SIGNS) + "]")
    for phrase in phrases:
        for sign in signed.finditer(phrase, 1):
            before[sign[0]].add(phrase[max(0, sign.start() - 2) : sign.start()].strip(" *"))
    return re.compile(
        "|".join(
            re.escape(sign.rstrip())
            + "".join(f"(?<!{re.escape(text + sign.rstrip())})" for text in sorted(letters))
            + r"(?=\s)" * sign.endswith(" ")
            for sign, letters in before.items()
        )
    )


def _followed(key: str) -> str:
    return key[0] + (f"(?={re.escape(key[1])})" if len(key) > 1 else "")


def branches(parts: list[Part], kinds: dict[str, tuple[str, str]]) -> str:
    """Return one expression for the parts of phrases, in their order.

    The first character and its guard stand once before all that share them, so that most places
    of a text are rejected by one comparison. Groups are named and entered into `kinds`.
    """
    trie: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for first, guard, rest, kind in parts:
        trie[first][guard].append((kind, rest))
    found = []
    for first, guarded in trie.items():
        inner = [
            guard + f"(?:{'|'.join(_grouped(guarded[guard], kinds))})"
            for guard in sorted(guarded, key=len, reverse=True)
        ]
        found.append(f"{first}(?:{'|'.join(inner)})")
    return "|".join(found)


def _grouped(rests: list[tuple[str, str]], kinds: dict[str, tuple[str, str]]) -> Iterator[str]:
    for kind, run in groupby(rests, key=lambda pair: pair[0]):
        joined = "|".join(rest for _, rest in run)
        if not kind:
            yield joined
            continue
        name, _, detail = kind.partition(":")
        group = f"g{len(kinds)}"
        kinds[group] = name, detail
        yield f"(?P<{group}>{joined})"
