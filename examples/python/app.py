"""A small web application that people sign in to with Portcullis."""

import os
import secrets

from authlib.integrations.base_client.errors import OAuthError
from authlib.integrations.flask_client import OAuth
from flask import Flask, abort, redirect, render_template_string, request, session, url_for
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet
from requests import HTTPError

ISSUER = os.environ["PORTCULLIS_URL"]
LOGOUT_EVENT = "http://schemas.openid.net/event/backchannel-logout"

app = Flask(__name__)
app.secret_key = os.environ.get("SESSION_KEY") or secrets.token_hex(32)
app.config.update(SESSION_COOKIE_NAME="billing", SESSION_COOKIE_SAMESITE="Lax")

portcullis = OAuth(app).register(
    "portcullis",
    server_metadata_url=f"{ISSUER}/.well-known/openid-configuration",
    client_id=os.environ["CLIENT_ID"],
    client_secret=os.environ["CLIENT_SECRET"],
    # PKCE is asked of everybody.
    client_kwargs={"scope": "openid profile email", "code_challenge_method": "S256"},
)

# Who is signed in, by a key that only their browser holds. Kept here and not in the cookie, so
# that Portcullis can end it. An application of several processes keeps it in its database.
people = {}

PAGE = """<!doctype html>
<html lang="en"><meta charset="utf-8"><title>Billing</title>
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="icon" href="data:,">
<h1>Billing</h1>
{% if person %}<p>Hello, {{ person.name }} ({{ person.email }}).</p>
<p><a href="{{ url_for('delete') }}">Delete everything</a></p>
<p><a href="{{ url_for('sign_out') }}">Leave</a></p>
{% else %}<p>{{ said or "Nobody is signed in." }}</p>
<p><a href="{{ url_for('sign_in') }}">Sign in with Portcullis</a></p>{% endif %}
"""


def who():
    """Who is signed in, as Portcullis knows them at this moment; None where nobody is."""
    held = people.get(session.get("key"))
    if held is None:
        return None
    try:
        # The access token is the application session: it is refused as soon as that has ended.
        return portcullis.userinfo(token=held["token"])
    except HTTPError:
        people.pop(session.pop("key"), None)
        return None


@app.get("/")
def home():
    said = "You are signed out." if "bye" in request.args else None
    return render_template_string(PAGE, person=who(), said=said)


@app.get("/sign-in")
def sign_in():
    return portcullis.authorize_redirect(url_for("signed_in", _external=True))


@app.get("/signed-in")
def signed_in():
    # An answer of another provider is not taken for one of ours (RFC 9207).
    if request.args.get("iss") != ISSUER:
        abort(400)
    try:
        # Compares state and nonce, exchanges the code, verifies the ID token.
        token = portcullis.authorize_access_token()
    except OAuthError as error:
        return render_template_string(PAGE, person=None, said=f"Not signed in: {error.error}.")
    key = secrets.token_urlsafe(32)
    people[key] = {"token": token, "sid": token["userinfo"]["sid"]}
    session.clear()
    session["key"] = key
    return redirect(url_for("home"))


@app.get("/delete")
def delete():
    """Something for which a fresh proof of who it is should be given."""
    return portcullis.authorize_redirect(url_for("signed_in", _external=True), max_age=60)


@app.get("/sign-out")
def sign_out():
    held = people.pop(session.pop("key", None), None)
    if held is None:
        return redirect(url_for("home"))
    leaving = portcullis.create_logout_url(
        post_logout_redirect_uri=url_for("home", bye="", _external=True),
        id_token_hint=held["token"]["id_token"],
    )
    return redirect(leaving["url"])


@app.post("/logged-out")
def logged_out():
    """Portcullis says that a session has ended (OpenID Connect Back-Channel Logout)."""
    try:
        keys = KeySet.import_key_set(portcullis.fetch_jwk_set(force=True))
        token = jwt.decode(request.form["logout_token"], keys, algorithms=["ES256", "RS256"])
        jwt.JWTClaimsRegistry(
            iss={"essential": True, "value": ISSUER},
            aud={"essential": True, "value": os.environ["CLIENT_ID"]},
            exp={"essential": True},
            sid={"essential": True},
        ).validate(token.claims)
    except (JoseError, KeyError, ValueError):
        abort(400)
    if LOGOUT_EVENT not in token.claims.get("events", {}) or "nonce" in token.claims:
        abort(400)
    for key in [key for key, held in people.items() if held["sid"] == token.claims["sid"]]:
        del people[key]
    return "", 200, {"Cache-Control": "no-store"}


if __name__ == "__main__":
    app.run(host="127.0.0.1", port=int(os.environ.get("PORT", "5000")))
