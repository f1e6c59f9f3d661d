"""Everything that is published has somebody who hears it, or stands in the list of what nobody needs to be told."""

import ast
import re
from functools import cache
from pathlib import Path

from carecoord.outbox.subscriptions import handlers_of
from carecoord.wiring import NOBODY_NEEDS_TELLING
from careplans.services import options, rules
from careplans.states import ACTION, PLAN
from neighbourhoods.services import encounters
from neighbourhoods.services.package_moves import PAST_TENSE
from neighbourhoods.services.proxies import PAST_TENSE as PROXY_PAST_TENSE
from referrals.services.referral_moves import HAPPENED

ROOT = Path(__file__).resolve().parents[2]
APPS = ("carecoord", "neighbourhoods", "careplans", "referrals")
TELLS = {"publish", "publish_each", "tell", "_tell", "_tell_of_grant", "_give"}
TOPIC = re.compile(r"[a-z_]+\.[a-z_]+")
# Topics that are put together: where their last words stand as words, or in a table.
SPOKEN = {
    "handover.": ROOT / "referrals" / "services" / "handovers",
    "encounter.": ROOT / "neighbourhoods" / "services" / "encounters.py",
}
TABLES = {
    "referral.": set(HAPPENED.values()),
    "encounter.": set(encounters.PAST_TENSE.values()),
    "action.": {rules.PAST_TENSE[move.verb] for move in ACTION.moves},
    "option.": set(options.PAST_TENSE.values()),
    "package.": {*PAST_TENSE.values(), "suspended", "restart_asked", "requested", "recorded", "changed"},
    "proxy.": set(PROXY_PAST_TENSE.values()),
    "plan.": {rules.PAST_TENSE[move.verb] for move in PLAN.moves},
}


def modules(folder):
    paths = [folder] if folder.is_file() else sorted(folder.rglob("*.py"))
    return [ast.parse(path.read_text()) for path in paths if "migrations" not in path.parts]


def tellings(folder):
    """What each call that tells something is given."""
    for module in modules(folder):
        for node in ast.walk(module):
            if isinstance(node, ast.Call) and _name(node.func) in TELLS:
                yield from node.args


def words(node):
    return {part.value for part in ast.walk(node) if isinstance(part, ast.Constant) and isinstance(part.value, str)}


def _name(function):
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def prefixes():
    """`handover.` of f"handover.{what}", wherever in the services such a name is put together."""
    for app in APPS:
        for module in modules(ROOT / app / "services" if (ROOT / app / "services").is_dir() else ROOT / app):
            for node in ast.walk(module):
                if (
                    isinstance(node, ast.JoinedStr)
                    and len(node.values) == 2
                    and isinstance(node.values[0], ast.Constant)
                ):
                    first = str(node.values[0].value)
                    if first.endswith(".") and first[:-1].isidentifier():
                        yield first


@cache
def published():
    given = (given for app in APPS for given in tellings(ROOT / app))
    found = {word for one in given for word in words(one) if TOPIC.fullmatch(word)}
    for prefix, folder in SPOKEN.items():
        spoken = {word for given in tellings(folder) for word in words(given) if word.isidentifier()}
        found |= {prefix + word for word in spoken}
    for prefix, last_words in TABLES.items():
        found |= {prefix + word for word in last_words}
    return found


def test_the_walk_finds_what_is_known_to_be_published():
    assert {"handover.offered", "referral.sent", "plan.agreed", "membership.created", "team.ended"} <= published()
    assert len(published()) > 60


def test_no_topic_is_put_together_where_this_walk_does_not_look():
    assert set(prefixes()) <= SPOKEN.keys() | TABLES.keys()


def test_of_what_is_published_somebody_hears_or_nobody_needs_to():
    """And the list of what nobody needs to be told has nothing that is not published, or is heard."""
    assert [topic for topic in sorted(published()) if not handlers_of(topic)] == sorted(NOBODY_NEEDS_TELLING)
