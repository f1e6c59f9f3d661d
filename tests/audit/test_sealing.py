"""The seals of the audit, where transactions really commit: what was changed afterwards is found and named.

Whoever changes it is the owner of the tables with the trigger off: no run-time role could. Each change is made within a
transaction that is taken back.
"""

from contextlib import contextmanager
from io import StringIO

import pytest
from django.core.management import call_command
from django.db import ProgrammingError, connection, transaction

from carecoord import audit
from carecoord.audit import sealing
from carecoord.audit.heads import export_head, read_heads
from carecoord.audit.models import AuditEntry, SealedBatch
from carecoord.audit.sealing import head, seal
from carecoord.audit.state import audit_state
from carecoord.audit.verifying import verify
from neighbourhoods.gate import acting_as
from tests.races import beside, somebody_waits_for_us

pytestmark = pytest.mark.running


def looked(world, times=1):
    """Entries that are committed, in the order of their turns."""
    made = []
    for _ in range(times):
        with acting_as(world.nurse):
            made.append(audit.looked("resident.viewed", by=world.nurse, resident_id=world.sheila.id).id)
    return made


IN_EARNEST = sealing.HORIZON
# In place of the end of every transaction on the server: tests of other processes write to databases of their own.
OF_THIS_DATABASE = """coalesce((
    SELECT min(l.transactionid::text::bigint) FROM pg_locks l JOIN pg_stat_activity a USING (pid)
    WHERE l.locktype = 'transactionid' AND l.granted AND l.mode = 'ExclusiveLock'
      AND a.datid = (SELECT oid FROM pg_database WHERE datname = current_database())
  ), pg_snapshot_xmax(pg_current_snapshot())::text::bigint)"""


@pytest.fixture(scope="module", autouse=True)
def alone_on_the_server():
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sealing, "HORIZON", OF_THIS_DATABASE)
        yield


def sealed():
    """Everything that is committed."""
    seal()
    assert audit_state().unsealed == 0


