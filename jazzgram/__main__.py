"""``python -m jazzgram``."""

from jazzgram_command import main

if __name__ == "__main__":
    main()
