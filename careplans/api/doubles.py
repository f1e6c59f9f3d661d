"""Actions of two organisations that look much alike, and that both are right."""

from typing import Any
from uuid import UUID

from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.problems import not_found
from careplans.api.double_shapes import BothRightSaid, DoublesShape
from careplans.doubles import Double, doubles_of, with_what_is_right
from careplans.feeds import open_actions_of
from careplans.models import Action
from careplans.services import say_both_right, withdraw_both_right
from neighbourhoods.api.endpoint import Endpoint


class Doubles(Endpoint):
    shape = DoublesShape

    @operation("Read what others plan that looks like an action", answer=DoublesShape)
    def get(self, _request: object, action_id: UUID) -> Response:
        """Open actions of other organisations for the same goal or in the same words, due within two weeks of it."""
        action = self._action(action_id)
        audit.looked("action.viewed", by=self.by, resident_id=action.resident_id, about=("action", action.id))
        return self._told(action)

    @operation(
        "Say that both are right",
        answer=DoublesShape,
        body=BothRightSaid,
        problems=(403, 404, 422),
        examples={"both": {"beside": "0190a000-0000-7000-8000-000000000044", "both_right": True, "reason": "Two eyes"}},
    )
    def post(self, _request: object, action_id: UUID) -> Response:
        """For who answers for one of the two. Holds until one of them has another day or other words."""
        which = {"action_id": action_id, "beside_id": self.given["beside"]}
        if self.given["both_right"]:
            say_both_right(by=self.by, **which, reason=self.given.get("reason", ""))
        else:
            withdraw_both_right(by=self.by, **which)
        return self._told(self._action(action_id))

    def _action(self, action_id: UUID) -> Action:
        action = Action.objects.visible_to(self.by).filter(id=action_id).first()
        if action is None:
            raise not_found()
        return action

    def _told(self, action: Action) -> Response:
        alike = [one for one in doubles_of(open_actions_of(self.by, action.resident_id)) if one.other(action)]
        doubles = [_double(one, action) for one in with_what_is_right(self.by, alike)]
        return Response({"action": action.id, "doubles": doubles})


def _double(double: Double, action: Action) -> dict[str, Any]:
    other, right = double.other(action), double.right
    said = right and {
        "reason": right.reason,
        "said_at": right.said_at,
        "said_by": right.written_by.user.name if right.written_by else right.written_by_name,
    }
    return {
        "beside": other and other.id,
        "accountable_team": other and other.accountable_team_id,
        "title": other and other.title,
        "due_on": other and other.due_on,
        "because": double.because,
        "both_right": said or None,
    }
