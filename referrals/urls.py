from referrals.handover_urls import handover_urls
from referrals.referral_urls import referral_urls

urlpatterns = [*referral_urls, *handover_urls]
