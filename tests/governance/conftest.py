"""Partner systems that call the API, as the tests of the API make them."""

from tests.api.conftest import nursing, partner

__all__ = ["nursing", "partner"]
