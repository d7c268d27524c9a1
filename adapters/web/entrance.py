"""Signatures of our pages: links that let somebody in, and seals that a form was made for the one who sends it."""

from itsdangerous import BadSignature, Signer, URLSafeSerializer


class Entrance:
    """Implements `core.ports.Entrance`. Open once it is bound to an address."""

    def __init__(self, secret: str) -> None:
        self._links = URLSafeSerializer(secret, salt="nearpeer.web.entrance")
        self._seals = Signer(secret, salt="nearpeer.web.form")
        self.address = ""

    def bind(self, address: str) -> None:
        """Our public address, without a slash at the end."""
        self.address = address

    @property
    def is_open(self) -> bool:
        return bool(self.address)

    @property
    def is_secure(self) -> bool:
        return self.address.startswith("https://")

    def link(self, secret: str) -> str:
        return f"{self.address}/enter/{self._links.dumps(secret)}"

    def secret_of(self, signed: str) -> str | None:
        """What a link of ours was made for; nothing where the signature is not ours."""
        try:
            return str(self._links.loads(signed))
        except BadSignature:
            return None

    def seal(self, holder: str) -> str:
        """What a form carries to show that it was made for the holder of a cookie."""
        return self._seals.get_signature(holder).decode()

    def fits(self, holder: str, seal: str) -> bool:
        return bool(holder) and self._seals.verify_signature(holder, seal)
