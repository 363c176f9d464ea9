"""``python -m nrg_app`` is the command ``nrg``."""

from nrg_app.cli import main

if __name__ == "__main__":
    main()