def run(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else cursor.rowcount


def as_role(role, statement):
    with transaction.atomic():
        run("SELECT set_config('role', %s, true)", role)
        run(statement)


@contextmanager
def as_the_owner():
    """Changes that nobody can make but the owner, for the length of the block."""
    with transaction.atomic():
        for table in ("audit_auditentry", "audit_sealedbatch"):
            run(f'ALTER TABLE "{table}" DISABLE TRIGGER append_only')
        yield
        transaction.set_rollback(True)


def told(exported=()):
    return [fault.sentence for fault in verify(exported).faults]


@pytest.fixture(scope="module")
def place(running_world):
    running_world.sheila = running_world.resident()
    return running_world


@pytest.fixture
def tail(place):
    """Two looks that the last seal closes: their ids, and its number."""
    sealed()
    made = looked(place, 2)
    sealed()
    return made, head().number


@pytest.fixture(scope="module")
def looks(place):
    """Six looks, sealed by twos: their ids, and the numbers of their seals. What tests change is taken back."""
    sealed()
    first, made = head().number, []
    for _ in range(3):
        made += looked(place, 2)
        sealed()
    return made, [first + 1, first + 2, first + 3]


def test_what_is_committed_is_sealed_and_found_as_it_was(place):
    sealed()
    before = head()
    looked(place, 3)
    sealed()
    after, report = head(), verify()
    assert after.number == before.number + 1
    batch = SealedBatch.objects.get(number=after.number)
    assert (batch.count, len(batch.rows), bytes(batch.previous)) == (3, 96, before.mac)
    assert (report.faults, report.unsealed, report.sealed) == ([], 0, AuditEntry.objects.count())


def test_sealing_where_nothing_was_written_makes_no_seal(place):
    sealed()
    before = head()
    assert seal() == 0
    assert head() == before


def test_an_altered_entry_is_named(place, looks):
    made, seals = looks
    with as_the_owner():
        run("UPDATE audit_auditentry SET reason = 'Something else' WHERE id = %s", made[2])
        assert told() == [f"Entry {made[2]} of seal {seals[1]} has been altered."]
    assert told() == []


def test_no_column_of_an_entry_can_be_altered_unseen(looks):
    """Each is set to something else of its kind."""
    others = {"at": "at + interval '1 microsecond'", "detail": "'{\"a\": 1}'", "address": "'192.0.2.9'"}
    columns = [field.column for field in AuditEntry._meta.concrete_fields if not field.primary_key]
    assert len(columns) == 16
    for column in columns:
        other = others.get(column, "app.new_id()" if column.endswith("_id") else "'x'")
        with as_the_owner():
            run(f"UPDATE audit_auditentry SET {column} = {other} WHERE id = %s", looks[0][3])
            assert told() == [f"Entry {looks[0][3]} of seal {looks[1][1]} has been altered."], column


def test_a_removed_entry_is_named(place, looks):
    made, seals = looks
    with as_the_owner():
        run("DELETE FROM audit_auditentry WHERE id = %s", made[3])
        assert told() == [f"Entry {made[3]} of seal {seals[1]} has been removed."]


def test_two_entries_that_have_changed_places_are_named(place, looks):
    made, seals = looks
    with as_the_owner():
        run(
            "UPDATE audit_auditentry a SET turn = b.turn FROM audit_auditentry b "
            "WHERE (a.id, b.id) IN ((%s, %s), (%s, %s))",
            made[2],
            made[3],
            made[3],
            made[2],
        )
        (fault,) = verify().faults
        assert fault.sentence in [f"Entry {one} of seal {seals[1]} stands elsewhere in the order." for one in made[2:4]]


@pytest.mark.parametrize("place_of", [0, 5])
def test_an_entry_that_was_put_into_another_seals_stretch_is_named(place, looks, place_of):
    made, seals = looks
    with as_the_owner():
        run(
            "UPDATE audit_auditentry a SET turn = b.turn FROM audit_auditentry b WHERE a.id = %s AND b.id = %s",
            made[2],
            made[place_of],
        )
        assert told() == [f"Entry {made[2]} of seal {seals[1]} stands elsewhere in the order."]


def test_an_entry_that_was_put_behind_everything_sealed_is_named(place, looks):
    made, seals = looks
    with as_the_owner():
        run("UPDATE audit_auditentry SET turn = turn + 1000000 WHERE id = %s", made[2])
        assert told() == [f"Entry {made[2]} of seal {seals[1]} stands elsewhere in the order."]
        assert verify().unsealed == 0


def test_an_entry_that_was_put_among_sealed_ones_is_named(place, looks):
    made, seals = looks
    with as_the_owner():
        forged = audit.looked("resident.viewed", by=place.nurse, resident_id=place.sheila.id).id
        run("UPDATE audit_auditentry SET turn = (SELECT turn FROM audit_auditentry WHERE id = %s) - 1 WHERE id = %s",
            made[3], forged)  # fmt: skip
        assert told() == [f"Entry {forged} was put among those of seal {seals[1]} afterwards."]


def test_a_missing_seal_is_named_and_not_each_of_its_entries(place, looks):
    _, seals = looks
    with as_the_owner():
        run("DELETE FROM audit_sealedbatch WHERE number = %s", seals[1])
        assert told() == [f"Seal {seals[1]} is missing."]


@pytest.mark.parametrize(
    "change", ["sealed_at = sealed_at + interval '1 day'", "rows = sha256(rows) || sha256(mac)", "mac = sha256(mac)"]
)
def test_a_seal_that_was_made_to_say_something_else_is_named(place, looks, change):
    _, seals = looks
    with as_the_owner():
        run(f"UPDATE audit_sealedbatch SET {change} WHERE number = %s", seals[2])
        assert f"Seal {seals[2]} has been altered." in told()


def test_without_the_key_nobody_seals_anew_what_they_have_altered(tail, settings):
    made, seal_number = tail
    with as_the_owner():
        run("UPDATE audit_auditentry SET reason = 'Something else' WHERE id = %s", made[0])
        key, settings.AUDIT_KEY = settings.AUDIT_KEY, "a key that somebody has made for themselves, long enough"
        seal_anew(seal_number)
        settings.AUDIT_KEY = key
        (fault,) = verify().faults
        assert fault.seal == seal_number
        assert fault.sentence.endswith("which is not given here.")


def seal_anew(number):
    """The last seal is made again, as its entries are now."""
    run("DELETE FROM audit_sealedbatch WHERE number = %s", number)
    seal()
    assert head().number == number


def test_a_tail_that_was_cut_off_is_seen_by_the_exported_head(tail, settings, tmp_path):
    made, number = tail
    settings.AUDIT_HEADS = tmp_path / "heads.log"
    export_head()
    exported = read_heads(settings.AUDIT_HEADS)
    assert [one.number for one in exported] == [number]
    assert told(exported) == []
    with as_the_owner():
        run("DELETE FROM audit_auditentry WHERE id = ANY (%s)", made)
        run("DELETE FROM audit_sealedbatch WHERE number = %s", number)
        assert told() == []
        assert told(exported) == [
            f"Seal {number}, exported at {exported[0].at}, is gone: "
            f"everything after seal {number - 1} has been cut off."
        ]


def test_a_tail_that_was_sealed_anew_is_not_the_one_exported(tail, settings, tmp_path):
    _, number = tail
    settings.AUDIT_HEADS = tmp_path / "heads.log"
    export_head()
    exported = read_heads(settings.AUDIT_HEADS)
    with as_the_owner():
        seal_anew(number)
        assert told() == []
        assert told(exported) == [f"Seal {number} is not the one exported at {exported[0].at}."]


def test_seals_of_a_former_key_are_verified_with_it_and_not_without(place, tail, settings):
    former, (_, number) = settings.AUDIT_KEY, tail
    looked(place)
    with as_the_owner():
        settings.AUDIT_KEY = "another key, made at random and long enough for a key"
        assert seal() == 1
        assert [fault.seal for fault in verify().faults] == list(range(1, number + 1))
        settings.AUDIT_FORMER_KEYS = (former,)
        assert told() == []
        settings.AUDIT_KEY, settings.AUDIT_FORMER_KEYS = former, ()
        assert [fault.seal for fault in verify().faults] == [number + 1]


def test_a_long_transaction_delays_what_came_after_it_and_breaks_no_order(place, monkeypatch):
    """Here as it is told in earnest."""
    sealed()
    last = head()
    with monkeypatch.context() as patch, transaction.atomic():
        patch.setattr(sealing, "HORIZON", IN_EARNEST)
        early = audit.looked("resident.viewed", by=place.nurse, resident_id=place.sheila.id).id
        late = beside(lambda: looked(place)).result(timeout=20)[0]
        seal()
        assert head() == last, "whoever began earlier could still come before it"
    sealed()
    assert told() == []
    order = run("SELECT id FROM audit_auditentry WHERE id IN (%s, %s) ORDER BY turn, id", early, late)
    assert order == [(early,), (late,)]


def test_two_who_seal_at_once_make_one_chain(place):
    looked(place, 4)
    with transaction.atomic():
        seal()
        assert beside(seal).result(timeout=20) == 0, "the other leaves it to us"
        assert not somebody_waits_for_us()
    for _ in range(3):
        looked(place, 2)
        for other in [beside(seal) for _ in range(3)]:
            other.result(timeout=20)
    sealed()
    numbers = list(SealedBatch.objects.order_by("number").values_list("number", flat=True))
    assert numbers == list(range(1, len(numbers) + 1))
    assert told() == []


def test_many_are_sealed_in_batches(place, monkeypatch):
    sealed()
    before = head().number
    monkeypatch.setattr(sealing, "MOST_IN_BATCH", 3)
    monkeypatch.setattr(sealing, "AT_ONCE", 2)
    looked(place, 8)
    sealed()
    counts = SealedBatch.objects.filter(number__gt=before).order_by("number").values_list("count", flat=True)
    assert (sum(counts), max(counts)) == (8, 3)
    assert told() == []


def test_entries_of_one_transaction_may_be_sealed_apart(place, monkeypatch):
    """A transaction may write more than one batch holds."""
    sealed()
    monkeypatch.setattr(sealing, "MOST_IN_BATCH", 2)
    with acting_as(place.nurse):
        audit.looked_each("resident.found_among_own", by=place.nurse, resident_ids=[place.sheila.id] * 5)
    sealed()
    assert told() == []


def test_without_a_key_nothing_is_sealed_and_the_log_says_so(place, settings, caplog):
    settings.AUDIT_KEY = ""
    looked(place)
    assert seal() == 0
    assert "the audit is not sealed: AUDIT_KEY is not set here" in caplog.text


def test_what_is_restored_into_a_server_with_lower_numbers_stands_before_what_is_written_there(place):
    """Its turns are higher than any that this server would give by itself."""
    sealed()
    with as_the_owner():
        run("UPDATE audit_sealedbatch SET until_turn = until_turn + 5000000 WHERE number = %s", head().number)
        run("UPDATE audit_auditentry SET turn = turn + 5000000")
        (highest,) = run("SELECT max(turn) FROM audit_auditentry")[0]
        assert seal() == 0, "nothing may be sealed before what is sealed"
        run("SELECT app.continue_audit()")
        made = audit.looked("resident.viewed", by=place.nurse, resident_id=place.sheila.id).id
        (turn,) = run("SELECT turn FROM audit_auditentry WHERE id = %s", made)[0]
        assert turn > highest
        run("SELECT app.continue_audit()")
        again = audit.looked("resident.viewed", by=place.nurse, resident_id=place.sheila.id).id
        assert run("SELECT turn FROM audit_auditentry WHERE id = %s", again)[0] == (turn,)


def test_a_server_that_goes_on_as_it_was_counts_on(place):
    before = run("SELECT app.audit_offset()")
    looked(place)
    run("SELECT app.continue_audit()")
    assert run("SELECT app.audit_offset()") == before == [(0,)]


@pytest.mark.parametrize("role", ["app_web", "app_system"])
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE audit_sealedbatch SET count = 0",
        "DELETE FROM audit_sealedbatch",
        "TRUNCATE audit_sealedbatch",
        "SELECT app.continue_audit()",
        "INSERT INTO audit_auditentry (id, at, kind, verb, actor_kind, actor_id, role, about_type, reason, detail, "
        "turn) VALUES (app.new_id(), now(), 'look', 'a.b', 'person', app.new_id(), '', '', '', '{}', 1)",
    ],
)
def test_no_run_time_role_changes_a_seal_or_chooses_its_place_in_the_order(place, role, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_role(role, statement)


@pytest.mark.parametrize(
    "statement", ["SELECT * FROM audit_sealedbatch", "INSERT INTO audit_sealedbatch (number) VALUES (1)"]
)
def test_the_webs_role_neither_reads_nor_writes_a_seal(place, statement):
    with pytest.raises(ProgrammingError, match="permission denied"):
        as_role("app_web", statement)


def test_the_workers_role_seals(place):
    sealed()
    looked(place)

    def by_the_worker():
        with transaction.atomic():
            run("SELECT set_config('role', 'app_system', true)")
            return seal()

    assert by_the_worker() == 1
    assert told() == []


def verified(*arguments):
    """What the command says, line by line, and how it ends."""
    out = StringIO()
    try:
        call_command("verify_audit", *arguments, stdout=out)
    except SystemExit as end:
        return out.getvalue().splitlines(), end.code
    return out.getvalue().splitlines(), 0


def test_the_command_says_which_and_ends_with_1(place, looks, settings, tmp_path):
    made, seals = looks
    settings.AUDIT_HEADS = tmp_path / "heads.log"
    export_head()
    lines, code = verified()
    assert (lines[-1], code) == ("Everything is as it was sealed.", 0)
    assert lines[1] == "1 exported heads compared."
    with as_the_owner():
        run("DELETE FROM audit_auditentry WHERE id = %s", made[0])
        lines, code = verified()
    assert (lines[0], code) == (f"Entry {made[0]} of seal {seals[0]} has been removed.", 1)
    assert lines[-1] == "Not as it was: 1."


def test_ig_30_verifying_the_log_is_itself_logged(looks):
    with transaction.atomic():
        verified()
        entry = AuditEntry.objects.filter(verb="audit.verified").latest("at")
        assert (entry.kind, entry.purpose, entry.detail["faults"]) == ("system", "information governance", 0)
        assert entry.detail["seals"] == head().number
        transaction.set_rollback(True)
