"""What goes together by itself, and what somebody has to choose."""

from hypothesis import given, settings
from hypothesis import strategies as st

from careplans.merging import merge, pieces, together

NAMES = ("title", "importance", "confidence")
FACTS = st.fixed_dictionaries(dict.fromkeys(NAMES, st.integers(0, 3)))
TEXTS = st.text(alphabet="ab .\n", max_size=30)


@given(base=FACTS, theirs=FACTS, mine=FACTS)
def test_what_one_side_alone_changed_stands_and_what_both_changed_is_asked(base, theirs, mine):
    merged = merge(base, theirs, mine)
    for name in NAMES:
        sides = {theirs[name], mine[name]} - {base[name]}
        assert (name in merged.clashes) == (len(sides) == 2)
        if name not in merged.clashes:
            assert merged.values[name] == next(iter(sides), base[name])
        else:
            assert merged.values[name] == theirs[name]


@given(base=FACTS, theirs=FACTS, mine=FACTS)
def test_it_does_not_matter_who_saved_first(base, theirs, mine):
    one, other = merge(base, theirs, mine), merge(base, mine, theirs)
    assert set(one.clashes) == set(other.clashes)
    calm = [name for name in NAMES if name not in one.clashes]
    assert [one.values[name] for name in calm] == [other.values[name] for name in calm]


@given(theirs=FACTS, mine=FACTS)
def test_without_a_base_nothing_is_guessed(theirs, mine):
    assert set(merge(None, theirs, mine).clashes) == {name for name in NAMES if theirs[name] != mine[name]}


@given(before=TEXTS, after=TEXTS)
def test_pieces_say_both_texts_in_full(before, after):
    found = pieces(before, after)
    assert "".join(one.text for one in found if one.kind != "added") == before
    assert "".join(one.text for one in found if one.kind != "removed") == after


@given(base=TEXTS, theirs=TEXTS, mine=TEXTS)
@settings(max_examples=200)
def test_a_draft_of_both_has_every_word_that_either_wrote_anew(base, theirs, mine):
    both = together(base, theirs, mine)
    for side in (theirs, mine):
        for piece in pieces(base, side):
            if piece.kind == "added":
                assert piece.text in both
    assert together(base, theirs, base) == theirs
    assert together(base, base, mine) == mine


def test_the_draft_of_both_reads_as_one_text():
    base = "Walks to the corner shop with her frame on dry days."
    theirs = "Walks to the garden gate with her frame on dry days."
    mine = "Walks to the corner shop with her frame on dry days, with Karen at weekends."
    assert (
        together(base, theirs, mine) == "Walks to the garden gate with her frame on dry days, with Karen at weekends."
    )
    assert together("Walk to the shop", "Walk to the gate", "Walk to the hall") == "Walk to the gate hall"
    assert together("Ken", "Ken and Ann", "Ken and Bob") == "Ken and Ann and Bob"


def test_a_text_without_end_is_compared_line_by_line_and_then_as_a_whole():
    long = "a b " * 2_500
    assert [one.kind for one in pieces(f"x\n{long}", f"x\n{long}c")] == ["same", "removed", "added"]
    lines = "a\n" * 5_000
    assert [one.kind for one in pieces(lines, lines + "a")] == ["removed", "added"]
    assert together(lines, lines + "a", lines + "b") == f"{lines}a\n\n{lines}b"
