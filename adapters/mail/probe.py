"""Whether the mail server lets us in, for `nearpeer check`."""

import aiosmtplib

from adapters.mail.post import PostOffice, connected


async def probe(office: PostOffice) -> tuple[bool, str]:
    """Connects, encrypts and signs in as a letter would; whether that works, and a word about it."""
    try:
        async with connected(office) as server:
            await server.noop()
    except aiosmtplib.SMTPAuthenticationError as error:
        return False, f"{office.host} does not accept the user name and password ({error.code})"
    except (aiosmtplib.SMTPException, OSError) as error:
        return False, f"{office.host} does not answer ({type(error).__name__})"
    return True, f"{office.host} lets us in"
