"""Residents in bulk: who they are, in SQL. NHS numbers are of the range that is never issued."""

from carecoord.bench.inserting import insert, literal, new_id, pick, run
from carecoord.bench.place import MeasuringPlace
from carecoord.bench.sizes import Size
from carecoord.demo.names import TONGUES
from neighbourhoods.keys import name_keys
from neighbourhoods.models import Entry, Resident
from neighbourhoods.models.residents import sort_name


def _words(text: str) -> list[str]:
    return text.split()


# English family names are put together, as many were, so that a million people are not thirty families.
FIRST_HALVES = _words(
    "Ash Barn Beck Black Brad Brook Burn Carl Chat Clay Cole Copp Cot Dale Dar Den East Ed Elm Fair Far Fern Glad Green"
    " Hal Har Hart Has Hay Hazel Hol Horn Hun Ken Kirk Lang Law Lin Long Mar May Mid Mil Mor New Nor Oak Or Pen Pres"
    " Red Rock Ros Row Ruth Shel Sher Smi Stan Stock Stone Sut Thorn Thur Wal War Water Wes Whit Wil Win Wood Wor"
)
SECOND_HALVES = _words(
    "bourne bridge brook burn bury by combe croft dale den don ell er field ford gate ham hill holme hurst land ley low"
    " man mere more pool ridge shaw stead stone thorpe ton wall ward well wick wood worth"
)
LETTERS = "ABDEFGHJLNPQRSTUWXYZ"
# 01632 is the code of no town, so a million of its numbers reach nobody; the few thousand that are set aside for
# drama would leave fifty people with each. Every fifth has the number of the person before, as couples do, and they are
# written as people write them.
HOUSEHOLD = "lpad(((p.n - (p.n % 5 = 0)::int) % 1000000)::text, 6, '0')"
PHONE = f"""CASE p.n % 3 WHEN 0 THEN '01632 ' || {HOUSEHOLD} WHEN 1 THEN '+44 1632 ' || {HOUSEHOLD}
            ELSE '(01632) ' || overlay({HOUSEHOLD} PLACING ' ' FROM 4 FOR 0) END"""


OUTWARD = "'ZM' || (1 + p.n % 9)"
INWARD = f"(p.n % 9) || substr('{LETTERS}', 1 + p.n % 20, 1) || substr('{LETTERS}', 1 + (p.n / 20) % 20, 1)"
# As neighbourhoods/keys.py makes them, in SQL; a test compares the two.
KEYS = f"""p.name_keys || ARRAY['b:' || to_char(p.born, 'YYYYMMDD'), 'z:' || {OUTWARD} || {INWARD},
                                't:1632' || {HOUSEHOLD}]"""


def draw_people(size: Size, teams: MeasuringPlace) -> int:
    """Fill the temporary table `person`: who is to be loaded, and by which teams. Returns how many."""
    _names()
    _numbers(size)
    practices = literal([str(team.id) for team in teams.practice_teams])
    care = literal([str(team.id) for team in teams.care_teams])
    run("SELECT setseed(0.41)")
    return run(f"""
        CREATE TEMPORARY TABLE person ON COMMIT DROP AS
        SELECT drawn.*, family.name AS family, family.sort AS family_sort, given.name AS given,
               given.sort AS given_sort, family.keys || given.keys AS name_keys
        FROM (
          SELECT n, {new_id()} AS id, random() < 0.52 AS woman, random() AS family_at, random() AS given_at,
                 floor(random() * {sum(tongue.share for tongue in TONGUES)})::int AS slot,
                 current_date - (365.25 * (CASE WHEN random() < 0.6 THEN 60 + random() * 40 ELSE random() * 75 END)
                                )::int AS born,
                 ({practices}::uuid[])[1 + (n / 3) % {len(teams.practice_teams)}] AS practice_team,
                 ({care}::uuid[])[1 + (n / 7) % {len(teams.care_teams)}] AS care_team,
                 n % 10 IN (1, 4, 6, 9) AS has_care_team, n % {size.every} = 0 AS is_measured,
                 now() - random() * interval '5 years' AS known_since
          FROM generate_series({size.already + 1}, {size.residents}) AS n
        ) AS drawn
        JOIN tongue t ON t.slot = drawn.slot
        JOIN name family ON family.tongue = t.tongue AND family.kind = 'family'
                        AND family.place = floor(family_at * t.families)::int
        JOIN name given ON given.tongue = t.tongue AND given.kind = CASE WHEN woman THEN 'woman' ELSE 'man' END
                       AND given.place = floor(given_at * CASE WHEN woman THEN t.women ELSE t.men END)::int
    """)


