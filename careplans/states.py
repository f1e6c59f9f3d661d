"""States of plans, goals and actions (domain.md 3.3 and 3.6), as data."""

from carecoord.moves import Move, Side, State, StateTable

_ACTION_OPEN = ("not_started", "scheduled", "in_progress", "on_hold")
_ACTION_ENDED = ("completed", "cancelled", "stopped")

ACTION = StateTable(
    kind="action",
    states=(
        State("not_started", "Not started", Side.GIVER, Side.GIVER, said="has not been started"),
        State("scheduled", "Scheduled", Side.GIVER, Side.GIVER),
        State("in_progress", "In progress", Side.GIVER, Side.GIVER),
        State("on_hold", "On hold", Side.GIVER, Side.GIVER),
        State("completed", "Completed", said="has been completed"),
        State("cancelled", "Cancelled", said="was cancelled"),
        State("stopped", "Stopped", said="was stopped"),
        State("entered_in_error", "Entered in error", said="was entered in error"),
    ),
    moves=(
        Move("schedule", frozenset(_ACTION_OPEN) - {"scheduled"}, "scheduled", Side.GIVER),
        Move("start", frozenset(_ACTION_OPEN) - {"in_progress"}, "in_progress", Side.GIVER),
        Move("hold", frozenset(_ACTION_OPEN) - {"on_hold"}, "on_hold", Side.GIVER, said="put it on hold"),
        Move(
            "reset",
            frozenset(_ACTION_OPEN) - {"not_started"},
            "not_started",
            Side.GIVER,
            said="set it back to not started",
        ),
        Move("complete", frozenset(_ACTION_OPEN), "completed", Side.GIVER),
        Move("cancel", frozenset(_ACTION_OPEN), "cancelled", Side.GIVER),
        Move("stop", frozenset(_ACTION_OPEN), "stopped", Side.GIVER),
        Move(
            "enter_in_error",
            frozenset(_ACTION_ENDED),
            "entered_in_error",
            Side.GIVER,
            said="mark it as entered in error",
        ),
    ),
)

PLAN = StateTable(
    kind="plan",
    states=(
        State("draft", "Draft", said="is a draft"),
        State("active", "Active"),
        State("on_hold", "On hold"),
        State("completed", "Completed", said="has been completed"),
        State("revoked", "Revoked", said="was revoked"),
        State("entered_in_error", "Entered in error", said="was entered in error"),
    ),
    moves=(
        Move("activate", frozenset({"draft"}), "active"),
        Move("hold", frozenset({"active"}), "on_hold", said="put it on hold"),
        Move("resume", frozenset({"on_hold"}), "active"),
        Move("complete", frozenset({"active", "on_hold"}), "completed"),
        Move("revoke", frozenset({"active", "on_hold"}), "revoked"),
        Move(
            "enter_in_error",
            frozenset({"draft", "active", "on_hold", "completed", "revoked"}),
            "entered_in_error",
            said="mark it as entered in error",
        ),
    ),
)
PLAN_ENDED = frozenset({"completed", "revoked", "entered_in_error"})

_STAGE_LIVE = ("planned", "active")

STAGE = StateTable(
    kind="step",
    states=(
        State("planned", "Planned"),
        State("active", "In progress"),
        State("completed", "Reached", said="has been reached"),
        State("cancelled", "Left out", said="was left out"),
        State("entered_in_error", "Entered in error", said="was entered in error"),
    ),
    moves=(
        Move("start", frozenset({"planned"}), "active"),
        Move("complete", frozenset(_STAGE_LIVE), "completed"),
        Move("cancel", frozenset(_STAGE_LIVE), "cancelled", said="leave it out"),
        Move("resume", frozenset({"completed", "cancelled"}), "active"),
        Move(
            "enter_in_error",
            frozenset((*_STAGE_LIVE, "completed", "cancelled")),
            "entered_in_error",
            said="mark it as entered in error",
        ),
    ),
)
STAGE_ENDED = frozenset({"completed", "cancelled", "entered_in_error"})

OPTION = StateTable(
    kind="option",
    states=(
        State("offered", "Offered"),
        State("chosen", "Chosen", said="was chosen"),
        State("declined", "Declined", said="was declined"),
        State("entered_in_error", "Entered in error", said="was entered in error"),
    ),
    moves=(
        Move("choose", frozenset({"offered", "declined"}), "chosen"),
        Move("decline", frozenset({"offered", "chosen"}), "declined"),
        Move(
            "enter_in_error",
            frozenset({"offered", "chosen", "declined"}),
            "entered_in_error",
            said="mark it as entered in error",
        ),
    ),
)

NEED = StateTable(
    kind="need",
    states=(
        State("current", "Holds now"),
        State("ended", "Holds no more", said="holds no more"),
        State("entered_in_error", "Entered in error", said="was entered in error"),
    ),
    moves=(
        Move("end", frozenset({"current"}), "ended", said="say that it holds no more"),
        Move("renew", frozenset({"ended"}), "current", said="say that it holds again"),
        Move(
            "enter_in_error",
            frozenset({"current", "ended"}),
            "entered_in_error",
            said="mark it as entered in error",
        ),
    ),
)

_GOAL_LIVE = ("proposed", "planned", "accepted", "active", "on_hold")

GOAL = StateTable(
    kind="goal",
    states=(
        State("proposed", "Proposed", said="is only proposed"),
        State("planned", "Planned"),
        State("accepted", "Accepted", said="has been accepted"),
        State("active", "In progress"),
        State("on_hold", "On hold"),
        State("completed", "Reached", said="has been reached"),
        State("cancelled", "Cancelled", said="was cancelled"),
        State("rejected", "Rejected", said="was rejected"),
        State("entered_in_error", "Entered in error", said="was entered in error"),
    ),
    moves=(
        Move("plan", frozenset({"proposed"}), "planned"),
        Move("accept", frozenset({"proposed", "planned"}), "accepted"),
        Move("reject", frozenset({"proposed", "planned"}), "rejected"),
        Move("start", frozenset({"proposed", "planned", "accepted"}), "active"),
        Move("hold", frozenset({"active"}), "on_hold", said="put it on hold"),
        Move("resume", frozenset({"on_hold"}), "active"),
        Move("complete", frozenset({"accepted", "active", "on_hold"}), "completed"),
        Move("cancel", frozenset(_GOAL_LIVE), "cancelled"),
        Move(
            "enter_in_error",
            frozenset((*_GOAL_LIVE, "completed", "cancelled", "rejected")),
            "entered_in_error",
            said="mark it as entered in error",
        ),
    ),
)
