"""`python -m bot`, which is `nearpeer`."""

from bot.cli import main

if __name__ == "__main__":
    main()