def insert_people(teams: MeasuringPlace) -> int:
    practices = literal([str(team.id) for team in teams.practice_teams])
    written = insert(
        Resident,
        f"""FROM person p LEFT JOIN number x ON x.n = p.n
            JOIN neighbourhoods_team t ON t.id = p.practice_team AND t.id = ANY ({practices}::uuid[])
            ORDER BY p.n""",
        id="p.id",
        created_at="p.known_since",
        nhs_number="x.nhs_number",
        nhs_number_status="CASE WHEN x.nhs_number IS NULL THEN '07' ELSE '01' END",
        nhs_number_unavailable_reason="CASE WHEN x.nhs_number IS NULL THEN 'nhs-number-not-known' ELSE '' END",
        given_name="p.given",
        family_name="p.family",
        sort_name="p.family_sort || ', ' || p.given_sort",
        title="CASE WHEN p.woman THEN 'Mrs' ELSE 'Mr' END",
        gender="CASE WHEN p.woman THEN 'female' ELSE 'male' END",
        birth_date="p.born",
        birth_date_status="'exact'",
        address_lines="ARRAY[(1 + p.n % 200) || ' Measuring Street', 'Measuring Place']",
        postcode=f"{OUTWARD} || ' ' || {INWARD}",
        phone=PHONE,
        search_keys=KEYS,
        gp_practice_id="t.organisation_id",
        neighbourhood_id="t.neighbourhood_id",
    )
    return written + _banners() + _groups()


def _banners() -> int:
    kinds = pick({"no_known_allergies": 5, "allergy": 3, "alert": 2, "adjustment": 2, "cpr": 1, "problem": 4}, "p.at")
    return insert(
        Entry,
        "FROM (SELECT person.*, random() AS at FROM person, generate_series(1, 3) WHERE n % 3 = 0 OR is_measured) p",
        resident_id="p.id",
        created_at="p.known_since",
        kind=kinds,
        text="'Written in bulk'",
    )


def _groups() -> int:
    """Every fifth is frail, and of the others every eleventh lives with dementia: entries, as services write them."""
    return insert(
        Entry,
        "FROM person p WHERE p.n % 5 = 0 OR p.n % 11 = 0",
        resident_id="p.id",
        created_at="p.known_since",
        kind="CASE WHEN p.n % 5 = 0 THEN 'cohort.frailty' ELSE 'cohort.dementia' END",
        section="'cohorts'",
        recorded_by_team_id="p.practice_team",
        is_single="true",
    )


def _names() -> None:
    """The tables `tongue`, names that go together in as many slots as their share, and `name`, each with its place."""
    run("CREATE TEMPORARY TABLE tongue (slot int, tongue int, women int, men int, families int) ON COMMIT DROP")
    columns = "tongue int, kind text, place int, name text, sort text, keys text[]"
    run(f"CREATE TEMPORARY TABLE name ({columns}) ON COMMIT DROP")
    slot = 0
    for number, tongue in enumerate(TONGUES):
        families = [*tongue.families, *_english()] if number == 0 else tongue.families
        for kind, names in {"woman": tongue.women, "man": tongue.men, "family": families}.items():
            sorts = [sort_name("", name).removeprefix(", ") for name in names]
            # Arrays of arrays of different lengths there are none.
            keys = [" ".join(name_keys(name)) for name in names]
            run(f"""INSERT INTO name SELECT {number}, '{kind}', place - 1, name, sort, string_to_array(keys, ' ')
                    FROM unnest({literal(list(names))}, {literal(sorts)}, {literal(keys)})
                         WITH ORDINALITY AS x(name, sort, keys, place)""")
        counts, last = f"{len(tongue.women)}, {len(tongue.men)}, {len(families)}", slot + tongue.share - 1
        run(f"INSERT INTO tongue SELECT s, {number}, {counts} FROM generate_series({slot}, {last}) s")
        slot += tongue.share
    run("ANALYZE tongue")
    run("ANALYZE name")


def _english() -> list[str]:
    return [first + second for first in FIRST_HALVES for second in SECOND_HALVES]


def _numbers(size: Size) -> None:
    """The table `number`: an NHS number for all but twelve in a hundred, none that somebody here has already.

    Who has none is drawn, so that the measured team, which has every so many residents, has its share of them.
    """
    weighed = " + ".join(f"(stem / {10**place} % 10) * {place + 2}" for place in range(9))
    run(f"""
        CREATE TEMPORARY TABLE number ON COMMIT DROP AS
        WITH stems AS (SELECT stem, (11 - ({weighed}) % 11) AS digit
                       FROM generate_series(999999998, 999000000, -1) AS stem),
             valid AS (SELECT stem::text || (digit % 11)::text AS nhs_number FROM stems WHERE digit <> 10),
             free AS (SELECT nhs_number, row_number() OVER (ORDER BY nhs_number DESC) AS place FROM valid v
                      WHERE NOT EXISTS (SELECT FROM neighbourhoods_resident r WHERE r.nhs_number = v.nhs_number)
                      LIMIT {size.residents - size.already}),
             wanted AS (SELECT n, row_number() OVER (ORDER BY n) AS place
                        FROM generate_series({size.already + 1}, {size.residents}) AS n
                        WHERE abs(hashint4(n)) % 100 >= 12)
        SELECT wanted.n, free.nhs_number FROM wanted JOIN free USING (place)
    """)
