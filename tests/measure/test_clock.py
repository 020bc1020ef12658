"""What a latency may rest on; quarter-hour offsets; clocks that are behind."""

from __future__ import annotations

from datetime import UTC, datetime

import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analyzer.measure import clock_faults, clock_report, latency, provenance
from analyzer.schema import MEASURED, arrow_schema

HOUR = 3600.0
DAY = 86_400.0
FAST = (2.3, 3.9, 1.7, 5.2, 2.8, 4.4, 3.1)


def bases(table):
    return table.column("latency_basis").to_pylist()


def seconds(table):
    return [None if v is None else round(v, 3) for v in table.column("latency").to_pylist()]


def row(number, took, **more):
    """Messages some hours apart, at uneven moments."""
    return {"sent": float(number * 4 * 3600 + number * 37), "took": took, **more}


def one(messages, **given):
    table = latency(messages(given))
    return table.column("latency_basis")[0].as_py(), table.column("latency")[0].as_py()


def test_the_result_has_the_measured_columns_for_every_row(messages):
    table = latency(messages(row(0, 2.5), row(1, 2.5, direction="sent", folder=None)))
    assert table.schema == arrow_schema(MEASURED)
    assert bases(table) == ["measured", None]
    assert seconds(table) == [2.5, None]
    assert latency(messages()).num_rows == 0


@pytest.mark.parametrize(
    ("given", "basis"),
    [
        ({"received": 5.25}, "unknown_no_stamp"),
        ({"received": 5.25, "sent_at": datetime(1970, 1, 1, tzinfo=UTC)}, "unknown_no_stamp"),
        ({"received": 5.25, "sent_at": datetime(1980, 1, 6, tzinfo=UTC)}, "unknown_no_stamp"),
        ({"sent": 5, "took": 0}, "unknown_copied"),
        ({"sent": 5.125, "took": 0}, "unknown_copied"),
        ({"sent": 5.125, "took": 3}, "unknown_rewritten"),
        ({"sent": 0, "took": 5, "received_precision": "minute"}, "unknown_no_stamp"),
        ({"sent": 0, "took": 5, "received_precision": "day"}, "unknown_no_stamp"),
        ({"sent": 0, "received_at": None}, "unknown_no_stamp"),
        ({"sent": 0, "took": -899.5}, "unknown_clock"),
        ({"sent": 0, "took": -900}, "unknown_clock"),
        ({"sent": 0, "took": -8 * HOUR + 3.5}, "unknown_clock"),
        ({"sent": 0, "took": -61.5}, "unknown_clock"),
        ({"sent": 0, "took": 40 * DAY + 0.5}, "unknown_clock"),
    ],
)
def test_without_two_sound_stamps_there_is_no_latency(messages, given, basis):
    assert one(messages, **given) == (basis, None)


@pytest.mark.parametrize("took", [-0.75, -59.5, 2.3, 902.4, 3601.7, 28_803.2, 3 * DAY + 0.5])
def test_one_row_is_measured_as_it_is(messages, took):
    basis, value = one(messages, sent=0, took=took)
    assert basis == "measured"
    assert value == pytest.approx(took)


@pytest.mark.parametrize("took", [902.4, 3602.5])
def test_a_single_late_message_among_prompt_ones_stays_late(messages, took):
    table = latency(messages(*(row(n, took if n == 3 else f) for n, f in enumerate(FAST))))
    assert set(bases(table)) == {"measured"}
    assert seconds(table)[3] == took


@pytest.mark.parametrize("place", [0, 1, 5, 6])
def test_two_late_messages_at_any_place_stay_late(messages, place):
    took = list(FAST)
    took[place] = 3602.5
    took[(place + 1) % 7] = 3604.5
    table = latency(messages(*(row(n, t) for n, t in enumerate(took))))
    assert seconds(table) == took


def test_messages_released_together_do_not_make_an_offset(messages):
    # Asked for within three minutes, all stored when the phone came back an hour later.
    late = [{"sent": 50_000.0 + n * 60, "received": 53_600.4 + n * 5} for n in range(4)]
    table = latency(messages(row(0, 2.5), row(1, 3.5), *late))
    assert set(bases(table)) == {"measured"}
    assert seconds(table)[2:] == [3600.4, 3545.4, 3490.4, 3435.4]


