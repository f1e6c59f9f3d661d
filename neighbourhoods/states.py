"""States of visits, calls and notes, as data. `GIVER` is the team whose visit it is."""

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
