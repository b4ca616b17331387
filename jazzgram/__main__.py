"""``python -m jazzgram``."""

from jazzgram.cli import main

if __name__ == "__main__":
    main()
