"""Settings of every environment; what differs comes from variables (`.env.example` lists them with one line each)."""

from datetime import timedelta
from pathlib import Path
from urllib.parse import unquote, urlsplit

import dj_database_url
from csp.constants import NONE, SELF

from carecoord import env, logs

BASE_DIR = Path(__file__).resolve().parent.parent

# --- where we are -------------------------------------------------------------------------------------------------
SECRET_KEY = env.secret("SECRET_KEY", least=50)
BASE_URL = env.url("BASE_URL", ("http", "https"), example="https://care.example.org", default="http://127.0.0.1:8000")
_host = urlsplit(BASE_URL).hostname or "127.0.0.1"
# This machine has a name too, at which its browser can use passkeys.
_hosts = "127.0.0.1,localhost" if _host in {"127.0.0.1", "localhost"} else _host
_hosts = env.text("ALLOWED_HOSTS", example="care.example.org", default=_hosts)
ALLOWED_HOSTS = [host.strip() for host in _hosts.split(",")]
TIME_ZONE = env.time_zone("TIME_ZONE", "Europe/London")
DATA_DIR = Path(env.text("DATA_DIR", example="/var/lib/carecoord", default=str(BASE_DIR / ".local")))
CODES = BASE_DIR / "data" / "codes"
# What can be recorded about a resident; a place's own kinds take the place of ours.
_own_definitions = env.folder("DEFINITIONS_DIR", example="/etc/carecoord/definitions")
DEFINITIONS = [BASE_DIR / "data" / "definitions", *([_own_definitions] if _own_definitions else [])]
DEMO = env.flag("DEMO")
DEBUG = False
LOOPBACK = {"127.0.0.1", "localhost", "[::1]", "::1", "testserver"}
if DEMO and not {*ALLOWED_HOSTS, urlsplit(BASE_URL).hostname} <= LOOPBACK:
    env.refuse("DEMO", "is only for this machine, and ALLOWED_HOSTS or BASE_URL names another", "0")
HTTPS = BASE_URL.startswith("https://")

