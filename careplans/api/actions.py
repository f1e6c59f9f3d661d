"""Actions: what teams have promised to do."""

from typing import Any
from uuid import UUID

from django.db import transaction
from django.urls import reverse
from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.paging import page_of
from carecoord.api.problems import not_found, refused
from carecoord.errors import RuleError
from carecoord.moves import Side
from careplans.api.action_shapes import ActionChange, ActionQuery, ActionShape, Completed, NewAction
from careplans.api.moving import verb_to
from careplans.models import Action
from careplans.models.actions import ActionQuerySet
from careplans.services import change_action, create_action, move_action
from careplans.states import ACTION
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.principal import Principal

ASSIGNED = "assigned_to__user"
FILTERS = {"resident": "resident_id", "team": "last_accountable_team_id", "status": "status"}
# Of whom the client sees, with a few actions each: fewer are read one by one.
FEW = 1_000
SAID = ("title", "detail", "due_on", "done_by", "strategies", "confidence", "review_on")
FACTS = {name: name for name in SAID} | {"assigned_to": "assigned_to_id"}


class Actions(Endpoint):
    shape = ActionShape

    @operation("List actions", page=ActionShape, query=ActionQuery)
    def get(self, _request: object) -> Response:
        """Actions of all teams for residents in relationship, ended ones too; the newest first."""
        filters = {column: self.asked[name] for name, column in FILTERS.items() if name in self.asked}
        rows = _shown(self.by).filter(self.own(FEW), **filters)
        page = page_of(rows, self.request, order=("-id",))
        if page.rows and (resident_id := self.asked.get("resident")):
            audit.looked("actions.listed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        elif page.rows:
            audit.looked("actions.listed", by=self.by, residents=sorted({row.resident_id for row in page.rows}))
        return self.page_with(page, ActionShape)

    @operation(
        "Add an action",
        answer=ActionShape,
        status=201,
        body=NewAction,
        problems=(404, 422),
        examples={
            "without a plan": {
                "resident": "0190a000-0000-7000-8000-000000000018",
                "title": "Ring about the walking frame",
                "due_on": "2027-01-08",
            }
        },
    )
    def post(self, _request: object) -> Response:
        """A team of the client answers for it. To ask another team for something, send a referral."""
        given, team_id = self.given, self.acting_team("accountable_team")
        try:
            action = create_action(
                by=self.by,
                resident_id=given["resident"],
                team_id=team_id,
                goal_id=given.get("goal"),
                care_plan_id=given.get("care_plan"),
                assigned_to_id=given.get("assigned_to"),
                **{name: given[name] for name in (*SAID, "status") if name in given},
            )
        except RuleError as problem:
            # The service names the field as the page has it.
            problem.field = "accountable_team" if problem.field == "team" else problem.field
            raise
        return self.one(_read(self.by, action), at=reverse("api:action", args=[action.id]))


class OneAction(Endpoint):
    shape = ActionShape

    @operation("Read an action", answer=ActionShape)
    def get(self, _request: object, action_id: UUID) -> Response:
        action = _shown(self.by).filter(id=action_id).first()
        if action is None:
            raise not_found()
        audit.looked("action.viewed", by=self.by, resident_id=action.resident_id, about=("action", action.id))
        return self.one(action)

    @operation(
        "Change or move an action",
        answer=ActionShape,
        body=ActionChange,
        problems=(403,),
        examples={"begun": {"status": "in_progress"}, "on hold": {"status": "on_hold", "reason": "Away until Monday"}},
    )
    def patch(self, _request: object, action_id: UUID) -> Response:
        """For its own team only. Names left out stay as they are.

        `status` moves it, where `allowed_actions` leads there; the team changes only by an accepted handover.
        """
        with transaction.atomic():
            action = _locked(self.by, action_id)
            self.require_match(action)
            self._refuse_giving(action)
            facts: dict[str, Any] = {
                column: self.given.get(name, getattr(action, column)) for name, column in FACTS.items()
            }
            action = change_action(by=self.by, action_id=action_id, version=action.version, **facts)
            if (target := self.given.get("status", action.status)) != action.status:
                verb, reason = verb_to(ACTION, action.status, target, {Side.GIVER}), self.given.get("reason", "")
                action = move_action(by=self.by, action_id=action_id, verb=verb, reason=reason)
        return self.one(_read(self.by, action))

    def _refuse_giving(self, action: Action) -> None:
        if self.given.get("accountable_team", action.accountable_team_id) != action.accountable_team_id:
            sentence = "An action passes to another team only by a handover that they accept."
            raise refused(422, "not_yours_to_give", sentence, errors={"accountable_team": [sentence]})


class CompleteAction(Endpoint):
    shape = ActionShape

    @operation(
        "Complete an action",
        answer=ActionShape,
        body=Completed,
        problems=(403, 404, 412, 422),
        examples={"with a word": {"reason": "The frame was delivered"}},
    )
    def post(self, _request: object, action_id: UUID) -> Response:
        """With its last reason a team's view of the record ends too, so the action may be 404 from here on."""
        if self.names_a_version:
            self.require_match(_locked(self.by, action_id))
        action = move_action(by=self.by, action_id=action_id, verb="complete", reason=self.given.get("reason", ""))
        return self.one(_read(self.by, action))


def _shown(by: Principal) -> ActionQuerySet:
    return Action.objects.visible_to(by).select_related(ASSIGNED)


def _locked(by: Principal, action_id: UUID) -> Action:
    action = Action.objects.select_for_update(of=("self",)).visible_to(by).filter(id=action_id).first()
    if action is None:
        raise not_found()
    return action


def _read(by: Principal, action: Action) -> Action:
    """As it is after the change; once it has ended its team may see no more of the resident than was handed to it."""
    return _shown(by).filter(id=action.id).first() or action
