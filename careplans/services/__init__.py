"""Every write of this app: one function per verb."""

from careplans.services.actions import assign_action, change_action, create_action, move_action
from careplans.services.additional import (
    add_additional_plan,
    change_additional_plan,
    enter_additional_plan_in_error,
)
from careplans.services.attachments import add_attachment, enter_attachment_in_error
from careplans.services.clashes import Clash, set_aside
from careplans.services.doubles import NO_PAIR, note_doubles, say_both_right, withdraw_both_right
from careplans.services.drafts import Slot, discard_draft, draft_in, end_draft, is_asked, keep_draft
from careplans.services.following import follow_action, follow_goal, link_action
from careplans.services.goals import add_goal, change_goal, move_goal
from careplans.services.meetings import Answer, hold_review
from careplans.services.needs import add_need, change_need, move_need
from careplans.services.options import decide_option, offer_option
from careplans.services.plans import agree_plan, create_plan, fund_plan, missing_for_activation, move_plan, set_review
from careplans.services.sections import AskedAnew, enter_wording_in_error, write_section
from careplans.services.sharing import share_with_carers
from careplans.services.stages import add_stage, change_stage, enter_outcome_in_error, move_stage, report_outcome
from careplans.services.transfers import sort_action, transfer_action

__all__ = [
    "NO_PAIR",
    "Answer",
    "AskedAnew",
    "Clash",
    "Slot",
    "add_additional_plan",
    "add_attachment",
    "add_goal",
    "add_need",
    "add_stage",
    "agree_plan",
    "assign_action",
    "change_action",
    "change_additional_plan",
    "change_goal",
    "change_need",
    "change_stage",
    "create_action",
    "create_plan",
    "decide_option",
    "discard_draft",
    "draft_in",
    "end_draft",
    "enter_additional_plan_in_error",
    "enter_attachment_in_error",
    "enter_outcome_in_error",
    "enter_wording_in_error",
    "follow_action",
    "follow_goal",
    "fund_plan",
    "hold_review",
    "is_asked",
    "keep_draft",
    "link_action",
    "missing_for_activation",
    "move_action",
    "move_goal",
    "move_need",
    "move_plan",
    "move_stage",
    "note_doubles",
    "offer_option",
    "report_outcome",
    "say_both_right",
    "set_aside",
    "set_review",
    "share_with_carers",
    "sort_action",
    "transfer_action",
    "withdraw_both_right",
    "write_section",
]
