"""Reads the pipelines of guides that people follow. `SLIPWAY_SEEDS` names the folder that has them.

Some went through a converter that lost indentation, hyphens and quotation marks; what is mended here is only that.
"""

import os
import pathlib
import re

import yaml

# What a step of a workflow may have; whatever else stands at its level belongs to the mapping above it.
STEP_KEYS = {"name", "id", "uses", "run", "with", "env", "if", "shell", "working-directory"}
PHASES = {"install", "pre_build", "build", "post_build"}


def folder():
    """None where no guides are at hand."""
    named = os.environ.get("SLIPWAY_SEEDS")
    return pathlib.Path(named) if named else None


class Guide:
    def __init__(self, number):
        found = sorted(folder().glob(f"{number:03}_*.txt"))
        assert len(found) == 1, f"{folder()} has {len(found)} guides with the number {number}"
        self.text = found[0].read_text(errors="replace")

    def section(self, begin, end=None):
        """What stands between two lines, which are found by what they begin with."""
        lines = self.text.splitlines()
        first = max(number for number, line in enumerate(lines) if line.startswith(begin))
        last = next((number for number, line in enumerate(lines) if number > first and end and line.startswith(end)), len(lines))
        return Section("\n".join(lines[first:last]) + "\n")


class Section:
    def __init__(self, text):
        self.text = text

    def blocks(self, language=None):
        """The texts between lines of three backticks."""
        found = re.findall(r"^```(\w*)\n(.*?)^```", self.text, flags=re.DOTALL | re.MULTILINE)
        return [text for kind, text in found if language in (None, kind)]

    def block(self, containing, language=None):
        found = [text for text in self.blocks(language) if containing in text]
        assert found, f"no block has {containing!r}"
        return found[0]

    def steps(self, containing):
        """The steps of a workflow in the block that has a text, as mappings."""
        return mended_steps(self.block(containing))


def mended_steps(text):
    """Steps whose lines all stand at the same depth; what stands before the first one is left out."""
    made, is_inside = [], False
    for line in (line.rstrip() for line in text.splitlines() if line.strip()):
        key = re.match(r"(?:- )?([\w-]+):", line)
        is_step = line.startswith("- ")
        if not made and not is_step:
            continue
        if is_step or (key and key[1] in STEP_KEYS):
            made.append(line if is_step else f"  {line}")
            is_inside = line.endswith((":", "|"))
        else:
            assert is_inside, f"{line!r} belongs to nothing"
            made.append(f"    {line.strip()}")
    return yaml.safe_load("\n".join(made))


def mended_buildspec(text, values):
    """A buildspec without indentation. `values`: what stands for `<aws account id>` and the like."""
    for name, value in values.items():
        text = re.sub(f"<{name.replace(' ', '[ _]')}>", value, text)
    text = text.replace("\\$", "$").replace("-- username", "--username").replace("cut c ", "cut -c ").replace("'date'", "`date`")
    text = text.replace("]'$", "]' $")
    made, is_in_artifacts = [], False
    for line in filter(str.strip, text.splitlines()):
        line = line.strip()
        name = line[:-1] if line.endswith(":") else None
        if line.startswith("- "):
            made.append(("    " if is_in_artifacts else "      ") + line)
        elif name in PHASES:
            made.append(f"  {line}")
        elif name == "commands":
            made.append(f"    {line}")
        elif name == "files":
            made.append(f"  {line}")
        else:
            is_in_artifacts = name == "artifacts"
            made.append(line)
    return "\n".join(made) + "\n"
