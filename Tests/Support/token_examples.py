"""ID tokens of every kind, good and forged, made by joserfc: one JSON object for comparison with Slipway's own checks.

    token_examples.py NOW ISSUER CLIENT NONCE

`keys` is the provider's set of keys; `good` and `bad` are tokens by what is special about them.
"""

import base64
import hashlib
import hmac
import json
import sys
import warnings

from joserfc import jws
from joserfc.jwk import ECKey, RSAKey

now, issuer, client, nonce = int(sys.argv[1]), *sys.argv[2:]

rsa = RSAKey.generate_key(2048, {"kid": "rsa", "use": "sig"})
named = RSAKey.generate_key(2048, {"kid": "named"})
curve = ECKey.generate_key("P-256", {"kid": "curve", "use": "sig"})
with warnings.catch_warnings(action="ignore"):
    short = RSAKey.generate_key(1024, {"kid": "short"})
sealing = RSAKey.generate_key(2048, {"kid": "sealing"})
wide = ECKey.generate_key("P-384", {"kid": "wide", "use": "sig"})
stranger = RSAKey.generate_key(2048, {"kid": "stranger"})
twin = RSAKey.generate_key(2048, {"kid": "rsa"})


def encoded(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def claims(**changes):
    found = {"iss": issuer, "sub": "anna-1", "aud": client, "exp": now + 300, "iat": now, "nonce": nonce, "preferred_username": "anna"}
    return {name: value for name, value in {**found, **changes}.items() if value is not None}


def token(key=rsa, algorithm="RS256", header=None, **changes):
    head = {"alg": algorithm, "kid": key.kid, "typ": "JWT", **(header or {})}
    head = {name: value for name, value in head.items() if value is not None}
    return jws.serialize_compact(head, json.dumps(claims(**changes)).encode(), key, algorithms=[algorithm])


def unsigned(head, mac=None):
    text = f"{encoded(json.dumps(head).encode())}.{encoded(json.dumps(claims()).encode())}"
    signature = hmac.new(mac, text.encode(), hashlib.sha256).digest() if mac else b""
    return f"{text}.{encoded(signature)}"


def public(key):
    return key.as_dict(private=False)


def changed(text, index, part):
    parts = text.split(".")
    parts[index] = part
    return ".".join(parts)


def flipped(text):
    """With a bit of the signature's end changed."""
    data = bytearray(base64.urlsafe_b64decode(text.split(".")[2] + "=="))
    data[-1] ^= 1
    return changed(text, 2, encoded(bytes(data)))


def digest(access):
    return encoded(hashlib.sha256(access.encode()).digest()[:16])


off_the_curve = {**public(curve), "kid": "off", "y": public(curve)["x"]}
good = {
    "RS256": token(), "PS256": token(algorithm="PS256"), "ES256": token(curve, "ES256"), "a key that names its use": token(named),
    "no key named": token(header={"kid": None}), "a list of one audience": token(aud=[client]),
    "several audiences, and who asked": token(aud=["other", client], azp=client), "who asked": token(azp=client),
    "a clock that is a little ahead": token(iat=now + 50), "just expired": token(exp=now - 50), "times with a fraction": token(iat=now - 0.5),
    "the right access token": token(at_hash=digest("access")), "not before now": token(nbf=now),
}
# Half of all signatures on a curve have a number that begins with a high bit, and some begin with a zero.
good.update({f"ES256, another time: {count}": token(curve, "ES256", count=count) for count in range(300)})
bad = {
    "a signature with a bit changed": flipped(token()), "a signature on a curve with a bit changed": flipped(token(curve, "ES256")),
    "another one's payload": changed(token(), 1, token(sub="root").split(".")[1]), "a key of a stranger under a known name": token(twin),
    "a key that nobody knows": token(stranger), "a stranger's key and none named": token(stranger, header={"kid": None}),
    "alg none": unsigned({"alg": "none", "kid": "rsa"}), "alg None": unsigned({"alg": "None"}), "no alg": unsigned({"kid": "rsa"}),
    "HS256 with the public key": unsigned({"alg": "HS256", "kid": "rsa"}, rsa.as_pem(private=False)),
    "HS256 with the set's key": unsigned({"alg": "HS256", "kid": "rsa"}, json.dumps(public(rsa)).encode()),
    "RS384": token(algorithm="RS384"), "RS256 with a key for RS256 only, as PS256": token(named, "PS256"),
    "a key that is too short": token(short), "a key that is for sealing": token(sealing), "ES384": token(wide, "ES384"),
    "ES256 said to be RS256": changed(token(curve, "ES256"), 0, encoded(b'{"alg":"RS256","kid":"curve"}')),
    "a point that is not on the curve": token(curve, "ES256", header={"kid": "off"}),
    "a signature in DER": changed(token(curve, "ES256"), 2, encoded(b"\x30" + bytes(70))),
    "an empty signature": changed(token(), 2, ""), "critical parts": changed(token(), 0, encoded(b'{"alg":"RS256","kid":"rsa","crit":["x"]}')),
    "two parts": ".".join(token().split(".")[:2]), "five parts": token() + ".a.b", "padding": token() + "=", "nothing": "",
    "another issuer": token(iss="https://evil.example"), "no issuer": token(iss=None), "an issuer with a slash": token(iss=issuer + "/"),
    "another audience": token(aud="other"), "no audience": token(aud=None), "several audiences, nobody asked": token(aud=["other", client]),
    "somebody else asked": token(azp="other"), "somebody else asked, of several": token(aud=[client, "other"], azp="other"),
    "another nonce": token(nonce="x" * 64), "no nonce": token(nonce=None), "a nonce that is a number": token(nonce=7),
    "expired": token(exp=now - 61), "no end": token(exp=None), "an end that is a text": token(exp=str(now + 300)),
    "from the future": token(iat=now + 61), "no beginning": token(iat=None), "made long ago": token(iat=now - 3600, exp=now + 3600),
    "good later": token(nbf=now + 3600), "nobody": token(sub=None), "an empty subject": token(sub=""), "a long subject": token(sub="a" * 256), "a subject with other letters": token(sub="anna-\u212a"), "a subject with a line": token(sub="a\nb"),
    "another access token": token(at_hash=digest("other")),
}
keys = [public(key) for key in (rsa, curve, short, wide)] + [
    {**public(named), "use": "sig", "alg": "RS256"}, {**public(sealing), "use": "enc"}, off_the_curve,
    {"kty": "oct", "k": "AAAA", "kid": "secret"}]
print(json.dumps({"keys": json.dumps({"keys": keys}), "good": good, "bad": bad}))
