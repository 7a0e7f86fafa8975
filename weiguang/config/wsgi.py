"""The application as a web server sees it; refuses to serve with a secret that everybody knows."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from weiguang.config.secret import refuse_placeholder

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "weiguang.config.settings")
refuse_placeholder(settings.SECRET_KEY)
application = get_wsgi_application()
