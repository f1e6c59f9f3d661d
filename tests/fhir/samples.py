"""Small resources of the project's own, as another system sends them."""


def patient(identity="p1", **facts):
    return {"resourceType": "Patient", "id": identity, "name": [{"family": "Test", "given": ["Ann"]}]} | facts


def plan(identity="c1", *, activity=(), **facts):
    return {
        "resourceType": "CarePlan",
        "id": identity,
        "status": "active",
        "intent": "plan",
        "title": "Wound care",
        "subject": {"reference": "Patient/p1"},
        "activity": list(activity),
    } | facts


def activity(text="Change the dressing", status="not-started", *, identity=None, **facts):
    own = {"id": identity} if identity else {}
    return own | {"detail": {"status": status, "code": {"text": text}} | facts}


def goal(identity="g1", text="Walk to the shop", status="active", **facts):
    return {
        "resourceType": "Goal",
        "id": identity,
        "lifecycleStatus": status,
        "description": {"text": text},
        "subject": {"reference": "Patient/p1"},
    } | facts


def doctor(identity="d1", name="Dr Good", **facts):
    return {"resourceType": "Practitioner", "id": identity, "name": [{"text": name}]} | facts


def member(reference="Practitioner/d1", role="Doctor", **facts):
    return {"member": {"reference": reference}, "role": [{"text": role}]} | facts


def team(*participants, identity="t1", **facts):
    return {
        "resourceType": "CareTeam",
        "id": identity,
        "status": "active",
        "subject": {"reference": "Patient/p1"},
        "participant": list(participants),
    } | facts
