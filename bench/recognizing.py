"""How recognition compares with a loop of fifteen regular expressions over the same bodies.

Usage: python bench/recognizing.py [BODIES ...]    (default 100000 1000000)

Two kinds of invented bodies (`bodies`): an inbox, and bodies that all differ in wording. For each
number of them are printed the bodies a CPU second of the loop (each expression searched once in
each body, matches counted) and of `recognize` (everything the analyzer says of a message), both on
one core; the ratio of the two; and the peak memory `recognize` adds to a process of its own (Linux
only). The two take turns, slice by slice, so that other work on the machine slows both alike; the
range in brackets is that of the ratio over slices. The first slice holds the start: reading and
compiling the lexicon.
"""

from __future__ import annotations

import re
import subprocess
import sys
import time
from itertools import islice
from pathlib import Path

import pyarrow as pa
from bodies import BODIES

from analyzer.recognize import recognize

SLICE = 50_000
# Of the kinds published detectors use, in their sizes: lists of some forty code words, the code
# after one and before one, instructions, fixed forms, vetoes.
_CHINESE = (
    "验证码|校验码|检验码|确认码|激活码|动态码|安全码|验证代码|校验代码|检验代码|激活代码|确认代码|"
    "动态代码|安全代码|登入码|认证码|识别码|短信口令|动态密码|交易码|上网密码|随机码|动态口令|驗證碼|"
    "校驗碼|檢驗碼|確認碼|激活碼|動態碼|驗證代碼|校驗代碼|確認代碼|動態代碼|登入碼|認證碼|識別碼"
)
_OTHERS = (
    "code|otp|one[- ]time|passcode|password|pin|2fa|verification|authentication|código|codigo|"
    "clave|contraseña|senha|kod|kodu|код|пароль|認証|確認コード|인증|รหัส|mã xác|ma xac|kode|sandi|"
    "رمز|كود|کد|קוד|ओटीपी|Bestätigung|codice|wachtwoord|hasło|lösenord|κωδικ"
)
EXPRESSIONS = [
    re.compile(pattern)
    for pattern in (
        _CHINESE,
        rf"(?i)(?:{_OTHERS})",
        rf"(?:{_CHINESE})[^0-9\n]{{0,12}}([A-Za-z0-9]{{4,8}})",
        rf"(?<![0-9])([0-9]{{4,8}})(?![0-9]).{{0,20}}?(?:{_CHINESE})",
        rf"(?i)(?:{_OTHERS})[^0-9\n]{{0,25}}([0-9]{{4,8}})",
        rf"(?i)(?<![0-9])([0-9]{{4,8}})(?![0-9]).{{0,30}}?(?:{_OTHERS})",
        r"(?i)\b(?:use|enter|input|type|usa|utilisez|gunakan)\s+(?:the\s+)?([A-Z0-9]{4,8})\b",
        r"\b(?:G|FB|WA)-([0-9]{4,6})\b",
        r"^<#>|\b[A-Za-z0-9+/]{11}$",
        r"(?m)^@[\w.-]+ #(\w{4,8})$",
        r"【([^】]{2,20})】",
        r"(?<![A-Za-z0-9.-])[0-9]{3}[ -][0-9]{3}(?![0-9])",
        r"(?i)(?:取件码|取货码|提货码|优惠码|优惠券|邀请码|退订|拒收|discount|coupon|vscode|barcode|qr)",
        r"(?i)(?:[0-9]{1,3}\s*(?:分钟|秒|小时|min|sec|hour)|valid (?:for|until)|expires? in)",
        r"(?i)(?:rs\.?|inr|usd|[$￥€£]|人民币)\s?[0-9][0-9,]*(?:\.[0-9]{2})?",
    )
]


def searched(texts: list[str]) -> int:
    """Return how many searches of the fifteen expressions find something."""
    found = 0
    for text in texts:
        for expression in EXPRESSIONS:
            if expression.search(text):
                found += 1
    return found


def message_table(texts: list[str]) -> pa.Table:
    """Return received messages with these bodies."""
    nothing = pa.array([None] * len(texts), pa.string()).dictionary_encode()
    return pa.table({"body": pa.array(texts, pa.string()), "sender": nothing, "direction": nothing})


def compare(kind: str, count: int) -> str:
    """Return a line with the figures for a number of bodies."""
    bodies, loop, own, codes = BODIES[kind](count, 1), [], [], 0
    while texts := list(islice(bodies, SLICE)):
        table = message_table(texts)
        start = time.process_time()
        searched(texts)
        middle = time.process_time()
        found = recognize(table)
        own.append(time.process_time() - middle)
        loop.append(middle - start)
        codes += sum(found["is_code"].to_pylist())
    ratios = sorted(a / b for a, b in zip(loop, own, strict=True))
    return (
        f"{kind:10}{count:9}{codes / count:7.1%}{count / sum(loop):12,.0f}{count / sum(own):12,.0f}"
        f"{sum(loop) / sum(own):8.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})"
        f"{added_memory(kind, count):9.0f}"
    )


def added_memory(kind: str, count: int) -> float:
    """Return the MiB by which recognizing all bodies in one call raises a fresh process's peak."""
    command = [sys.executable, __file__, "--memory", kind, str(count)]
    return float(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def _print_added_memory(kind: str, count: int) -> None:
    # Built from a generator: a list of the bodies would raise the peak before it is measured.
    bodies = pa.chunked_array(
        [pa.array(part, pa.string()) for part in _parts(kind, count)], pa.string()
    )
    table = pa.table({"body": bodies})
    nothing = pa.nulls(count, pa.dictionary(pa.int32(), pa.string()))
    table = table.append_column("sender", nothing).append_column("direction", nothing)
    before = _peak_kib()
    recognize(table)
    print((_peak_kib() - before) / 1024)


def _parts(kind: str, count: int) -> list[pa.Array]:
    bodies, parts = BODIES[kind](count, 1), []
    while texts := list(islice(bodies, SLICE)):
        parts.append(pa.array(texts, pa.string()))
    return parts


def _peak_kib() -> int:
    """Return this process's own peak (Linux); ru_maxrss would count the parent's too."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith("VmHWM"))


def main(counts: list[int]) -> None:
    """Measure both kinds of bodies at each size and print a line for each."""
    print(f"{'bodies':10}{'number':>9}{'codes':>7}{'loop /s':>12}{'own /s':>12}"
          f"{'ratio':>8} {'(slices)':16}{'MiB':>7}", flush=True)  # fmt: skip
    for kind in BODIES:
        for count in counts:
            print(compare(kind, count), flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--memory"]:
        _print_added_memory(sys.argv[2], int(sys.argv[3]))
    else:
        main([int(count) for count in sys.argv[1:]] or [100_000, 1_000_000])
