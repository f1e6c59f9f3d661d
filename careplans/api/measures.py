"""What was measured of a resident over time."""

from uuid import UUID

from rest_framework.response import Response

from carecoord import audit
from carecoord.api.operations import operation
from carecoord.api.problems import not_found
from careplans.api.measure_shapes import MeasureShape
from careplans.measures import measured_entries
from neighbourhoods.api.endpoint import Endpoint
from neighbourhoods.models import Resident


class Measures(Endpoint):
    shape = MeasureShape

    @operation("List what was measured of a resident", page=MeasureShape)
    def get(self, _request: object, resident_id: UUID) -> Response:
        """The latest first, by when it was written down. Admissions are `/stays/`, how it went with goals `/goals/`."""
        if not Resident.objects.visible_to(self.by).filter(id=resident_id).exists():
            raise not_found()
        audit.looked("measures.viewed", by=self.by, resident_id=resident_id, about=("resident", resident_id))
        return self.page(measured_entries(self.by, resident_id), MeasureShape, order=("-id",))
