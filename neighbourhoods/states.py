"""States of relationships, visits, calls, notes, entries and lists of people, as data. `GIVER` is whose it is."""

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
# Why a team may know somebody. What is accepted is a row of its own: a level is never changed. Most end with their
# cause, and some by themselves.
RELATIONSHIP = StateTable(
    kind="relationship",
    states=(
        State("proposed", "Asked of the team"),
        State("active", "Has the record"),
        State("ended", "No longer", said="has ended"),
    ),
    moves=(
        Move("accept", frozenset({"proposed"}), "active", Side.RECEIVER),
        Move("end", frozenset({"proposed", "active"}), "ended"),
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

# A list of people in a file. What a worker does by itself ends in `show`, `finish` and `clear`; where it cannot go on,
# in `stop`, `pause` and `keep`.
RESIDENT_IMPORT = StateTable(
    kind="import",
    states=(
        State("mapping", "Columns to be named", said="waits for its columns to be named"),
        State("reading", "Being read"),
        State("review", "To be reviewed", said="waits for a review"),
        State("writing", "Being written"),
        State("written", "Written"),
        State("undoing", "Being undone"),
        State("undone", "Undone"),
        State("discarded", "Discarded", said="was discarded"),
    ),
    moves=(
        Move("read", frozenset({"mapping"}), "reading", Side.GIVER),
        Move("show", frozenset({"reading"}), "review", Side.GIVER),
        Move("stop", frozenset({"reading"}), "mapping", Side.GIVER),
        Move("write", frozenset({"review"}), "writing", Side.GIVER),
        Move("pause", frozenset({"writing"}), "review", Side.GIVER),
        Move("finish", frozenset({"writing"}), "written", Side.GIVER),
        Move("undo", frozenset({"written"}), "undoing", Side.GIVER),
        Move("keep", frozenset({"undoing"}), "written", Side.GIVER),
        Move("clear", frozenset({"undoing"}), "undone", Side.GIVER),
        Move("discard", frozenset({"mapping", "review"}), "discarded", Side.GIVER),
    ),
)

# Whose team arranges a package, whose organisation provides it or wrote it down, stands on the giver's side. Suspending
# is for everybody around the resident: whoever finds out first that nobody need come.
PACKAGE = StateTable(
    kind="care package",
    states=(
        State("requested", "Requested", accountable=Side.GIVER),
        State("arranged", "Arranged", accountable=Side.GIVER),
        State("active", "Active", accountable=Side.GIVER),
        State("suspended", "Suspended", accountable=Side.GIVER),
        State("ended", "Ended", said="has ended"),
    ),
    moves=(
        Move("arrange", frozenset({"requested"}), "arranged", Side.GIVER, said="say that it is arranged"),
        Move("start", frozenset({"requested", "arranged"}), "active", Side.GIVER),
        Move("suspend", frozenset({"active"}), "suspended", Side.EITHER),
        Move("restart", frozenset({"suspended"}), "active", Side.GIVER),
        Move("end", frozenset({"requested", "arranged", "active", "suspended"}), "ended", Side.GIVER),
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
