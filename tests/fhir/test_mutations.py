"""Whatever another system sends, an import ends with a report: no entry is half imported, and nothing falls over."""

import io
import json
import os
from collections import Counter
from contextlib import redirect_stderr
from copy import deepcopy

import pytest
from django.core.management import call_command
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from carecoord.fhir.models import ImportedResource
from careplans.models import AdditionalPlan
from neighbourhoods.models import Resident
from tests.fhir.conftest import DISCHARGE

pytestmark = pytest.mark.django_db

THOROUGH = bool(os.environ.get("CARECOORD_THOROUGH"))
LISTED = ("CarePlan", "CareTeam", "Goal", "Organization", "Patient", "Practitioner")

WRONG = st.sampled_from(
    [
        None, True, False, 0, -1, 1e400, 10**30, "", " ", "x" * 5000, "\u0000", "\ud800", "\u202e", "0000-00-00",
        "2020-02-30", "2020-02-02T99:99", "9999-12-31", "0001", "2020-02-02T10:00:00Z", [], {}, [[]], [None], [{}],
        ["x"], [5], {"x": 1}, {"reference": "Patient/ken"}, {"reference": "#team"}, {"reference": ["Patient/ken"]},
        "Patient", "Bundle", "CarePlan", "#team", "http://other.example/Patient/ken", "urn:uuid:", "urn:oid:1.2.3",
        "Patient?identifier=|", "Patient?identifier=a|b", "active", "completed", "entered-in-error", "official",
    ]
)  # fmt: skip
SEED = st.integers(min_value=0, max_value=10**6)
MUTATION = st.tuples(st.sampled_from(["drop", "replace", "wrap", "unwrap", "twice", "rename"]), SEED, WRONG)


def places(value, path=()):
    """Every place of a document, as the container and the key in it."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, one in list(inner):
        yield value, key
        yield from places(one)


def mutate(document, kind, seed, wrong):
    found = list(places(document["entry"]))
    if not found:
        return
    container, key = found[seed % len(found)]
    wrong = deepcopy(wrong)  # put into itself by a later change, it would have no end
    one = container[key]
    if kind == "drop":
        del container[key]
    elif kind == "wrap":
        container[key] = [one]
    elif kind == "unwrap":
        container[key] = one[0] if isinstance(one, list) and one else wrong
    elif kind == "twice":
        container[key] = [one, one]
    elif kind == "rename" and isinstance(container, dict):
        container[f"{key}x"] = container.pop(key)
    else:
        container[key] = json.loads(json.dumps(wrong))


def run(file):
    out, err, code = io.StringIO(), io.StringIO(), 0
    try:
        with redirect_stderr(io.StringIO()):
            call_command("import_fhir", str(file), stdout=out, stderr=err)
    except SystemExit as ending:
        code = ending.code
    return code, out.getvalue(), err.getvalue()


def counted(out, what):
    """`new: 1 Goal, 2 Patient` as numbers by type."""
    line = next((line for line in out.splitlines() if line.startswith(f"{what}: ")), f"{what}: ")
    pairs = (pair.split(" ", 1) for pair in line.removeprefix(f"{what}: ").split(", ") if pair)
    return Counter({kind: int(number) for number, kind in pairs if kind in LISTED})


def check_rows(out):
    """What the report says is new is there; of what it refuses there is nothing, not even a name."""
    new = counted(out, "new")
    named = ImportedResource.objects.exclude(fingerprint="").exclude(resource_id__contains="#")
    assert Counter(named.filter(resource_type__in=LISTED).values_list("resource_type", flat=True)) == new
    assert AdditionalPlan.objects.count() == new["CarePlan"]
    inside = ImportedResource.objects.filter(resource_type__endswith=".Patient").count()
    assert Resident.objects.count() == new["Patient"] + inside


@pytest.mark.deeper
@settings(
    max_examples=500 if THOROUGH else 25,
    deadline=None,
    derandomize=not THOROUGH,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(mutations=st.lists(MUTATION, min_size=1, max_size=4))
def test_a_bundle_spoiled_at_random_ends_in_a_report_and_leaves_nothing_half_done(world, tmp_path, mutations):
    document = json.loads(DISCHARGE.read_text())
    for mutation in mutations:
        mutate(document, *mutation)
    file = tmp_path / "spoiled.json"
    file.write_text(json.dumps(document))
    with transaction.atomic():
        code, out, err = run(file)
        assert code == (0 if "refused: 0" in out.splitlines() and "nothing was imported" not in err else 1)
        assert "refused: " in out
        assert "Traceback" not in out + err
        check_rows(out)
        transaction.set_rollback(True)
