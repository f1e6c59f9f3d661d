"""The pages of signing in: those of django-allauth that this product has, and no others."""

from allauth.account import views as account
from allauth.mfa.base import views as second_factor
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.webauthn import views as webauthn
from django.urls import include, path, re_path

from carecoord.accounts import passkeys, views
from carecoord.accounts.oidc import views as oidc

# The names are django-allauth's: its own code looks them up.
pages = [
    path("login/", views.SignInView.as_view(), name="account_login"),
    path("logout/", account.logout, name="account_logout"),
    path("inactive/", account.account_inactive, name="account_inactive"),
    path("signup/", views.sign_up_closed, name="account_signup"),
    path("reauthenticate/", account.reauthenticate, name="account_reauthenticate"),
    path("password/change/", account.password_change, name="account_change_password"),
    path("password/set/", views.freshly_signed_in(account.password_set), name="account_set_password"),
    path("password/reset/", account.password_reset, name="account_reset_password"),
    path("password/reset/done/", account.password_reset_done, name="account_reset_password_done"),
    path("password/reset/key/done/", account.password_reset_from_key_done, name="account_reset_password_from_key_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        account.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path("2fa/", views.SignInSettingsView.as_view(), name="mfa_index"),
    path("2fa/authenticate/", passkeys.SecondFactorView.as_view(), name="mfa_authenticate"),
    path("2fa/reauthenticate/", second_factor.reauthenticate, name="mfa_reauthenticate"),
    path("2fa/totp/activate/", views.freshly_signed_in(views.SetUpAppView.as_view()), name="mfa_activate_totp"),
    path("2fa/totp/deactivate/", views.RemoveAppView.as_view(), name="mfa_deactivate_totp"),
    path("2fa/recovery-codes/", recovery_codes.view_recovery_codes, name="mfa_view_recovery_codes"),
    path("2fa/recovery-codes/generate/", recovery_codes.generate_recovery_codes, name="mfa_generate_recovery_codes"),
    path("2fa/recovery-codes/download/", recovery_codes.download_recovery_codes, name="mfa_download_recovery_codes"),
    path("2fa/passkeys/add/", views.freshly_signed_in(passkeys.AddPasskeyView.as_view()), name="mfa_add_webauthn"),
    path("2fa/passkeys/<int:pk>/name/", passkeys.RenamePasskeyView.as_view(), name="mfa_edit_webauthn"),
    path("2fa/passkeys/<int:pk>/remove/", passkeys.RemovePasskeyView.as_view(), name="mfa_remove_webauthn"),
    path("2fa/passkeys/reauthenticate/", passkeys.ConfirmPasskeyView.as_view(), name="mfa_reauthenticate_webauthn"),
    path("2fa/passkeys/login/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("provider/", oidc.start, name="socialaccount_start"),
    path("provider/callback/", oidc.callback, name="socialaccount_callback"),
]
urlpatterns = [path("accounts/", include(pages))]
