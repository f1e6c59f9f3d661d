"""Places, their neighbourhoods, and which home address lies in which."""

from django.db import models
from django.db.models import F, Q

from carecoord.models import Record


class Place(Record):
    """A council-sized area whose organisations share one record. Its front-door team is the owner of last resort."""

    name = models.CharField(max_length=100, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    front_door = models.OneToOneField(
        "neighbourhoods.Team", on_delete=models.PROTECT, related_name="front_door_of", db_constraint=True
    )
    parents_reviewed_from = models.PositiveSmallIntegerField(default=11, db_default=11)
    parents_act_until = models.PositiveSmallIntegerField(default=16, db_default=16)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(
                    parents_act_until__gt=F("parents_reviewed_from"),
                    parents_act_until__lte=18,
                    parents_reviewed_from__gte=1,
                ),
                name="parents_are_reviewed_before_they_act_no_more",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Neighbourhood(Record):
    """Part of a place, typically 30,000 to 50,000 people, with teams of its own."""

    place = models.ForeignKey(Place, on_delete=models.PROTECT, related_name="neighbourhoods")
    name = models.CharField(max_length=100)
    slug = models.SlugField(max_length=60, unique=True)

    class Meta:
        ordering = ["name"]
        constraints = [models.UniqueConstraint(fields=["place", "name"], name="one_neighbourhood_per_name")]

    def __str__(self) -> str:
        return self.name


class Area(models.Model):
    """A statistical area (LSOA) and the neighbourhood that serves it."""

    code = models.CharField(primary_key=True, max_length=9)
    neighbourhood = models.ForeignKey(Neighbourhood, on_delete=models.CASCADE, related_name="areas")

    def __str__(self) -> str:
        return self.code


class Postcode(models.Model):
    """One row of the ONS Postcode Directory, as far as it is needed. `imd_decile` 1 is the most deprived tenth."""

    postcode = models.CharField(primary_key=True, max_length=8, help_text="Upper case, one space.")
    area_code = models.CharField(max_length=9, blank=True, help_text="LSOA")
    ward_code = models.CharField(max_length=9, blank=True)
    imd_rank = models.PositiveIntegerField(null=True)
    imd_decile = models.PositiveSmallIntegerField(null=True)
    imd_release_year = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        return self.postcode
