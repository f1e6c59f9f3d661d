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

# Whoever sees the resident may move one, each with a reason. On parental responsibility the clock ends it too.
PROXY = StateTable(
    kind="person acting for them",
    states=(
        State("proposed", "Proposed"),
        State("active", "Acting"),
        State("rejected", "Not agreed", said="was not agreed"),
        State("inactive", "Ended", said="no longer acts"),
        State("entered_in_error", "Entered in error", said="was entered in error"),
    ),
    moves=(
        Move("activate", frozenset({"proposed"}), "active", said="let them act"),
        Move("reject", frozenset({"proposed"}), "rejected", said="say that it is not agreed"),
        Move("end", frozenset({"active"}), "inactive"),
        Move(
            "enter_in_error",
            frozenset({"proposed", "active", "rejected", "inactive"}),
            "entered_in_error",
            said="say that it was entered in error",
        ),
    ),
)
