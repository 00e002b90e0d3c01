"""Certificates of the tests' own, laid out as Docker's programs want them."""

import pathlib
import subprocess


def make_certificates(folder, names):
    """`folder/server` and `folder/client`, each with ca.pem, cert.pem and key.pem; the server's is for the names: `IP:127.0.0.1`."""
    folder = pathlib.Path(folder)
    authority = folder / "authority"
    authority.mkdir(parents=True)
    openssl("req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=tests", "-keyout", authority / "key.pem",
            "-out", authority / "ca.pem")
    for role, extension in (("server", f"subjectAltName={','.join(names)}\nextendedKeyUsage=serverAuth"),
                            ("client", "extendedKeyUsage=clientAuth")):
        place = folder / role
        place.mkdir()
        openssl("req", "-newkey", "rsa:2048", "-nodes", "-subj", f"/CN={role}", "-keyout", place / "key.pem", "-out", place / "request")
        (place / "extension").write_text(extension)
        openssl("x509", "-req", "-in", place / "request", "-CA", authority / "ca.pem", "-CAkey", authority / "key.pem", "-CAcreateserial",
                "-days", "2", "-extfile", place / "extension", "-out", place / "cert.pem")
        (place / "ca.pem").write_bytes((authority / "ca.pem").read_bytes())
    return folder


def openssl(*arguments):
    done = subprocess.run(["openssl", *arguments], capture_output=True, text=True)
    assert done.returncode == 0, f"openssl {arguments}: {done.stderr}"
