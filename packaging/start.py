"""Where the frozen program begins."""

from nrg_app.cli import main

if __name__ == "__main__":
    main()
