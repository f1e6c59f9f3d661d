"""States of referrals (domain.md 3.1) and handovers (3.4): who is accountable in each, and who may make which move."""

from carecoord.moves import Move, Side, State, StateTable

REFERRAL = StateTable(
    kind="referral",
    states=(
        State("draft", "Draft", Side.GIVER, Side.GIVER, said="is a draft"),
        State("sent", "New", Side.GIVER, Side.RECEIVER),
        State("received", "Received", Side.GIVER, Side.RECEIVER, said="has been received"),
        State("info_requested", "Waiting for information", Side.GIVER, Side.GIVER, said="waits for information"),
        State("accepted", "Accepted", Side.RECEIVER, Side.RECEIVER, said="has been accepted"),
        State("rejected", "Declined", Side.GIVER, Side.GIVER, said="was declined"),
        State("in_progress", "In progress", Side.RECEIVER, Side.RECEIVER),
        State("on_hold", "On hold", Side.RECEIVER, Side.RECEIVER),
        # Until the sender has read the outcome; then `closed` below, in which nobody is accountable.
        State("completed", "Outcome to read", Side.GIVER, Side.GIVER, said="has an outcome"),
        State("failed", "Not possible", Side.GIVER, Side.GIVER, said="was not possible"),
        State("cancelled", "Cancelled", said="was cancelled"),
        State("entered_in_error", "Entered in error", said="was entered in error"),
    ),
    moves=(
        Move("send", frozenset({"draft"}), "sent", Side.GIVER),
        Move("receive", frozenset({"sent"}), "received", Side.RECEIVER, said="mark it as received"),
        Move(
            "request_information", frozenset({"received"}), "info_requested", Side.RECEIVER, said="ask for information"
        ),
        Move("reply", frozenset({"info_requested"}), "received", Side.GIVER, said="reply to the question"),
        Move("accept", frozenset({"sent", "received"}), "accepted", Side.RECEIVER),
        Move("undo_acceptance", frozenset({"accepted"}), "received", Side.RECEIVER, said="take back its acceptance"),
        Move("decline", frozenset({"sent", "received", "info_requested"}), "rejected", Side.RECEIVER),
        Move(
            "redirect",
            frozenset({"sent", "received", "info_requested"}),
            "cancelled",
            Side.RECEIVER,
            said="send it on to another service",
        ),
        Move("reroute", frozenset({"rejected", "failed"}), "cancelled", Side.GIVER, said="send it elsewhere"),
        Move("start", frozenset({"accepted"}), "in_progress", Side.RECEIVER),
        Move("hold", frozenset({"accepted", "in_progress"}), "on_hold", Side.RECEIVER, said="put it on hold"),
        Move("resume", frozenset({"on_hold"}), "in_progress", Side.RECEIVER),
        Move("complete", frozenset({"accepted", "in_progress", "on_hold"}), "completed", Side.RECEIVER),
        Move(
            "fail",
            frozenset({"accepted", "in_progress", "on_hold"}),
            "failed",
            Side.RECEIVER,
            said="say that it is not possible",
        ),
        Move("cancel", frozenset({"draft", "rejected", "failed"}), "cancelled", Side.GIVER),
        Move(
            "cancel",
            frozenset({"sent", "received", "info_requested", "accepted", "in_progress", "on_hold"}),
            "cancelled",
            Side.EITHER,
        ),
        Move(
            "acknowledge_outcome",
            frozenset({"completed"}),
            "completed",
            Side.GIVER,
            said="confirm that its outcome was read",
        ),
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
            said="mark it as entered in error",
        ),
    ),
)

WITH_A_RECEIVER = ("sent", "received", "info_requested", "accepted", "in_progress", "on_hold")
"""States in which a second referral to the same service would be one too many."""

REFERRAL_STEPS = StateTable(
    kind="referral",
    states=REFERRAL.states,
    moves=(
        *REFERRAL.moves,
        *(Move("claim", frozenset({state}), state, Side.RECEIVER, said="deal with it") for state in WITH_A_RECEIVER),
        *(Move("amend", frozenset({state}), state, Side.GIVER, said="change it") for state in WITH_A_RECEIVER),
    ),
)
"""The moves, and what leaves a referral in the state it is in."""

HANDOVER = StateTable(
    kind="handover",
    states=(
        State("draft", "Draft", Side.GIVER, Side.GIVER, said="is a draft"),
        State("offered", "Offered", Side.GIVER, Side.RECEIVER, said="has been offered"),
        State("accepted", "Accepted", Side.RECEIVER, Side.RECEIVER, said="has been accepted"),
        State("declined", "Declined", said="was declined"),
        State("withdrawn", "Withdrawn", said="was withdrawn"),
        State("closed", "Closed", said="has been closed"),
        State("entered_in_error", "Entered in error", said="was entered in error"),
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
            said="mark it as entered in error",
        ),
    ),
)
