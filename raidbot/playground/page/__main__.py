"""`python -m raidbot.playground.page` builds the page into `.data/page`, as the demo does when it is not built."""

import sys
from pathlib import Path

from raidbot.playground.page.build import FILES, BuildError, built


def main() -> int:
    """Build, or say in one line why that cannot be done here."""
    try:
        out = built(Path(".data/page").absolute())
    except BuildError as error:
        sys.stdout.write(f"The page is left out: {error}\n")
        return 1
    size = sum((out / name).stat().st_size for name in FILES)
    sys.stdout.write(f"The page is built: the browser loads {size / 1024:.0f} KiB\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