# --- what is installed, from the roof to the floor ----------------------------------------------------------------
INSTALLED_APPS = [
    "carecoord",
    "carecoord.bench",
    "carecoord.chaos",
    "carecoord.demo",
    "carecoord.record",
    "referrals",
    "careplans",
    "carecoord.privacy",
    "carecoord.alerts",
    "neighbourhoods",
    "carecoord.api",
    "carecoord.fhir",
    "carecoord.ui",
    "carecoord.delivery",
    "carecoord.accounts",
    "carecoord.outbox",
    "carecoord.audit",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.idp.oidc",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "django_htmx",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
]
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "carecoord.audit.middleware.RequestOriginMiddleware",
    "carecoord.requestlog.RequestLogMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "carecoord.ui.marks.ClosedMarksMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "carecoord.accounts.middleware.SessionLimitsMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "carecoord.accounts.middleware.SecondFactorMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "neighbourhoods.middleware.PrincipalMiddleware",
    "neighbourhoods.api.middleware.ClientMiddleware",
]
ROOT_URLCONF = "carecoord.urls"
WSGI_APPLICATION = "carecoord.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "carecoord.record.shell.shell",
            ]
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- the database: three logins, one process logs in as one of them -----------------------------------------------
LOGIN = env.choice("CARECOORD_LOGIN", ("web", "worker", "owner"), "owner")
DATABASE_VARIABLE = {"web": "DATABASE_URL", "worker": "DATABASE_WORKER_URL", "owner": "DATABASE_OWNER_URL"}[LOGIN]
DATABASES = {
    "default": dj_database_url.parse(
        env.url(
            DATABASE_VARIABLE,
            ("postgres", "postgresql"),
            example="postgresql://login:word@127.0.0.1:5432/carecoord",
        ),
        conn_max_age=60,
        conn_health_checks=True,
    )
    | {"TEST": {"NAME": env.text("TEST_DATABASE_NAME", example="test_carecoord", default="test_carecoord")}}
}
# A pooler gives each transaction another connection: nothing can be prepared on it.
DATABASE_IS_POOLED = env.flag("DATABASE_IS_POOLED")
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# --- Valkey makes things fast; nothing is lost without it ---------------------------------------------------------
_valkey = urlsplit(env.url("REDIS_URL", ("redis", "rediss"), example="redis://127.0.0.1:6379"))
REDIS_URL = f"{_valkey.scheme}://{_valkey.netloc}"  # broker and cache have databases of their own: 0 and 2
CELERY_BROKER_URL = f"{REDIS_URL}/0"
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_connect_timeout": 1,
    "socket_timeout": 5,
    "visibility_timeout": 600,
    # Of whoever publishes: no request waits for a broker that is not there. Workers go on trying by themselves.
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
}
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = 120
CELERY_TASK_SOFT_TIME_LIMIT = 100
CELERY_TASK_DEFAULT_QUEUE = "carecoord"
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_TIMEZONE = TIME_ZONE
# Celery would connect anew for every task, which takes longer than most of them. `conn_max_age` ends a connection, and
# carecoord/celery.py one that has died.
CELERY_DB_REUSE_MAX = 1_000_000
# Beat only says "look now": what is due stands in the database. Two beats are harmless.
CELERY_BEAT_SCHEDULE = {
    "relay the outbox": {"task": "outbox.relay", "schedule": 5, "options": {"expires": 5}},
    "send what waits to be delivered": {
        "task": "delivery.send_waiting",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "send the text messages that wait": {
        "task": "delivery.send_texts",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "send what waits for systems of organisations": {
        "task": "delivery.send_webhooks",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "fire the rungs that are due": {
        "task": "alerts.fire_due_rungs",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "send what waited for quiet hours to end, and digests": {
        "task": "alerts.send_digests",
        "schedule": 30,
        "options": {"expires": 30},
    },
    "say that a worker lives": {"task": "outbox.heartbeat", "schedule": 20, "options": {"expires": 20}},
    "end notices that had their time": {
        "task": "alerts.end_notices",
        "schedule": 3600,
        "options": {"expires": 600},
    },
    "tell which rules of alerts nobody acts on": {
        "task": "alerts.tell_noisy_rules",
        "schedule": 3600,
        "options": {"expires": 600},
    },
    "end what ends by itself": {
        "task": "neighbourhoods.end_expired",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "read and write lists of people": {
        "task": "neighbourhoods.work_on_imports",
        "schedule": 10,
        "options": {"expires": 10},
    },
    "empty old lists of people": {
        "task": "neighbourhoods.empty_imports",
        "schedule": 3600,
        "options": {"expires": 600},
    },
    "tell which checks, plans and packages are due": {
        "task": "neighbourhoods.cohort_clocks",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "tell of actions that are overdue": {
        "task": "careplans.tell_overdue_actions",
        "schedule": 300,
        "options": {"expires": 300},
    },
    "tell which plans should have been reviewed": {
        "task": "careplans.tell_overdue_reviews",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "tell which sections of plans are to be looked at again": {
        "task": "careplans.tell_due_sections",
        "schedule": 600,
        "options": {"expires": 600},
    },
    "forget files that no row names": {
        "task": "careplans.sweep_files",
        "schedule": 3600,
        "options": {"expires": 600},
    },
    "keep to the ages of children": {
        "task": "neighbourhoods.keep_to_ages",
        "schedule": 3600,
        "options": {"expires": 600},
    },
    "seal the audit": {"task": "audit.seal", "schedule": 60, "options": {"expires": 60}},
    "say where the audit ends": {"task": "audit.export_head", "schedule": 3600, "options": {"expires": 600}},
    # Each day once, when it is over: what was examined stands in the audit.
    "look for misuse": {"task": "privacy.examine", "schedule": 3600, "options": {"expires": 600}},
    "forget what was answered a day ago": {
        "task": "api.forget_old_answers",
        "schedule": 3600,
        "options": {"expires": 600},
    },
    "tell what is not in place at home": {
        "task": "referrals.tell_missing_needs",
        "schedule": 60,
        "options": {"expires": 60},
    },
    "return what was handed over for a time": {
        "task": "referrals.return_ended_handovers",
        "schedule": 60,
        "options": {"expires": 60},
    },
}
CACHES = {"default": {"BACKEND": "carecoord.cache.ForgivingCache", "LOCATION": f"{REDIS_URL}/2"}}

# --- people who sign in -------------------------------------------------------------------------------------------
AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["carecoord.accounts.backends.Backend"]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "carecoord.accounts.client_secrets.ClientSecretHasher",  # of API clients only: long random words
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
SESSION_ENGINE = "carecoord.accounts.session_store"
SESSION_COOKIE_AGE = int(timedelta(hours=12).total_seconds())
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
IDLE_LIMIT = timedelta(minutes=15)
SESSION_LIMIT = timedelta(hours=12)

ACCOUNT_ADAPTER = "carecoord.accounts.adapter.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_EMAIL_SUBJECT_PREFIX = "CareCoord: "
ACCOUNT_FORMS = {
    "login": "carecoord.accounts.forms.SignInForm",
    "change_password": "carecoord.accounts.forms.ChangePasswordForm",
    "set_password": "carecoord.accounts.forms.SetPasswordForm",
    "reset_password": "carecoord.accounts.forms.ResetPasswordForm",
    "reset_password_from_key": "carecoord.accounts.forms.ResetPasswordKeyForm",
    "reauthenticate": "carecoord.accounts.forms.ConfirmPasswordForm",
}
# A key is an account and an address together; a whole hospital may come from one address. `anywhere` is an account
# alone, and does not hold where that person has signed in lately (docs/decisions/0008-small-choices.md).
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key,100/5m/ip",
    "login_failed_anywhere": "50/1h/key",
    "login": "600/1m/ip",
    "reauthenticate": "10/5m/user",
}
# How many of our own proxies add to X-Forwarded-For: read by carecoord/audit/addresses.py, for audit and throttle.
TRUSTED_PROXY_COUNT = int(env.choice("TRUSTED_PROXY_COUNT", ("0", "1", "2", "3"), "0"))
MFA_ADAPTER = "carecoord.accounts.adapter.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_WEBAUTHN_USER_VERIFICATION = "required"  # a finger, a face or a PIN: so that a passkey is both factors
MFA_RATE_LIMITS = {
    "webauthn_login": "600/1m/ip"
}  # no guess opens a passkey; a whole hospital may come from one address
MFA_TOTP_ISSUER = "CareCoord"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off; a code still works only once
MFA_FORMS = {
    "authenticate": "carecoord.accounts.forms.AuthenticateForm",
    "reauthenticate": "carecoord.accounts.forms.ConfirmCodeForm",
    "activate_totp": "carecoord.accounts.forms.SetUpAppForm",
    "add_webauthn": "carecoord.accounts.passkeys.AddPasskeyForm",
    "edit_webauthn": "carecoord.accounts.passkeys.RenamePasskeyForm",
    "authenticate_webauthn": "carecoord.accounts.passkeys.PasskeyAsFactorForm",
    "reauthenticate_webauthn": "carecoord.accounts.passkeys.ConfirmPasskeyForm",
    "login_webauthn": "carecoord.accounts.passkeys.PasskeyAloneForm",
}
MFA_RECOVERY_CODE_COUNT = 10

# --- signing in through somebody else's identity provider (OpenID Connect), such as NHS CIS2 or Entra -----------------
_provider = {
    "OIDC_NAME": "NHS Care Identity",
    "OIDC_ISSUER": "https://login.example.org/realm",
    "OIDC_CLIENT_ID": "carecoord",
    "OIDC_CLIENT_SECRET": "the-word-that-the-provider-gave-you",
}
env.all_or_none(_provider)
env.only_with("OIDC_ISSUER", "OIDC_SECOND_FACTOR", "OIDC_ACR_VALUES", "OIDC_ALSO_AT", example=_provider["OIDC_ISSUER"])
OIDC_NAME = env.text("OIDC_NAME", example=_provider["OIDC_NAME"], default="")
OIDC_ISSUER = env.issuer("OIDC_ISSUER", example=_provider["OIDC_ISSUER"])
OIDC_CLIENT_ID = env.text("OIDC_CLIENT_ID", example=_provider["OIDC_CLIENT_ID"], default="")
OIDC_CLIENT_SECRET = env.text("OIDC_CLIENT_SECRET", example=_provider["OIDC_CLIENT_SECRET"], default="")
# Which claim proves that the provider has asked for a second factor; without such a proof we ask for ours.
OIDC_SECOND_FACTOR = env.claim("OIDC_SECOND_FACTOR", example="amr=mfa")
OIDC_ACR_VALUES = env.text("OIDC_ACR_VALUES", example="AAL2_OR_AAL3_ANY", default="")
# Other hosts that the provider sends people through: a browser follows a form only to hosts that it was told of.
OIDC_ALSO_AT = env.origins("OIDC_ALSO_AT", example="https://adfs.example.org")
SOCIALACCOUNT_ADAPTER = "carecoord.accounts.oidc.adapters.ProviderAdapter"
SOCIALACCOUNT_REQUESTS_TIMEOUT = 10

# --- partner systems ----------------------------------------------------------------------------------------------
IDP_OIDC_ACCESS_TOKEN_FORMAT = "opaque"  # noqa: S105  a signed one would cost twenty times as much to make
IDP_OIDC_ACCESS_TOKEN_EXPIRES_IN = 3600
IDP_OIDC_ADAPTER = "carecoord.api.provider.ProviderAdapter"
# The OpenAPI document is made by carecoord/api/schema.py.
SPECTACULAR_SETTINGS = {
    "TITLE": "CareCoord",
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.1",
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "COMPONENT_SPLIT_REQUEST": False,
    "COMPONENT_SPLIT_PATCH": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": ["carecoord.api.schema.finish"],
}
REST_FRAMEWORK = {
    "UNAUTHENTICATED_USER": None,
    "UNAUTHENTICATED_TOKEN": None,
    # `?format=` is a parameter like any other that no list has.
    "URL_FORMAT_OVERRIDE": None,
}

# --- the seals of the audit ----------------------------------------------------------------------------------------
# The worker seals with it, and whoever verifies needs it; the web has no use for it. Kept apart from backups.
AUDIT_KEY = env.optional_secret("AUDIT_KEY", least=50)
AUDIT_FORMER_KEYS = env.words("AUDIT_FORMER_KEYS")
AUDIT_HEADS = DATA_DIR / "audit-heads.log"

# --- what the browser is told -------------------------------------------------------------------------------------
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
    }
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_SSL_REDIRECT = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if HTTPS else None
CSRF_TRUSTED_ORIGINS = [BASE_URL]
CSRF_FAILURE_VIEW = "carecoord.errorpages.form_out_of_date"
DATA_UPLOAD_MAX_MEMORY_SIZE = 1_000_000
# A file of carecoord/uploads.py and what is sent with it. What is larger is passed over as it comes; nothing that was
# sent is left in a folder that nobody empties.
FILE_UPLOAD_MAX_MEMORY_SIZE = 11_000_000
FILE_UPLOAD_HANDLERS = ["carecoord.uploads.SizeLimit", "django.core.files.uploadhandler.MemoryFileUploadHandler"]

# --- words and files ----------------------------------------------------------------------------------------------
LANGUAGE_CODE = "en-gb"
USE_I18N = False
USE_TZ = True
STATIC_URL = "/static/"
STATIC_ROOT = Path(env.text("STATIC_ROOT", example="/srv/static", default=str(BASE_DIR / ".local" / "static")))
NHSUK_BUILD = BASE_DIR / ".local" / "static-build" / "nhsuk"
STATICFILES_DIRS = [BASE_DIR / "static", *([("nhsuk", NHSUK_BUILD)] if NHSUK_BUILD.is_dir() else [])]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "carecoord.ui.statics.KeptAddresses"},
}

# --- messages out -------------------------------------------------------------------------------------------------
EMAIL_URL = env.url("EMAIL_URL", ("smtp", "smtps", "file", "log"), example="smtp://127.0.0.1:25", default="log://")
_mail = urlsplit(EMAIL_URL)
EMAIL_BACKEND = {
    "smtp": "django.core.mail.backends.smtp.EmailBackend",
    "smtps": "django.core.mail.backends.smtp.EmailBackend",
    "file": "django.core.mail.backends.filebased.EmailBackend",
    "log": "django.core.mail.backends.dummy.EmailBackend",
}[_mail.scheme]
EMAIL_HOST = _mail.hostname or "127.0.0.1"
EMAIL_PORT = _mail.port or 25
EMAIL_HOST_USER = unquote(_mail.username or "")
EMAIL_HOST_PASSWORD = unquote(_mail.password or "")
EMAIL_USE_SSL = _mail.scheme == "smtps"
EMAIL_USE_TLS = _mail.scheme == "smtp" and bool(EMAIL_HOST_PASSWORD)  # no password over the wire in the clear
EMAIL_FILE_PATH = unquote(_mail.path) or None
EMAIL_TIMEOUT = 10
# What a monitor sends as `Authorization: Bearer ...` to read /status; empty: administrators in the browser only.
STATUS_TOKEN = env.text("STATUS_TOKEN", example="a-long-random-word", default="")
DEFAULT_FROM_EMAIL = env.text("EMAIL_FROM", example="no-reply@care.example.org", default="no-reply@carecoord.invalid")
# What the mail server sends as `Authorization: Bearer ...` with an email that came back.
BOUNCE_TOKEN = env.optional_secret("BOUNCE_TOKEN", least=32)

# Whether systems of organisations may stand in a private network, and be reached without TLS.
WEBHOOKS_MAY_BE_PRIVATE = env.flag("WEBHOOKS_MAY_BE_PRIVATE")
# Text messages, by GOV.UK Notify; without it they are written to the log.
_notify = {
    "NOTIFY_API_KEY": "carecoord-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0",
    "NOTIFY_SMS_TEMPLATE": "f33517ff-2a88-4f6e-b855-c550268ce08a",
}
env.all_or_none(_notify)
env.only_with("NOTIFY_API_KEY", "NOTIFY_CALLBACK_TOKEN", example=_notify["NOTIFY_API_KEY"])
NOTIFY_API_KEY = env.notify_key("NOTIFY_API_KEY", example=_notify["NOTIFY_API_KEY"])
NOTIFY_SMS_TEMPLATE = env.text("NOTIFY_SMS_TEMPLATE", example=_notify["NOTIFY_SMS_TEMPLATE"], default="")
_notify_at = "https://api.notifications.service.gov.uk"
NOTIFY_URL = env.url("NOTIFY_URL", ("https", "http"), example=_notify_at, default=_notify_at)
# What Notify sends as `Authorization: Bearer ...` with the news of what became of a text.
NOTIFY_CALLBACK_TOKEN = env.optional_secret("NOTIFY_CALLBACK_TOKEN", least=32)

LOG_FORMAT = env.choice("LOG_FORMAT", ("line", "json"), "line")
LOGGING = logs.configuration(LOG_FORMAT)