@pytest.mark.parametrize("hours", [0, 1, -1, 8, -8, 16, 5.5])
@pytest.mark.parametrize("rows", [3, 7])
def test_an_offset_of_a_whole_group_is_corrected(messages, hours, rows):
    given = [row(n, hours * HOUR + f) for n, f in enumerate(FAST[:rows])]
    table = latency(messages(*given))
    assert set(bases(table)) == ({"offset_corrected"} if hours else {"measured"})
    assert seconds(table) == list(FAST[:rows])


def test_a_late_message_within_an_offset_group_is_late_by_the_right_amount(messages):
    took = [8 * HOUR + f for f in FAST]
    took[3] += 1800
    table = latency(messages(*(row(n, t) for n, t in enumerate(took))))
    assert set(bases(table)) == {"offset_corrected"}
    assert seconds(table)[3] == pytest.approx(FAST[3] + 1800)


def test_two_rows_with_one_offset_establish_nothing(messages):
    assert bases(latency(messages(*(row(n, HOUR + 2.5) for n in range(2))))) == ["measured"] * 2
    negative = latency(messages(*(row(n, -HOUR + 2.5) for n in range(2))))
    assert bases(negative) == ["unknown_clock"] * 2


def test_an_unshifted_row_among_shifted_ones_forbids_the_correction(messages):
    took = [-8 * HOUR + 2.5, -8 * HOUR + 3.5, 2.5, -8 * HOUR + 2.5, -8 * HOUR + 4.5]
    table = latency(messages(*(row(n, t) for n, t in enumerate(took))))
    assert bases(table) == ["unknown_clock"] * 2 + ["measured"] + ["unknown_clock"] * 2


def test_a_negative_offset_is_unambiguous_even_if_one_of_three_is_slow(messages):
    took = [-8 * HOUR + 2.5, -8 * HOUR + 243.5, -8 * HOUR + 3.5]
    table = latency(messages(*(row(n, t) for n, t in enumerate(took))))
    assert bases(table) == ["offset_corrected"] * 3
    assert seconds(table) == [2.5, 243.5, 3.5]


def test_delays_that_only_resemble_each_other_are_delays(messages):
    took = [3500.5, 3700.5, 3900.5]
    assert seconds(latency(messages(*(row(n, t) for n, t in enumerate(took))))) == took


def test_an_offset_that_begins_and_ends_is_corrected_only_in_between(messages):
    shift = [0] * 5 + [HOUR] * 5 + [0] * 5
    given = [row(n, s + 2.5) for n, s in enumerate(shift)]
    table = latency(messages(*given))
    assert seconds(table) == [2.5] * 15
    assert bases(table) == ["measured"] * 5 + ["offset_corrected"] * 5 + ["measured"] * 5


def test_offsets_belong_to_one_sim_and_service_center(messages):
    given = [row(n, (8 * HOUR if n % 2 else 0) + 2.5, sub_id=1 + n % 2) for n in range(8)]
    table = latency(messages(*given))
    assert bases(table) == ["measured", "offset_corrected"] * 4
    assert seconds(table) == [2.5] * 8


def test_a_late_message_after_an_offset_is_only_a_lower_bound(messages):
    given = [row(n, HOUR + 2.5) for n in range(4)] + [row(4, 3 * HOUR + 2.5)]
    table = latency(messages(*given))
    assert bases(table)[4] == "lower_bound"
    assert seconds(table)[4] == 2 * HOUR + 2.5


def test_offsets_beyond_sixteen_hours_are_not_corrected(messages):
    given = [row(n, 20 * HOUR + f) for n, f in enumerate(FAST)]
    assert set(bases(latency(messages(*given)))) == {"measured"}


def test_a_clock_far_ahead_for_long_gives_no_latency(messages):
    given = [row(n, 700 + f) for n, f in enumerate(FAST * 2)]
    assert set(bases(latency(messages(*given)))) == {"unknown_clock"}


def test_a_slow_path_is_slow_if_the_phone_received_others_promptly(messages):
    slow = [row(n, 700 + f, service_center="+85290000000") for n, f in enumerate(FAST * 2)]
    prompt = {"sent": 90_000.0, "took": 2.5}
    table = latency(messages(*slow, prompt))
    assert set(bases(table)) == {"measured"}


