"""The pre-filter: which texts could carry a code, asked of all of them at once.

One pass of RE2 over a column: a stem of a code word; or a stem of an instruction or of a
look-alike together with three digits; or a form that only codes have. What does not pass is not
read further. The stems are short parts of the lexicon's phrases, few enough for RE2 to be fast.
"""

from __future__ import annotations

import csv
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

from analyzer.recognize.folding import DATA

# Forms that code messages have without a word; texts whose letters or digits are not plain pass.
# No long counted repetition ({0,80}): RE2 would keep a state for each count and be slow.
_FORMS = (
    r"^\s*(?:<#>|\[#\])",
    r"(?m)^@[\w.-]+ #[A-Za-z0-9]",
    r"^[\s\[(【]*(?:[A-Z]{1,3}-)?[0-9](?:[ -]?[0-9]){3,7}[\s\])】]*$",
    r"(?:^|[^A-Za-z])(?:G|FB)-[0-9]{4}",
    r"\n\s*\[?[0-9]{4,8}\]?\s*(?:\n|$)|^\s*\[?[0-9]{4,8}\]?\s*\n",
    r"[\x{200B}-\x{200F}\x{2060}\x{FEFF}\x{FF10}-\x{FF19}\x{FF21}-\x{FF5A}\x{300}-\x{36F}]",
    # The spaces that the forms above do not know.
    r"[\x{A0}\x{2000}-\x{200A}\x{202F}\x{3000}][0-9]{3,8}|[0-9]{3}[\x{A0}\x{2000}-\x{200A}\x{202F}]",
    r"[\x{660}-\x{669}\x{6F0}-\x{6F9}\x{966}-\x{96F}\x{9E6}-\x{9EF}]{3}",
)
# Forms of texts of at most so many characters.
_SHORT_FORMS = (
    (52, r"^[^0-9]+[0-9]{6}[^0-9]{0,2}$|^[0-9]{6}[^0-9]+$"),
    (52, r"^\s*【[^【】]+】\s*[0-9]{4,8}\s*$|^\s*[0-9]{4,8}\s*【[^【】]+】\s*$"),
    (76, r"^[A-Za-z][A-Za-z .&]+[:：] ?[0-9](?:[ -]?[0-9]){3,8}[^0-9]*$"),
    (110, r"^[^0-9]*[0-9]{4,8}[^0-9]+[0-9]{1,2} ?(?:min|sek|sec|мин|хв|dk|dak|분|分)[^0-9]*$"),
)
# A link to log in or to verify by: one of these words, and a link.
_BY_LINK = (
    "(?i)log|sign|verif|bestätig|connect|conect|confirm|conferm|подтверд|ログイン|本人確認|登录|登入|"
    "验证|xác|masuk|giriş|doğrula|تأكيد|دخول|로그인|인증|ยืนยัน"
)
_NUMBER = r"[0-9](?:.{0,3}[0-9]){2}|[0-9][*]{2}|[0-9][A-Z][0-9A-Z]|[A-Z][0-9][0-9A-Z]"


def worth_reading(bodies: pa.Array) -> pa.Array:
    """Return for each body whether it could be a code message or a look-alike."""
    words = pc.match_substring_regex(bodies, _stems("nothing"))
    numbered = pc.match_substring_regex(bodies, _NUMBER)
    instructed = pc.match_substring_regex(bodies, _stems("digits"))
    formed = pc.match_substring_regex(bodies, "|".join(_FORMS))
    linked = pc.and_(
        pc.match_substring_regex(bodies, "https?://"), pc.match_substring_regex(bodies, _BY_LINK)
    )
    found = pc.or_(pc.or_(words, pc.and_(numbered, instructed)), pc.or_(formed, linked))
    length = pc.utf8_length(bodies)
    for longest, form in _SHORT_FORMS:
        short = pc.and_(pc.less_equal(length, longest), pc.match_substring_regex(bodies, form))
        found = pc.or_(found, short)
    return found


@cache
def _stems(needs: str) -> str:
    with (DATA / "stems.csv").open(encoding="utf-8", newline="") as rows:
        stems = [row["stem"] for row in csv.DictReader(rows) if row["needs"] == needs]
    # RE2 knows white space of ASCII only, and a space may be a no-break space.
    stems = [stem.replace(" ", ".").replace(r"\s", ".") for stem in stems]
    return "(?i)" + "|".join(stems)
