"""Requests of every kind, signed by botocore: one JSON object a line, for comparison with Slipway's own signer.

    signing_examples.py COUNT SEED
"""

import json
import random
import sys
import urllib.parse

from botocore.auth import S3SigV4Auth, S3SigV4QueryAuth, SigV4Auth, SigV4QueryAuth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

PLAIN = "abcXYZ019-._~"
STRANGE = " !\"#$%&'()*+,/:;=?@[]^`{|}äßሴ日\u2028"


def word(chance, shortest=1, longest=12, letters=PLAIN + STRANGE):
    return "".join(chance.choice(letters) for _ in range(chance.randint(shortest, longest)))


def path(chance, is_s3):
    parts = []
    for _ in range(chance.randint(0, 5)):
        special = chance.random()
        if special < 0.1:
            parts.append(".")
        elif special < 0.2:
            parts.append("..")
        elif special < 0.3:
            parts.append("")
        else:
            parts.append(urllib.parse.quote(word(chance), safe="~"))
    return "/" + "/".join(parts) + ("/" if parts and chance.random() < 0.3 else "")


def query(chance, is_presigned):
    names = {word(chance) for _ in range(chance.randint(0, 4))}
    items = [(name, chance.choice(["", word(chance)])) for name in names]
    # botocore takes a name that comes twice in a presigned URL once.
    if items and not is_presigned and chance.random() < 0.3:
        items.append((items[0][0], word(chance)))
    chance.shuffle(items)
    return "&".join(f"{urllib.parse.quote(name, safe='~')}={urllib.parse.quote(value, safe='~')}" for name, value in items)


def headers(chance):
    found = {}
    for _ in range(chance.randint(0, 4)):
        name = chance.choice(["X-Amz-Meta-", "My-", "content-"]) + word(chance, 1, 6, "abcDEF09")
        found[name] = chance.choice(["", " ", "\t"]) + word(chance, 0, 20, PLAIN + "  ,;\"=/") + chance.choice(["", "  "])
    if chance.random() < 0.2:
        found["User-Agent"] = "example"
    if chance.random() < 0.2:
        found["Expect"] = "100-continue"
    return found


def recording(kind):
    class Recording(kind):
        def string_to_sign(self, request, canonical_request):
            self.canonical = canonical_request
            self.text = super().string_to_sign(request, canonical_request)
            return self.text

        def signature(self, string_to_sign, request):
            self.proof = super().signature(string_to_sign, request)
            return self.proof

    return Recording


def example(chance):
    is_presigned = chance.random() < 0.4
    service = chance.choice(["s3", "s3", "ecs", "sts", "execute-api"])
    region = chance.choice(["us-east-1", "eu-central-1", "cn-north-1"])
    token = word(chance, 20, 40, PLAIN + "/+=") if chance.random() < 0.5 else None
    credentials = Credentials("AKIA" + word(chance, 16, 16, "ABCDEF0123"), word(chance, 40, 40, PLAIN + "/+="), token)
    host = chance.choice(["example.amazonaws.com", "127.0.0.1:4566", "bucket.s3.amazonaws.com"])
    body = b"" if is_presigned or chance.random() < 0.4 else word(chance, 0, 60).encode()
    method = "GET" if is_presigned else chance.choice(["GET", "PUT", "POST", "DELETE", "HEAD"])
    given = {"path": path(chance, service == "s3"), "query": query(chance, is_presigned), "headers": headers(chance)}
    url = f"https://{host}{given['path']}" + (f"?{given['query']}" if given["query"] else "")
    request = AWSRequest(method=method, url=url, headers=dict(given["headers"]), data=body)
    if is_presigned:
        expires = chance.randint(1, 604800)
        kind = S3SigV4QueryAuth if service == "s3" else SigV4QueryAuth
        signer = recording(kind)(credentials, service, region, expires=expires)
    else:
        expires = None
        signer = recording(S3SigV4Auth if service == "s3" else SigV4Auth)(credentials, service, region)
    signer.add_auth(request)
    return {
        "method": method, "host": host, "body": body.decode(), "service": service, "region": region,
        "key": credentials.access_key, "secret": credentials.secret_key, "token": token, "expires": expires,
        "timestamp": request.context["timestamp"], "canonical": signer.canonical, "stringToSign": signer.text,
        "signature": signer.proof, "headers": [list(item) for item in given["headers"].items()],
        "path": given["path"], "query": given["query"],
    }


def main():
    chance = random.Random(int(sys.argv[2]))
    for _ in range(int(sys.argv[1])):
        print(json.dumps(example(chance)))


if __name__ == "__main__":
    main()
