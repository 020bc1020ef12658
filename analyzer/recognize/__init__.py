"""What a message says: code, service, purpose, validity, language, damage.

`recognize` adds the columns of `schema.RECOGNIZED` to a message table, `recognize_text` reads one
text. Three answers are possible: a code and where it stands; a code message whose code cannot be
read (masked, lost to damage); no code message, with the reason where it looks like one.
"""

from __future__ import annotations

from analyzer.recognize.codes import normalized_code
from analyzer.recognize.recognition import Decoy, GarbledKind, Recognition
from analyzer.recognize.services import service_name
from analyzer.recognize.table import recognize, recognize_text

__all__ = [
    "Decoy",
    "GarbledKind",
    "Recognition",
    "normalized_code",
    "recognize",
    "recognize_text",
    "service_name",
]
