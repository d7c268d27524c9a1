"""`python -m bot`, which is `nearpeer`."""

from bot import memory

memory.load()

from bot.cli import main  # noqa: E402

if __name__ == "__main__":
    main()
