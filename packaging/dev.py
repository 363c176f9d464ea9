"""Set up NRG in a virtual environment beside the code, then run it, test it or build it.

    python3 packaging/dev.py run [arguments for the program]
    python3 packaging/dev.py test [arguments for pytest]
    python3 packaging/dev.py docs
    python3 packaging/dev.py build

Nothing but Python itself is needed. This file keeps to syntax that the oldest Pythons understand,
so that they print a sentence and not a syntax error; the work is done by the modules beside it.
"""

import os
import sys

OLDEST_PYTHON = (3, 11)


def main():
    """Run the command named by the arguments and return the exit status."""
    if sys.version_info[:2] < OLDEST_PYTHON:
        sys.stderr.write(
            "NRG needs Python %d.%d or newer and this is Python %d.%d: install a newer one "
            "(www.python.org/downloads) and use it to run packaging/dev.py.\n"
            % (OLDEST_PYTHON + sys.version_info[:2])
        )
        return 1
    # Python does this by itself, unless it was told not to (python -P, PYTHONSAFEPATH).
    folder = os.path.dirname(os.path.abspath(__file__))
    sys.path[:0] = [folder, os.path.dirname(folder)]
    import dev_commands

    return dev_commands.main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
