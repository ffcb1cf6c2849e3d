"""A page with Flask.

    INDEX=idx flask --app docs/examples/with_flask.py run

With workers that are forked, let each make its own application, and so its own Searcher.
"""

from __future__ import annotations

import os

from flask import Flask, render_template_string, request

from search import QueryError, Searcher

PAGE = """
<form><input name="q" value="{{ q }}"></form>
<p>{{ message }}</p>
<ol>
{% for hit in hits %}
  <li>{{ hit.title_html() | safe }} ({{ hit.date.date() if hit.date else "no date" }})
  <br>{{ hit.html() | safe }}</li>
{% endfor %}
</ol>
"""


def create_app(index: str | None = None) -> Flask:
    """Return the application over one index."""
    app = Flask(__name__)
    searcher = Searcher(index or os.environ["INDEX"], tz="Asia/Shanghai")

    @app.get("/")
    def search() -> tuple[str, int]:
        q = request.args.get("q", "")
        try:
            page = searcher.search(q, timeout=5)
        except QueryError as error:
            return render_template_string(PAGE, q=q, message=str(error), hits=()), 400
        return render_template_string(PAGE, q=q, message=f"{page.total} articles", hits=page), 200

    return app
