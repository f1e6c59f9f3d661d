from django.urls import URLPattern

from neighbourhoods.views.directory import directory_urls
from neighbourhoods.views.people import people_urls
from neighbourhoods.views.places import places_urls

urlpatterns: list[URLPattern] = [
    *directory_urls,
    *people_urls,
    *places_urls,
]