def test_a_clock_that_is_behind_makes_its_neighbours_lower_bounds(messages):
    took = [2.5, -300.5, 3.5, 2.5]
    given = [{"sent": n * 6 * HOUR, "took": t} for n, t in enumerate(took)]
    given += [{"sent": 30 * DAY, "took": 2.5}]
    table = latency(messages(*given))
    assert bases(table) == [
        "lower_bound",
        "unknown_clock",
        "lower_bound",
        "lower_bound",
        "measured",
    ]
    assert seconds(table) == [2.5, None, 3.5, 2.5, 2.5]


def test_one_wrong_stamp_does_not_touch_its_neighbours(messages):
    took = [2.5, -8 * HOUR + 2.5, 3.5]
    table = latency(messages(*(row(n, t) for n, t in enumerate(took))))
    assert bases(table) == ["measured", "unknown_clock", "measured"]


class TestProvenance:
    def test_times_made_from_the_stamps_are_rewritten(self, messages):
        given = [row(n, 8 * HOUR) for n in range(6)]
        assert set(bases(latency(messages(*given)))) == {"unknown_rewritten"}

    def test_an_odd_row_among_copies_is_rewritten_too(self, messages):
        given = [row(n, 0) for n in range(9)] + [row(9, 3)]
        assert bases(latency(messages(*given))) == ["unknown_copied"] * 9 + ["unknown_rewritten"]

    def test_a_genuine_era_beside_a_rewritten_one_is_measured(self, messages):
        given = [row(n, HOUR) for n in range(6)] + [row(6 + n, f) for n, f in enumerate(FAST)]
        assert bases(latency(messages(*given))) == ["unknown_rewritten"] * 6 + ["measured"] * 7

    def test_times_cut_to_seconds_are_measured(self, messages):
        given = [row(n, float(int(f))) for n, f in enumerate(FAST)]
        assert set(bases(latency(messages(*given)))) == {"measured"}

    def test_whole_seconds_of_a_story_are_measured(self, messages):
        given = [row(0, 2), row(1, 900), row(2, 3600), row(3, 3)]
        assert set(bases(latency(messages(*given)))) == {"measured"}

    def test_a_log_that_writes_seconds_is_measured(self, messages):
        given = [row(n, HOUR, received_precision="second") for n in range(6)]
        assert set(bases(latency(messages(*given)))) == {"offset_corrected"}

    def test_stamps_that_are_the_time_of_reception_cut_to_seconds_are_copies(self, messages):
        given = [row(n, part / 1000) for n, part in enumerate((312, 48, 977, 0, 650, 401, 793))]
        assert set(bases(latency(messages(*given)))) == {"unknown_copied"}

    def test_a_log_of_nothing_but_copies_needs_four_of_them(self, messages):
        given = [row(n, part / 1000) for n, part in enumerate((312, 48, 977, 650))]
        assert set(bases(latency(messages(*given)))) == {"unknown_copied"}
        assert set(bases(latency(messages(*given[:3])))) == {"measured"}

    def test_copies_are_told_from_what_another_app_wrote_into_the_same_log(self, messages):
        copies = [row(n, 0.2 + n / 20, creator="a") for n in range(8)]
        genuine = [row(n, f, creator="b", sent=row(n, 0)["sent"] + 60) for n, f in enumerate(FAST)]
        table = latency(messages(*(r for pair in zip(copies, genuine, strict=False) for r in pair)))
        assert bases(table) == ["unknown_copied", "measured"] * 7

    def test_a_path_that_is_really_fast_is_measured(self, messages):
        took = [0.4, 0.7, 1.2, 0.6, 0.9, 0.5, 0.8, 0.6, 0.7, 0.9, 1.1, 0.5, 0.8, 1.3]
        given = [row(n, t) for n, t in enumerate(took)]
        assert set(bases(latency(messages(*given)))) == {"measured"}

    def test_a_few_fast_messages_are_measured(self, messages):
        took = [2.5, 0.4, 0.7, 0.9, 0.6, 0.5, 3.1, 2.7]
        given = [row(n, t) for n, t in enumerate(took)]
        assert set(bases(latency(messages(*given)))) == {"measured"}

    def test_a_restored_backup_has_no_latency(self, messages):
        given = [{"sent": n * DAY, "received": 100 * DAY + n * 0.013} for n in range(5)]
        assert set(bases(latency(messages(*given)))) == {"unknown_rewritten"}

    def test_many_rows_of_one_instant_were_stored_by_a_restore(self, messages):
        given = [{"sent": n * 100.0, "received": 5000.5} for n in range(12)]
        assert set(bases(latency(messages(*given)))) == {"unknown_rewritten"}


