"""A real provider of OpenID Connect, made of authlib: the authorization code flow, with PKCE by S256 or not at all.

    identity_provider.py CLIENT SECRET REDIRECT

It prints its address, and ends when its standard input does. /authorize shows a button for each person. What the tests change:
PUT /people/SUBJECT sets the claims of a person, PUT /ways sets how it behaves: `algorithm` of its tokens, with a new key,
`apart` (claims are told at /userinfo only), `quiet` (nothing is answered but with 503), `secret` (another one of the client).
"""

import html
import os
import sys
import threading

os.environ["AUTHLIB_INSECURE_TRANSPORT"] = "1"

import flask  # noqa: E402
from authlib.integrations.flask_oauth2 import AuthorizationServer, ResourceProtector, current_token  # noqa: E402
from authlib.oauth2 import OAuth2Error  # noqa: E402
from authlib.oauth2.rfc6749 import AuthorizationCodeMixin, ClientMixin, TokenMixin, grants  # noqa: E402
from authlib.oauth2.rfc6750 import BearerTokenValidator  # noqa: E402
from authlib.oauth2.rfc7636 import CodeChallenge  # noqa: E402
from authlib.oidc.core import OpenIDCode  # noqa: E402
from joserfc.jwk import ECKey, RSAKey  # noqa: E402
from werkzeug.serving import WSGIRequestHandler, make_server  # noqa: E402

CLIENT, SECRET, REDIRECT = sys.argv[1:]
people, codes, tokens, nonces, keys = {}, {}, {}, set(), []
ways = {"algorithm": "RS256", "apart": False, "quiet": False, "secret": SECRET}
app = flask.Flask(__name__)
server = AuthorizationServer()


def new_key():
    options = {"kid": f"key-{len(keys)}", "use": "sig"}
    keys.append(ECKey.generate_key("P-256", options) if ways["algorithm"] == "ES256" else RSAKey.generate_key(2048, options))


class Client(ClientMixin):
    def get_client_id(self):
        return CLIENT

    def get_default_redirect_uri(self):
        return REDIRECT

    def get_allowed_scope(self, scope):
        return " ".join(word for word in scope.split() if word in ("openid", "profile", "email", "groups"))

    def check_redirect_uri(self, redirect_uri):
        return redirect_uri == REDIRECT

    def check_client_secret(self, client_secret):
        return client_secret == ways["secret"]

    def check_endpoint_auth_method(self, method, endpoint):
        return method == "client_secret_basic"

    def check_response_type(self, response_type):
        return response_type == "code"

    def check_grant_type(self, grant_type):
        return grant_type == "authorization_code"


class Person:
    def __init__(self, subject):
        self.subject = subject

    def get_user_id(self):
        return self.subject

    def claims(self):
        return {**people[self.subject], "sub": self.subject}


class Code(AuthorizationCodeMixin):
    def __init__(self, code, request):
        fields = request.payload.data
        self.code, self.subject = code, request.user.subject
        self.redirect_uri, self.scope = request.payload.redirect_uri, request.payload.scope
        self.nonce = fields.get("nonce")
        self.code_challenge, self.code_challenge_method = fields["code_challenge"], fields["code_challenge_method"]

    def get_redirect_uri(self):
        return self.redirect_uri

    def get_scope(self):
        return self.scope

    def get_nonce(self):
        return self.nonce

    def get_auth_time(self):
        return None

    def get_acr(self):
        return None

    def get_amr(self):
        return None


class Token(TokenMixin):
    def __init__(self, scope, subject):
        self.scope, self.subject = scope, subject

    def get_scope(self):
        return self.scope

    def is_expired(self):
        return False

    def is_revoked(self):
        return False


class CodeGrant(grants.AuthorizationCodeGrant):
    TOKEN_ENDPOINT_AUTH_METHODS = ["client_secret_basic"]

    def save_authorization_code(self, code, request):
        codes[code] = Code(code, request)

    def query_authorization_code(self, code, client):
        return codes.get(code)

    def delete_authorization_code(self, authorization_code):
        del codes[authorization_code.code]

    def authenticate_user(self, authorization_code):
        return Person(authorization_code.subject)


