import pytest
from django.urls import reverse
from careplans.services import create_action
from neighbourhoods.gate import acting_as
from datetime import date
pytestmark = pytest.mark.django_db
def test_smoke(world, signed_in, django_assert_max_num_queries):
    s = world.resident()
    with acting_as(world.nurse):
        create_action(by=world.nurse, resident_id=s.id, title="Ring oxygen", team_id=world.nursing.id, due_on=date(2020,1,1))
    c = signed_in("lead")
    for name, args in [("my_day",[]),("find",[]),("resident_new",[]),("resident_record",[s.id]),("resident_people",[s.id]),("resident_important",[s.id]),("resident_timeline",[s.id]),("resident_access",[s.id]),("resident_caseload",[s.id]),("caseload",[world.nursing.id]),("to_sort",[]),("help",[]),("accessibility",[]),("privacy_notice",[]),("contact_new",[s.id])]:
        try:
            r = c.get(reverse(name,args=args))
            print("OK" if r.status_code==200 else "BAD", name, r.status_code, len(r.content))
        except Exception as e:
            import traceback
            tb=traceback.extract_tb(e.__traceback__)
            print("FAIL", name, type(e).__name__, str(e)[:300], [f"{f.filename[-40:]}:{f.lineno}" for f in tb if "/work/main/" in f.filename and ".venv" not in f.filename][-4:])
    assert 0
