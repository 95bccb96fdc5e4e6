"""Calendars: what is taken, in which share of the weeks, over clock changes; and what is wrong."""

import builtins
import re
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import pytest

from cmmatch import Programme
from cmmatch.cli import run
from cmmatch.programme.calendar import parse_availability
from cmmatch.programme.ics import INSTALL, busy_share, reader_is_installed
from cmmatch.programme.ics_lines import CalendarProblem
from cmmatch.programme.loading import load

BERLIN = "Europe/Berlin"
MONDAY = date(2026, 10, 5)
"""Three weeks before Berlin leaves summer time, on 25 October 2026."""

extra = pytest.mark.skipif(not reader_is_installed(), reason="the extra 'calendar' is not there")


def calendar(*parts):
    """An .ics file of some entries, each the lines inside of its BEGIN and END."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN"]
    for k, part in enumerate(parts):
        name, *rest = part.split("\n")
        head = [f"BEGIN:{name}", f"UID:{k}", "DTSTAMP:20260101T000000Z"]
        lines += [*head, *(line.strip() for line in rest if line.strip()), f"END:{name}"]
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()


def event(start, *lines, zone=BERLIN):
    prefix = f";TZID={zone}" if zone else ""
    return "\n".join([f"VEVENT\nDTSTART{prefix}:{start}", *lines])


MEETING = event("20261006T100000", "DURATION:PT2H", "RRULE:FREQ=WEEKLY")


def taken(*parts, zone=BERLIN, weeks=6, first=MONDAY):
    """Quarter-hours that are taken in some week, as (text of the share) by quarter-hour."""
    share = busy_share(calendar(*parts), zone=zone, first_day=first, weeks=weeks)
    return {int(k): float(share[k]) for k in np.flatnonzero(share)}


def quarters(text, share=1.0):
    return dict.fromkeys(np.flatnonzero(parse_availability(text)).tolist(), share)


@extra
class TestWhatIsTaken:
    def test_a_weekly_event_keeps_its_local_time_over_the_change_of_clocks(self):
        weekly = event("20261006T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY")

        assert quarters("Tue 10:00-11:00") == taken(weekly)

    def test_an_event_of_another_zone_moves_with_its_own_clocks(self):
        """New York changes a week after Berlin: for one week the call is an hour earlier."""
        call = event("20261006T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY", zone="America/New_York")  # fmt: skip  # noqa: E501

        assert quarters("Tue 16:00-17:00", 5 / 6) | quarters("Tue 15:00-16:00", 1 / 6) == taken(
            call
        )

    def test_exceptions_and_ends_are_honoured(self):
        weekly = event(
            "20261006T100000",
            "DTEND;TZID=Europe/Berlin:20261006T103000",
            "RRULE:FREQ=WEEKLY;COUNT=4",
            "EXDATE;TZID=Europe/Berlin:20261013T100000",
        )

        assert quarters("Tue 10:00-10:30", 3 / 6) == taken(weekly)

    def test_times_without_a_zone_are_the_persons(self):
        floating = event("20261006T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY", zone="")

        assert quarters("Tue 10:00-11:00") == taken(floating, zone="Asia/Kathmandu")

    def test_whole_days_last_from_midnight_to_midnight(self):
        day = "VEVENT\nDTSTART;VALUE=DATE:20261006\nRRULE:FREQ=WEEKLY"

        assert quarters("Tue 00:00-24:00") == taken(day, zone="Asia/Kolkata")

    @pytest.mark.parametrize("line", ["TRANSP:TRANSPARENT", "STATUS:CANCELLED"])
    def test_what_takes_no_time_does_not_count(self, line):
        weekly = event("20261006T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY", line)

        assert {} == taken(weekly)

    def test_a_quarter_hour_taken_in_part_is_taken(self):
        short = event("20261006T101000", "DURATION:PT6M", "RRULE:FREQ=WEEKLY")

        assert quarters("Tue 10:00-10:30") == taken(short)

    def test_an_event_without_length_takes_nothing(self):
        assert {} == taken(event("20261006T100000", "DURATION:PT0S", "RRULE:FREQ=WEEKLY"))

    def test_events_beyond_the_programme_do_not_count(self):
        before = event("20260928T100000", "DURATION:PT1H")
        after = event("20261116T100000", "DURATION:PT1H")

        assert {} == taken(before, after)

    def test_events_over_the_edges_are_cut(self):
        long = event("20261004T120000", "DTEND;TZID=Europe/Berlin:20261117T120000")

        assert set(range(672)) == set(taken(long))
        assert {1.0} == set(taken(long).values())

    def test_free_busy_counts_over_the_weeks_that_it_covers(self):
        """Both forms of a period; two weeks of six are covered."""
        entry = (
            "VFREEBUSY\nDTSTART:20261005T000000Z\nDTEND:20261019T000000Z\n"
            "FREEBUSY;FBTYPE=BUSY:20261006T080000Z/20261006T090000Z,20261013T080000Z/PT1H\n"
            "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20261007T080000Z/PT30M\n"
            "FREEBUSY;FBTYPE=FREE:20261008T080000Z/PT1H"
        )

        assert quarters("Tue 10:00-11:00") | quarters("Wed 10:00-10:30", 1 / 2) == taken(entry)

    def test_free_busy_without_a_period_is_over_all_weeks(self):
        entry = "VFREEBUSY\nFREEBUSY:20261006T080000Z/PT1H"

        assert quarters("Tue 10:00-11:00", 1 / 6) == taken(entry)

    def test_free_busy_of_another_time_takes_nothing(self):
        entry = (
            "VFREEBUSY\nDTSTART:20250101T000000Z\nDTEND:20250201T000000Z\n"
            "FREEBUSY:20250106T080000Z/PT1H"
        )

        assert {} == taken(entry)

    @pytest.mark.parametrize("first", [date(2026, 10, 5), date(2026, 10, 8), date(2026, 10, 25)])
    @pytest.mark.parametrize("zone", [BERLIN, "Australia/Lord_Howe", "Pacific/Auckland"])
    def test_shares_agree_with_a_walk_through_every_quarter_hour(self, first, zone):
        weeks, begin = 4, datetime(2026, 10, 6, 21, 45, tzinfo=ZoneInfo("America/New_York"))
        weekly = event(
            "20261006T214500", "DURATION:PT200M", "RRULE:FREQ=WEEKLY", zone="America/New_York"
        )
        meetings = [(begin + timedelta(weeks=k)).astimezone(UTC) for k in range(10)]
        there, busy = np.zeros((2, weeks, 672))
        for quarter in range(-192, weeks * 672 + 192):
            moment = datetime(first.year, first.month, first.day, tzinfo=UTC)
            moment += timedelta(minutes=15 * quarter)
            local = moment.astimezone(ZoneInfo(zone))
            week = (local.date() - first).days // 7
            if 0 <= week < weeks:
                here = week, local.weekday() * 96 + local.hour * 4 + local.minute // 15
                there[here] = 1
                busy[here] = max(
                    busy[here],
                    any(
                        start - timedelta(minutes=15) < moment < start + timedelta(minutes=200)
                        for start in meetings
                    ),
                )

        share = busy_share(calendar(weekly), zone=zone, first_day=first, weeks=weeks)
        assert (busy.sum(axis=0) / there.sum(axis=0)).tolist() == share.tolist()


def explained(*parts):
    """An .ics file that says what the zone Mars/Phobos is: three hours ahead of UTC."""
    zone = (
        "BEGIN:VTIMEZONE|TZID:Mars/Phobos|BEGIN:STANDARD|DTSTART:19700101T000000|"
        "TZOFFSETFROM:+0300|TZOFFSETTO:+0300|END:STANDARD|END:VTIMEZONE|BEGIN:VEVENT"
    ).replace("|", "\r\n")
    return calendar(*parts).replace(b"BEGIN:VEVENT", zone.encode(), 1)


SECRET = "Visit to the oncologist"


@extra
class TestWhatIsRefused:
    """Every message tells where, and nothing of what the file says."""

    @pytest.mark.parametrize(
        ("content", "line", "said"),
        [
            # no calendar at all
            (b"", None, "must be a calendar"),
            (SECRET.encode(), 1, "must be a calendar"),
            # binary
            (b"\x00\xff" + SECRET.encode("utf-16"), 1, "must be a calendar"),
            # a line without a colon, in an entry and outside of any
            (calendar(event("20261006T100000", f"SUMMARY {SECRET}")), 8, "line 8 is not"),
            (calendar(event("20261006T100000")) + SECRET.encode(), 10, "line 10 is not"),
            # two such lines, one of them folded
            (
                calendar(event("20261006T100000", f"SUMMARY {SECRET}", "x", "A b")).replace(
                    b"\r\nx", b"\r\n x"
                ),
                8,
                "line 8, 10 are not",
            ),
            # an entry that does not end, and an end of nothing
            (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nEND:VCALENDAR\r\n", 3, "line 3 does not"),
            (b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", 2, "line 2 has none"),
            (calendar() + b"END:VCALENDAR\r\n", 5, "line 5 does not"),
            # values that say nothing
            (calendar(event("20261006T100000"), f"VEVENT\nDTSTART:{SECRET}"), 9, "entry 2 are not"),
            (calendar(event("20261006T100000", f"RRULE:FREQ={SECRET}")), 4, "entry 1 are not"),
            (calendar(event("20261006T100000", "RRULE:COUNT=3")), 4, "entry 1 are not"),
            (calendar(MEETING, f"VFREEBUSY\nFREEBUSY:{SECRET}/PT1H"), 11, "entry 2 are not"),
            # no start
            (calendar(f"VEVENT\nSUMMARY:{SECRET}"), 4, "entry 1 has not"),
        ],
    )
    def test_what_is_no_calendar_is_told_by_line_or_entry(self, content, line, said):
        with pytest.raises(CalendarProblem, match=said) as caught:
            busy_share(content, zone=BERLIN, first_day=MONDAY, weeks=2)

        assert ("calendar-unreadable", line) == (caught.value.code, caught.value.line)
        assert not {"oncologist", "Visit"} & set(re.split(r"\W", str(caught.value)))

    @pytest.mark.parametrize(
        ("rule", "weeks"),
        [
            ("FREQ=HOURLY", 2),
            ("FREQ=MINUTELY", 26),
            ("freq=secondly;COUNT=3", 2),
            # it would never go on
            ("FREQ=DAILY;INTERVAL=0", 2),
            # 24 times a day over 216 days
            (f"FREQ=DAILY;BYHOUR={','.join(map(str, range(24)))}", 30),
        ],
    )
    def test_what_is_repeated_too_often_is_found_before_it_is_expanded(
        self, rule, weeks, monkeypatch
    ):
        def expanded(*_):
            raise AssertionError

        monkeypatch.setattr("cmmatch.programme.ics._sources", expanded)
        content = calendar(MEETING, event("20261006T100000", "DURATION:PT1H", f"RRULE:{rule}"))

        with pytest.raises(CalendarProblem, match="entry 2") as caught:
            busy_share(content, zone=BERLIN, first_day=MONDAY, weeks=weeks)
        assert ("calendar-repeats-too-often", 16) == (caught.value.code, caught.value.line)

    def test_as_many_times_a_day_as_can_be_counted_are_read(self):
        often = event(
            "20261006T000000", "DURATION:PT1M", f"RRULE:FREQ=DAILY;BYHOUR={','.join('0123456789')}"
        )

        assert 70 == len(taken(often, weeks=26))

    def test_a_zone_that_nobody_knows_is_refused_also_after_a_file_that_explains_it(self):
        call = event("20261006T100000", "DURATION:PT1H", zone="Mars/Phobos")
        share = busy_share(explained(call), zone=BERLIN, first_day=MONDAY, weeks=2)

        assert set(quarters("Tue 09:00-10:00")) == set(np.flatnonzero(share))
        with pytest.raises(CalendarProblem, match="entry 2 are not") as caught:
            taken(MEETING, call)
        assert ("calendar-zone-unknown", 14) == (caught.value.code, caught.value.line)
        assert "Phobos" not in str(caught.value) + caught.value.remedy

    def test_a_zone_that_cannot_be_read_is_no_fault_of_an_entry(self):
        broken = explained(MEETING).replace(b"TZOFFSETTO:+0300", b"TZOFFSETTO:" + SECRET.encode())

        with pytest.raises(CalendarProblem, match="beside its entries") as caught:
            busy_share(broken, zone=BERLIN, first_day=MONDAY, weeks=2)
        assert caught.value.line is None

    def test_zones_by_their_name_in_windows_are_known(self):
        call = event("20261006T100000", "DURATION:PT1H", zone="W. Europe Standard Time")

        assert quarters("Tue 10:00-11:00", 1 / 6) == taken(call)

    @pytest.mark.parametrize(
        "part",
        [
            event("20261006T100000", "DTEND;TZID=Europe/Berlin:20261006T090000"),
            event("20261006T100000", "DURATION:-PT1H"),
            "VFREEBUSY\nDTSTART:20261019T000000Z\nDTEND:20261005T000000Z",
        ],
    )
    def test_an_entry_that_ends_before_it_starts_is_refused(self, part):
        with pytest.raises(CalendarProblem, match="no end before it; entry 2 has not"):
            taken(MEETING, part)

    def test_nothing_of_a_calendar_reaches_the_screen_json_or_the_sheet(self, tmp_path, capsys):
        files = {
            "A1.ics": calendar(event("20261006T100000", f"SUMMARY {SECRET}")),
            "E1.ics": b"\x00" + SECRET.encode(),
        }
        home = folder(tmp_path / "in", files, mentees="id,timezone\nE1,Europe/Berlin\n")
        sheet = tmp_path / "faults.csv"
        codes, told = [], []
        for options in ([], ["--json"], ["--faults", str(sheet)]):
            codes.append(run(["check", str(home), *options]))
            told.append("".join(capsys.readouterr()))
        told.append(sheet.read_text(encoding="utf-8"))

        assert [3, 3, 3] == codes
        assert all("oncologist" not in each and "SUMMARY" not in each for each in told)
        assert "calendars/A1.ics, line 8: Every line must be iCalendar" in " ".join(told[0].split())
        assert "calendars/E1.ics, line 1: The file must be a calendar" in " ".join(told[0].split())


def folder(
    path,
    files,
    mentors="id,timezone\nA1,Europe/Berlin\n",
    settings="",
    starts=True,
    mentees="id\nE1\n",
):
    path.mkdir(exist_ok=True)
    first = "starts = 2026-10-05\nweeks = 6\n" if starts else ""
    (path / "programme.toml").write_text(
        f'[programme]\n{first}[files]\ncalendars = "calendars"\n{settings}', encoding="utf-8"
    )
    (path / "mentors.csv").write_text(mentors, encoding="utf-8")
    (path / "mentees.csv").write_text(mentees, encoding="utf-8")
    (path / "calendars").mkdir(exist_ok=True)
    for name, content in files.items():
        (path / "calendars" / name).write_bytes(content)
    return path


@extra
class TestPeople:
    def test_the_calendar_is_taken_from_the_free_time_given(self, tmp_path):
        mentors = "id,timezone,availability\nA1,Europe/Berlin,Tue 09:00-13:00\n"
        made = Programme.from_files(folder(tmp_path, {"A1.ics": calendar(MEETING)}, mentors))

        assert (
            parse_availability("Tue 09:00-10:00; Tue 12:00-13:00").tolist()
            == made.mentors.free[0].tolist()
        )

    def test_or_from_working_hours_where_none_is_given(self, tmp_path):
        made = Programme.from_files(folder(tmp_path, {"A1.ics": calendar(MEETING)}))

        assert made.mentors.free_known[0]
        assert 38.0 == made.mentors.free[0].sum() / 4
        assert not made.mentees.free_known[0]

    def test_working_hours_are_a_setting(self, tmp_path):
        settings = '[availability]\nworking_hours = "Tue 11:00-13:00"\n'
        made = Programme.from_files(
            folder(tmp_path, {"A1.ics": calendar(MEETING)}, settings=settings)
        )

        assert parse_availability("Tue 12:00-13:00").tolist() == made.mentors.free[0].tolist()

    @pytest.mark.parametrize(("count", "hours"), [(2, 40.0), (3, 38.0)])
    def test_time_is_gone_when_taken_in_half_of_the_weeks(self, tmp_path, count, hours):
        some = event("20261006T100000", "DURATION:PT2H", f"RRULE:FREQ=WEEKLY;COUNT={count}")
        made = Programme.from_files(folder(tmp_path, {"A1.ics": calendar(some)}))

        assert hours == made.mentors.free[0].sum() / 4

    def test_the_files_are_listed_and_found_by_e_mail_too(self, tmp_path):
        mentors = "id,email,timezone\nA1,ada@example.org,Europe/Berlin\n"
        made = Programme.from_files(
            folder(tmp_path, {"Ada@Example.org.ICS": calendar(MEETING)}, mentors)
        )

        assert made.mentors.free_known[0]
        assert "calendars/Ada@Example.org.ICS" in [each.name for each in made.inputs]

    def test_faults_are_all_reported_by_code(self, tmp_path):
        mentors = "id,email,timezone\nA1,a@b.c,Europe/Berlin\nA2,,\nA3,,Asia/Tokyo\n"
        files = {
            "A1.ics": calendar(MEETING),
            "a@b.c.ics": calendar(MEETING),
            "A2.ics": calendar(MEETING),
            "A3.ics": b"hello",
            "A4.ics": calendar(MEETING),
        }
        loaded = load(folder(tmp_path, files, mentors))

        assert [
            ("calendars/A2.ics", "calendar-without-zone"),
            ("calendars/A3.ics", "calendar-unreadable"),
            ("calendars/A4.ics", "calendar-person-unknown"),
            ("calendars/a@b.c.ics", "calendar-person-twice"),
        ] == [(fault.table, fault.code) for fault in loaded.faults.faults]

    def test_nothing_left_is_noted(self, tmp_path):
        always = event("20261004T000000", "DTEND;TZID=Europe/Berlin:20261201T000000")
        loaded = load(folder(tmp_path, {"A1.ics": calendar(always)}))

        assert ["calendar-never-free"] == [note.code for note in loaded.faults]
        assert loaded.programme.mentors.free_known[0]


def test_a_programme_without_a_first_day_cannot_use_calendars(tmp_path):
    loaded = load(folder(tmp_path, {"A1.ics": calendar(MEETING)}, starts=False))

    assert ["calendars-without-start"] == [fault.code for fault in loaded.faults.faults]


def test_a_folder_that_is_not_there_or_empty_is_a_fault(tmp_path):
    loaded = load(folder(tmp_path, {}))

    assert [("file-missing", "files.calendars")] == [
        (fault.code, fault.column) for fault in loaded.faults
    ]


def test_without_the_extra_the_fault_says_what_to_install(tmp_path, monkeypatch):
    own = builtins.__import__

    def refuse(name, *rest, **more):
        if name.startswith(("icalendar", "recurring_ical_events")):
            raise ImportError(name)
        return own(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", refuse)
    (fault,) = load(folder(tmp_path, {"A1.ics": calendar(MEETING)})).faults

    assert "calendar-extra-missing" == fault.code
    assert INSTALL in fault.remedy


@extra
def test_a_zone_or_a_first_day_that_has_a_fault_is_not_said_to_be_missing(tmp_path):
    files = {"A1.ics": calendar(MEETING)}
    cell = load(folder(tmp_path / "a", files, "id,timezone\nA1,Berlin\n"))
    home = folder(tmp_path / "b", files, starts=False)
    (home / "programme.toml").write_text(
        '[programme]\nstarts = "soon"\n[files]\ncalendars = "calendars"\n', encoding="utf-8"
    )

    assert ["timezone-unknown"] == [fault.code for fault in cell.faults]
    assert ["setting-type"] == [fault.code for fault in load(home).faults]