class TestWrapped:
    """Both times were cut to 32 bits: the moment is lost, the difference is not."""

    def untimed(self, messages, *seconds):
        rows = [{"received_at": None, "sent_at": None, "received_precision": None} for _ in seconds]
        kept = pa.array([None if s is None else round(s * 1000) for s in seconds], pa.int64())
        table = messages(*rows)
        place = table.schema.get_field_index("wrapped_difference")
        return table.set_column(place, "wrapped_difference", kept)

    def test_the_difference_is_the_latency(self, messages):
        table = latency(self.untimed(messages, 2.5, 3602.5, None, 0))
        assert seconds(table) == [2.5, 3602.5, None, None]
        assert bases(table) == ["measured"] * 2 + ["unknown_no_stamp", "unknown_copied"]

    def test_what_cannot_be_true_is_unknown(self, messages):
        table = latency(self.untimed(messages, 2.5, -70, -8 * HOUR, 9 * DAY))
        assert bases(table) == ["measured"] + ["unknown_clock"] * 3

    def test_an_offset_cannot_be_corrected_without_times(self, messages):
        table = latency(self.untimed(messages, 8 * HOUR + 2.5, 8 * HOUR + 3.5, 8 * HOUR + 1.5))
        assert set(bases(table)) == {"unknown_clock"}

    def test_faults_and_eras_are_told_without_a_period(self, messages):
        table = self.untimed(messages, 2.5, -70, 3.5)
        (fault,) = clock_faults(table).to_pylist()
        assert (fault["fault"], fault["messages"], fault["first"]) == ("phone_behind", 1, None)
        (era,) = provenance(table).to_pylist()
        assert (era["latency_basis"], era["messages"]) == ("measured", 3)
        assert clock_report(table)[0].windows == ()


class TestReport:
    def test_it_counts_rows_and_tells_offsets_and_the_fastest(self, messages):
        given = [row(n, HOUR + f) for n, f in enumerate(FAST)]
        given += [row(9, 4.5, service_center=None), row(10, 2.5, direction="sent", folder=None)]
        first, second = clock_report(messages(*given))
        assert (first.device, first.sub_id, first.service_center) == ("phone", 1, "+8613800210500")
        assert first.rows == 7
        assert first.bases == {"offset_corrected": 7}
        assert first.skew_at_most == pytest.approx(1.7)
        assert [(s.quarters, s.rows) for s in first.offsets] == [(4, 7)]
        assert (second.service_center, second.rows, second.offsets) == (None, 1, ())

    def test_a_clock_behind_shows_as_negative(self, messages):
        (group,) = clock_report(messages(row(0, 2.5), row(1, -300.5)))
        assert group.skew_at_most == pytest.approx(-300.5)

    def test_a_path_that_is_never_fast_is_reported_but_measured(self, messages):
        given = messages(*(row(n, 90 + n % 7 + 0.5) for n in range(25)))
        (group,) = clock_report(given)
        assert group.slow_or_ahead
        assert group.bases == {"measured": 25}

    def test_without_stamps_nothing_is_said(self, messages):
        (group,) = clock_report(messages({"received": 5.25}))
        assert group.skew_at_most is None
        assert not group.slow_or_ahead
        assert clock_report(messages()) == []


@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    quarters=st.sampled_from([0, 4, -4, 32, -32, 22, 64]),
    took=st.lists(st.integers(1101, 14_900), min_size=5, max_size=12),
    late=st.integers(0, 4),
)
def test_an_offset_is_found_whatever_one_retry_does(messages, quarters, took, late):
    true = [value / 1000 + (61 if n == late else 0) for n, value in enumerate(took)]
    table = latency(messages(*(row(n, t + quarters * 900) for n, t in enumerate(true))))
    assert seconds(table) == [round(value, 3) for value in true]
