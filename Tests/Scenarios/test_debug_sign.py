"""`slipway debug sign`: requests by Signature Version 4, as the command line gives them."""

import hashlib
import json
import subprocess

import pytest

CONTEXT = {
    "credentials": {"access_key_id": "AKIAOFTHETESTS", "secret_access_key": "a-secret/of+the=tests", "token": "a/token=="},
    "region": "eu-central-1", "service": "execute-api", "timestamp": "2026-11-21T17:30:05Z", "normalize": True, "sign_body": True,
    "expiration_in_seconds": 900,
}
REQUEST = "PUT /models/./b c/?v=2&a=%7E HTTP/1.1\nHost:api.example.org\nX-Note: one\n   two\nContent-Length:5\n\nhello"


@pytest.fixture
def sign(binary, tmp_path):
    def run(*arguments, context=CONTEXT, request=REQUEST, status=0):
        (tmp_path / "context.json").write_text(json.dumps(context))
        (tmp_path / "request.txt").write_text(request)
        done = subprocess.run(
            [binary, "debug", "sign", "--context", tmp_path / "context.json", "--request", tmp_path / "request.txt", *arguments],
            capture_output=True, text=True, timeout=30)
        assert done.returncode == status, done.stderr
        return done.stdout if status == 0 else done.stderr

    return run


def by_botocore(presigned):
    from botocore.auth import SigV4Auth, SigV4QueryAuth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    keys = CONTEXT["credentials"]
    credentials = Credentials(keys["access_key_id"], keys["secret_access_key"], keys["token"])
    digest = hashlib.sha256(b"hello").hexdigest()
    request = AWSRequest("PUT", "https://api.example.org/models/./b%20c/?v=2&a=~", data=b"hello", headers={
        "X-Note": "one two", "Content-Length": "5", "x-amz-content-sha256": digest})
    signer = (SigV4QueryAuth if presigned else SigV4Auth)(credentials, CONTEXT["service"], CONTEXT["region"])
    return signer, request


def test_the_steps_follow_from_each_other_and_agree_with_botocore(sign):
    creq, sts, signature = sign("--emit", "creq"), sign("--emit", "sts"), sign()
    digest = hashlib.sha256(b"hello").hexdigest()
    assert creq.splitlines()[:3] == ["PUT", "/models/b%20c/", "a=~&v=2"]
    assert "x-note:one two\n" in creq and creq.endswith("\n" + digest)
    assert sts == "\n".join([
        "AWS4-HMAC-SHA256", "20261121T173005Z", "20261121/eu-central-1/execute-api/aws4_request",
        hashlib.sha256(creq.encode()).hexdigest()])
    signer, request = by_botocore(presigned=False)
    request.context["timestamp"] = "20261121T173005Z"
    assert signer.signature(sts, request) == signature


def test_the_signed_request_has_its_signature_in_a_header(sign):
    head, body = sign("--emit", "request").split("\n\n", 1)
    assert body == "hello"
    assert head.startswith("PUT /models/./b c/?v=2&a=%7E HTTP/1.1\nHost:api.example.org\n")
    assert f"Signature={sign()}" in head and "X-Amz-Security-Token:a/token==" in head and "X-Amz-Date:20261121T173005Z" in head


def test_a_presigned_url_has_all_of_it_in_its_query(sign):
    target = sign("--presign", "--emit", "request").splitlines()[0]
    for part in (
            "X-Amz-Algorithm=AWS4-HMAC-SHA256", "X-Amz-Expires=900", "X-Amz-Security-Token=a%2Ftoken%3D%3D",
            "X-Amz-SignedHeaders=content-length%3Bhost%3Bx-amz-content-sha256%3Bx-note",
            f"X-Amz-Signature={sign('--presign')}"):
        assert part in target
    assert "Authorization" not in sign("--presign", "--emit", "request")


def test_a_token_may_be_left_out_of_the_signature(sign):
    context = {**CONTEXT, "omit_session_token": True}
    assert "security-token" not in sign("--emit", "creq", context=context)
    assert "X-Amz-Security-Token:a/token==" in sign("--emit", "request", context=context)


@pytest.mark.parametrize("context, request_text, part", [
    ({}, REQUEST, "credentials (access_key_id, secret_access_key)"),
    ({**CONTEXT, "timestamp": "today"}, REQUEST, "2026-11-21T17:00:00Z"),
    (CONTEXT, "nonsense", "GET /path HTTP/1.1"),
])
def test_what_can_not_be_signed_is_said(sign, context, request_text, part):
    said = sign(context=context, request=request_text, status=2)
    assert part in said and "a-secret" not in said
