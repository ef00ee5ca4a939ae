"""What lies sealed in the database: a copy of it alone opens no door, and reads no file that waits there."""

from base64 import urlsafe_b64encode

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings


class SealedWithAnotherKey(Exception):
    """SECRET_KEY was changed, and the former one is not among SECRET_KEY_FALLBACKS."""


def seals(purpose: str = "second factor") -> MultiFernet:
    """One a SECRET_KEY: the present one seals, the former ones (SECRET_KEY_FALLBACKS) still open."""
    return MultiFernet(
        [
            Fernet(urlsafe_b64encode(HKDF(SHA256(), length=32, salt=None, info=purpose.encode()).derive(key.encode())))
            for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
        ]
    )


def seal(text: str) -> str:
    return seals().encrypt(text.encode()).decode()


def unseal(sealed: str) -> str:
    try:
        return seals().decrypt(sealed.encode()).decode()
    except InvalidToken as error:
        raise SealedWithAnotherKey from error
