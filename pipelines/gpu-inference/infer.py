"""Says which GPU it would use. A real model loads here."""

import pathlib
import sys

devices = sorted(path.name for path in pathlib.Path("/dev").glob("nvidia[0-9]*"))
print(f"devices: {', '.join(devices) or 'none'}")
sys.exit(0 if devices else "there is no GPU in this container")
