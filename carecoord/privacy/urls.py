from django.urls import path

from carecoord.privacy import views

urlpatterns = [
    path("privacy/reviews/", views.privacy_reviews, name="privacy_reviews"),
    path("privacy/reviews/<uuid:review_id>/", views.privacy_review, name="privacy_review"),
]
