"""The headings of a plan's own words: About Me's seven (domain.md 2.5), then strengths and needs (2.6)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Heading:
    """`key` names the section for ever; `snomed` is its code where the standard gives one."""

    key: str
    title: str
    hint: str
    about_me: bool = True
    snomed: str = ""


HEADINGS: tuple[Heading, ...] = (
    Heading("most_important", "What is most important to me", "In their own words.", snomed="1515861000000103"),
    Heading("people", "People who are important to me", "Who they are and why.", snomed="1515871000000105"),
    Heading(
        "communication",
        "How I communicate and how to communicate with me",
        "What helps, what does not.",
        snomed="1515881000000107",
    ),
    Heading(
        "wellness", "My wellness", "How a good day looks, and how one sees that it is not.", snomed="1515891000000109"
    ),
    Heading("do_and_dont", "Please do and please do not", "What to know before a visit.", snomed="1515901000000105"),
    Heading("support", "How and when to support me", "At which times, with what.", snomed="1515911000000107"),
    Heading("also_know", "Also worth knowing about me", "Anything else.", snomed="1515921000000101"),
    Heading("strengths", "Strengths", "What the person can do and who is there.", about_me=False),
    Heading("needs", "Needs", "What is hard, and what follows from it.", about_me=False),
)
BY_KEY = {heading.key: heading for heading in HEADINGS}
