"""``python -m service``: the command line."""

from service.cli import main
from service.log import keep_off_stdout

if __name__ == "__main__":
    keep_off_stdout()
    main()
