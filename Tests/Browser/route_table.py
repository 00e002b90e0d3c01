"""The pages that the server has, read from its route table."""

import pathlib
import re

ROUTES = pathlib.Path(__file__).resolve().parent.parent.parent / "Sources" / "Web" / "Routes"
LINE = re.compile(r'Route\(\s*\.get,\s*"(?P<path>[^"]+)",\s*\.(?P<access>\w+),(?:\s*\.\w+,)?\s*"(?P<name>\w+)"')

# What programs and the pages' own scripts read, and what leads elsewhere.
NOT_PAGES = {
    "jobLines": "a part of a log for the page's script", "jobLayout": "the places of lines for the page's script",
    "jobError": "leads to the first error", "jobByte": "leads to a line", "artifactFile": "a download",
    "pageEvents": "the stream of a page", "asset": "a file", "favicon": "a picture", "faviconFallback": "a picture",
    "badge": "a picture", "providerSignIn": "leads to the provider of identities", "providerReturn": "leads back from it",
}


def pages():
    """The name of every page, and who may see it: the word in the table."""
    found = {}
    for file in sorted(ROUTES.glob("*.swift")):
        for match in LINE.finditer(file.read_text()):
            path, name, access = match["path"], match["name"], match["access"]
            if not path.startswith(("/api/", "/hooks/", "/health", "/metrics")) and name not in NOT_PAGES:
                found[name] = access
    return found