class Challenge(CodeChallenge):
    SUPPORTED_CODE_CHALLENGE_METHOD = ["S256"]


class Tokens(OpenIDCode):
    def exists_nonce(self, nonce, request):
        seen = nonce in nonces
        nonces.add(nonce)
        return seen and flask.request.method == "GET"

    def get_client_algorithm(self, client):
        return ways["algorithm"]

    def get_encode_header(self, client):
        return {"alg": ways["algorithm"], "kid": keys[-1].kid}

    def resolve_client_private_key(self, client):
        return keys[-1]

    def get_client_claims(self, client):
        return {"iss": flask.request.host_url.rstrip("/"), "aud": [CLIENT]}

    def generate_user_info(self, user, scope):
        return {"sub": user.subject} if ways["apart"] else user.claims()


class Validator(BearerTokenValidator):
    def authenticate_token(self, token_string):
        return tokens.get(token_string)


def save_token(token, request):
    tokens[token["access_token"]] = Token(token.get("scope", ""), request.user.subject)


server.init_app(app, query_client=lambda client: Client() if client == CLIENT else None, save_token=save_token)
server.register_grant(CodeGrant, [Tokens(require_nonce=True), Challenge(required=True)])
protector = ResourceProtector()
protector.register_token_validator(Validator())


@app.before_request
def silence():
    if ways["quiet"] and not flask.request.path.startswith(("/people", "/ways")):
        return "not now", 503
    return None


@app.get("/.well-known/openid-configuration")
def description():
    address = flask.request.host_url.rstrip("/")
    return {
        "issuer": address, "authorization_endpoint": f"{address}/authorize", "token_endpoint": f"{address}/token",
        "jwks_uri": f"{address}/keys", "userinfo_endpoint": f"{address}/userinfo", "response_types_supported": ["code"],
        "subject_types_supported": ["public"], "id_token_signing_alg_values_supported": [ways["algorithm"]],
        "token_endpoint_auth_methods_supported": ["client_secret_basic"], "code_challenge_methods_supported": ["S256"],
    }


@app.get("/keys")
def public_keys():
    return {"keys": [key.as_dict(private=False) for key in keys[-1:]]}


@app.get("/authorize")
def ask():
    try:
        server.get_consent_grant(end_user=None)
    except OAuth2Error as error:
        return f"<h1>{html.escape(str(error))}</h1>", 400
    if "code_challenge" not in flask.request.args:
        return "<h1>no PKCE</h1>", 400
    buttons = "".join(f'<p><button name="subject" value="{html.escape(one)}">I am {html.escape(one)}</button></p>' for one in people)
    return f'<!doctype html><title>Provider</title><h1>Who are you?</h1><form method="post">{buttons}<p><button name="no" value="no">I say no</button></p></form>'


@app.post("/authorize")
def answered():
    subject = flask.request.form.get("subject")
    try:
        grant = server.get_consent_grant(end_user=None)
        return server.create_authorization_response(grant_user=Person(subject) if subject in people else None, grant=grant)
    except OAuth2Error as error:
        return f"<h1>{html.escape(str(error))}</h1>", 400


@app.post("/token")
def token():
    return server.create_token_response()


@app.get("/userinfo")
@protector(None)
def user_info():
    return Person(current_token.subject).claims()


@app.put("/people/<subject>")
def set_person(subject):
    people[subject] = flask.request.json
    return "", 204


@app.put("/ways")
def set_ways():
    ways.update(flask.request.json)
    if "algorithm" in flask.request.json:
        new_key()
    return "", 204


class Handler(WSGIRequestHandler):
    def log(self, kind, message, *arguments):
        pass


new_key()
listener = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Handler)
threading.Thread(target=listener.serve_forever, daemon=True).start()
print(f"http://127.0.0.1:{listener.server_port}", flush=True)
sys.stdin.buffer.read()
os._exit(0)
