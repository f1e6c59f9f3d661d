"""States of visits, calls and notes, and of entries, as data. `GIVER` is the side whose it is."""

from carecoord.moves import Move, Side, State, StateTable

ENCOUNTER = StateTable(
    kind="entry",
    states=(
        State("planned", "Planned", Side.GIVER, Side.GIVER),
        State("done", "Done"),
        State("did_not_attend", "Nobody there", said="says that nobody was there"),
        State("cancelled", "Cancelled"),
        State("entered_in_error", "Entered in error"),
    ),
    moves=(
        Move("complete", frozenset({"planned"}), "done", Side.GIVER, said="say how it went"),
        Move("miss", frozenset({"planned"}), "did_not_attend", Side.GIVER, said="say that nobody was there"),
        Move("cancel", frozenset({"planned"}), "cancelled", Side.GIVER),
        Move(
            "enter_in_error",
            frozenset({"planned", "done", "did_not_attend", "cancelled"}),
            "entered_in_error",
            Side.GIVER,
            said="say that it was entered in error",
        ),
    ),
)
# Whoever sees the resident writes it down and withdraws it for them; the partnership's privacy team decides.
SHARING = StateTable(
    kind="objection",
    states=(
        State("asked", "Asked", said="has been asked"),
        State("upheld", "Upheld"),
        State("partly", "Partly upheld", said="is upheld in part"),
        State("overridden", "Overridden"),
        State("withdrawn", "Withdrawn"),
    ),
    moves=(
        Move("uphold", frozenset({"asked"}), "upheld", Side.RECEIVER),
        Move("uphold_partly", frozenset({"asked"}), "partly", Side.RECEIVER, said="uphold it in part"),
        Move("override", frozenset({"asked"}), "overridden", Side.RECEIVER),
        Move("withdraw", frozenset({"asked", "upheld", "partly"}), "withdrawn", Side.GIVER),
    ),
)
# What may be written down as having happened without having been planned.
HAPPENED = ("done", "did_not_attend")

# Whose organisation wrote it may end or correct it, or say that it was an error; anybody else writes a note beside it.
ENTRY = StateTable(
    kind="entry",
    states=(
        State("current", "Current"),
        State("ended", "Ended"),
        State("entered_in_error", "Entered in error", said="was entered in error"),
    ),
    moves=(
        Move("end", frozenset({"current"}), "ended", Side.GIVER),
        Move("correct", frozenset({"current"}), "ended", Side.GIVER),
        Move(
            "enter_in_error",
            frozenset({"current", "ended"}),
            "entered_in_error",
            Side.GIVER,
            said="say that it was entered in error",
        ),
    ),
)
