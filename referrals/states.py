"""States of referrals (domain.md 3.1) and handovers (3.4): who is accountable in each, and who may make which move."""

from carecoord.moves import Move, Side, State, StateTable

REFERRAL = StateTable(
    kind="referral",
    states=(
        State("draft", "Draft", Side.GIVER, Side.GIVER),
        State("sent", "New", Side.GIVER, Side.RECEIVER),
        State("received", "Received", Side.GIVER, Side.RECEIVER),
        State("info_requested", "Waiting for information", Side.GIVER, Side.GIVER),
        State("accepted", "Accepted", Side.RECEIVER, Side.RECEIVER),
        State("rejected", "Declined", Side.GIVER, Side.GIVER),
        State("in_progress", "In progress", Side.RECEIVER, Side.RECEIVER),
        State("on_hold", "On hold", Side.RECEIVER, Side.RECEIVER),
        # Until the sender has read the outcome; then `closed` below, in which nobody is accountable.
        State("completed", "Outcome to read", Side.GIVER, Side.GIVER),
        State("failed", "Not possible", Side.GIVER, Side.GIVER),
        State("cancelled", "Cancelled"),
        State("entered_in_error", "Entered in error"),
    ),
    moves=(
        Move("send", frozenset({"draft"}), "sent", Side.GIVER),
        Move("receive", frozenset({"sent"}), "received", Side.RECEIVER),
        Move("request_information", frozenset({"received"}), "info_requested", Side.RECEIVER),
        Move("reply", frozenset({"info_requested"}), "received", Side.GIVER),
        Move("accept", frozenset({"sent", "received"}), "accepted", Side.RECEIVER),
        Move("undo_acceptance", frozenset({"accepted"}), "received", Side.RECEIVER),
        Move("decline", frozenset({"sent", "received", "info_requested"}), "rejected", Side.RECEIVER),
        Move("redirect", frozenset({"sent", "received", "info_requested"}), "cancelled", Side.RECEIVER),
        Move("reroute", frozenset({"rejected", "failed"}), "cancelled", Side.GIVER),
        Move("start", frozenset({"accepted"}), "in_progress", Side.RECEIVER),
        Move("hold", frozenset({"accepted", "in_progress"}), "on_hold", Side.RECEIVER),
        Move("resume", frozenset({"on_hold"}), "in_progress", Side.RECEIVER),
        Move("complete", frozenset({"accepted", "in_progress", "on_hold"}), "completed", Side.RECEIVER),
        Move("fail", frozenset({"accepted", "in_progress", "on_hold"}), "failed", Side.RECEIVER),
        Move("cancel", frozenset({"draft", "rejected", "failed"}), "cancelled", Side.GIVER),
        Move(
            "cancel",
            frozenset({"sent", "received", "info_requested", "accepted", "in_progress", "on_hold"}),
            "cancelled",
            Side.EITHER,
        ),
        Move("acknowledge_outcome", frozenset({"completed"}), "completed", Side.GIVER),
        Move(
            "enter_in_error",
            frozenset(
                {
                    "draft",
                    "sent",
                    "received",
                    "info_requested",
                    "accepted",
                    "rejected",
                    "in_progress",
                    "on_hold",
                    "completed",
                    "failed",
                    "cancelled",
                }
            ),
            "entered_in_error",
            Side.GIVER,
        ),
    ),
)

HANDOVER = StateTable(
    kind="handover",
    states=(
        State("draft", "Draft", Side.GIVER, Side.GIVER),
        State("offered", "Offered", Side.GIVER, Side.RECEIVER),
        State("accepted", "Accepted", Side.RECEIVER, Side.RECEIVER),
        State("declined", "Declined"),
        State("withdrawn", "Withdrawn"),
        State("closed", "Closed"),
        State("entered_in_error", "Entered in error"),
    ),
    moves=(
        Move("offer", frozenset({"draft"}), "offered", Side.GIVER),
        Move("accept", frozenset({"offered"}), "accepted", Side.RECEIVER),
        Move("decline", frozenset({"offered"}), "declined", Side.RECEIVER),
        Move("withdraw", frozenset({"draft", "offered"}), "withdrawn", Side.GIVER),
        Move("close", frozenset({"accepted"}), "closed", Side.RECEIVER),
        Move(
            "enter_in_error",
            frozenset({"draft", "offered", "accepted", "declined", "withdrawn", "closed"}),
            "entered_in_error",
            Side.GIVER,
        ),
    ),
)
