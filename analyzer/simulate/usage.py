"""The user: when codes are asked for, when resend is pressed, and the other traffic."""

from __future__ import annotations

import random
from collections.abc import Iterator

from analyzer.simulate.facts import Service
from analyzer.simulate.faults import Fault, FaultKind
from analyzer.simulate.messages import Request, Session, Sms
from analyzer.simulate.phones import Phone
from analyzer.simulate.times import DAY, HOUR, MINUTE, SECOND, START
from analyzer.simulate.wording import other_text
from analyzer.texts import rows

# Sessions of one service lie so far apart that none could be taken for a resend of another.
_APART = 25 * MINUTE
_A_DAY_LOW, _A_DAY_HIGH = 0.35, 0.9
_OTHERS_A_DAY, _SENT_A_DAY = 7, 1.5
_WAKING = (8 * HOUR, 23 * HOUR)
# Nothing is asked for in the first and last hours: the logs cover more than the attempts.
_EDGE = 3 * HOUR
_FRIENDS = ("+8613800138000", "13900139001", "+8613700137002")
_STRUGGLE_TRIES, _STRUGGLE_APART = 5, 12 * MINUTE


def session_times(
    service: Service, faults: list[Fault], days: int, chance: random.Random
) -> list[tuple[int, bool]]:
    """Return when a user begins to ask a service for a code, and whether in a struggle.

    In a struggle resend is pressed at once and the whole is tried again every few minutes, until
    the service refuses.
    """
    rate = chance.uniform(_A_DAY_LOW, _A_DAY_HIGH)
    found = sorted(_moments(rate, days, chance))
    apart: list[tuple[int, bool]] = []
    for moment in found:
        if not apart or moment - apart[-1][0] >= _APART:
            apart.append((moment, False))
    if _struggles(service, faults) and len(apart) > 2:
        first = apart[len(apart) // 2][0]
        tries = [(first + n * _STRUGGLE_APART, True) for n in range(_STRUGGLE_TRIES)]
        end = tries[-1][0] + _APART
        apart = [a for a in apart if not first - _APART < a[0] < end] + tries
    return sorted(apart)


def _struggles(service: Service, faults: list[Fault]) -> bool:
    return any(f.kind == FaultKind.RATE_LIMIT and service.name in f.services for f in faults)


def _moments(a_day: float, days: int, chance: random.Random) -> Iterator[int]:
    """Yield moments in waking hours, a Poisson number of them a day."""
    for day in range(days):
        gone = chance.expovariate(1)
        while gone < a_day:
            moment = START + day * DAY + round(chance.uniform(*_WAKING))
            if START + _EDGE <= moment < START + days * DAY - _EDGE:
                yield moment
            gone += chance.expovariate(1)


def next_press(session: Session, struggle: bool, presses: int, chance: random.Random) -> int | None:
    """Return when the user presses resend, None if the code came or patience is at its end."""
    last = session.requests[-1]
    if struggle:
        return last.at + round(chance.uniform(15, 40) * SECOND) if presses < 3 else None
    pressed = last.at + round(chance.uniform(62, 120) * SECOND)
    seen = any(
        sms.arrived is not None and sms.arrived < pressed and not _hidden(sms)
        for sms in session.codes
    )
    if seen or presses >= 3 or chance.random() < 0.4:
        return None
    return pressed


def _hidden(sms: Sms) -> bool:
    return not sms.readable or sms.kept_by not in (None, "spamblocker")


def press(session: Session, phone: Phone, faults: list[Fault], at: int, what: str) -> Request:
    """Return one press of "Send code"; the service shows the last digits it knows."""
    sim = phone.sims[session.slot]
    changes = [f for f in faults if f.kind == FaultKind.NUMBER and f.slot == session.slot]
    old = any(f.hits(at, session.slot, session.service) or at < f.start for f in changes)
    number = sim.bound if old else sim.number
    return Request(at, session.service, session.slot, what, number[-4:])


def other_messages(phone: Phone, days: int, chance: random.Random) -> Iterator[Sms]:
    """Yield what else is received: friends, parcels, banks, the carrier."""
    times = [*_moments(_OTHERS_A_DAY, days, chance), *_ends(days)]
    for moment in sorted(times):
        sender, text = other_text(chance)
        sim = chance.choice(phone.sims)
        if sender == "friend":
            sender = chance.choice(_FRIENDS)
        elif sender == "carrier":
            sender = sim.carrier.service_number
        yield Sms(sender, sim.slot, text, moment, center=sim.center)


def _ends(days: int) -> list[int]:
    """The first and the last message of every record: it covers the whole time between."""
    return [START + 5 * MINUTE, START + days * DAY - 5 * MINUTE]


def sent_messages(
    phone: Phone, faults: list[Fault], days: int, chance: random.Random
) -> Iterator[Sms]:
    """Yield what the user writes; only a phone that is switched on and registered can send."""
    moments = list(_moments(_SENT_A_DAY, days, chance))
    for fault in faults:
        if fault.kind == FaultKind.STORAGE:  # the user writes on, and so shows a phone alive
            moments += [round(chance.uniform(fault.start, fault.end)) for _ in range(3)]
    texts = rows("analyzer.simulate.data", "sent_texts.csv")
    for moment in sorted(moments):
        sim = phone.sims[0]
        dead = (f for f in faults if f.kind in (FaultKind.OFF, FaultKind.OUTAGE))
        if any(fault.hits(moment, sim.slot) for fault in dead):
            continue
        text = chance.choice(texts)["text"]
        yield Sms(chance.choice(_FRIENDS), sim.slot, text, moment, arrived=moment, sent=True)


def dialogues(phone: Phone, faults: list[Fault]) -> Iterator[Sms]:
    """Yield what is exchanged with the carrier: a welcome to a new number, an opt-out.

    Reference: the opt-out words of China Unicom, GBGJDX to 10010 (Tongliao police, 2025-09-12).
    """
    for fault in faults:
        sim = phone.sims[fault.slot or 0]
        line, at = sim.carrier.service_number, fault.start
        if opted_out(fault, phone):
            yield Sms(line, sim.slot, "GBGJDX", at, arrived=at, sent=True)
            reply = "【中国联通】您已成功关闭国际及港澳台短信接收功能。"
            yield Sms(line, sim.slot, reply, at + 9 * SECOND, center=sim.center)
        elif fault.kind == FaultKind.NUMBER:
            welcome = f"欢迎您成为{sim.carrier.zh}用户，您的号码已开通。"
            yield Sms(line, sim.slot, welcome, at, center=sim.center)


def opted_out(fault: Fault, phone: Phone) -> bool:
    """Tell whether the block of overseas messages is the user's own wish, by text message."""
    carrier = phone.sims[fault.slot or 0].carrier.name
    return fault.detail == "opt_out" and carrier == "China Unicom"
