"""./dev load and ./dev bench are told apart from what they pass on."""

from pathlib import Path

import pytest

from carecoord.local.__main__ import _understood
from carecoord.local.refusal import Refusal


def test_load_takes_a_number_and_a_data_folder() -> None:
    chosen = _understood(["load", "2000", "--data", "somewhere"])
    assert (chosen.command, chosen.residents, chosen.data) == ("load", 2000, Path("somewhere"))


def test_bench_passes_its_options_on() -> None:
    chosen = _understood(["bench", "--residents", "2000,100000", "--thorough"])
    assert (chosen.command, chosen.rest) == ("bench", ["--residents", "2000,100000", "--thorough"])


@pytest.mark.parametrize("arguments", [["load"], ["load", "many"], ["load", "5", "6"]])
def test_a_wrong_number_is_one_sentence(arguments: list[str]) -> None:
    with pytest.raises(Refusal, match=r"^\./dev"):
        _understood(arguments)
