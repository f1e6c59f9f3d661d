"""Papers to give away: the plan, the resident's own copy, a carer's copy, and the pack that goes to a hospital.

Each is a list of parts (`parts.py`), set by one template (decision 0054). What is sealed, or kept from the resident,
stands on none of them: paper lies on tables and travels with the person.
"""
