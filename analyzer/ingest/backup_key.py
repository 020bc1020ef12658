"""The key of an encrypted adb backup, from its password.

Reference: AOSP BackupPasswordManager and PasswordUtils: PBKDF2-HMAC-SHA1 gives the user's key,
AES-256-CBC under it hides the master key, and a checksum of the master key tells whether the
password was right. Backups of version 1 take the low byte of each character, later ones UTF-8;
some writers mixed the two, so both are tried.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterator
from typing import NamedTuple

KEY_BYTES = 32
IV_BYTES = 16
# Android writes 10,000 rounds; a hostile header would write a number that takes days.
MOST_ROUNDS = 1_000_000


class Encryption(NamedTuple):
    """The lines of a backup's header that its encryption needs."""

    user_salt: bytes
    checksum_salt: bytes
    rounds: int
    user_iv: bytes
    hidden_key: bytes


class Key(NamedTuple):
    """The master key and the initialization vector of the backup's content."""

    key: bytes
    iv: bytes


def master_key(encryption: Encryption, password: str, version: int) -> Key | None:
    """Return the key of a backup, or None if the password is wrong."""
    for utf8 in (version >= 2, version < 2):
        user_key = _derived(_characters(password, utf8), encryption.user_salt, encryption.rounds)
        plain = b"".join(
            decrypted(iter([encryption.hidden_key]), Key(user_key, encryption.user_iv))
        )
        found = _unpacked(plain)
        if found and _is_right(found[0], found[1], encryption, utf8):
            return found[0]
    return None


def decrypted(packed: Iterator[bytes], key: Key) -> Iterator[bytes]:
    """Yield AES-256-CBC content decrypted, its padding included; a cut last block is left out."""
    from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

    decryptor = Cipher(algorithms.AES256(key.key), modes.CBC(key.iv)).decryptor()
    for block in packed:
        yield decryptor.update(block)


def _unpacked(plain: bytes) -> tuple[Key, bytes] | None:
    """Return key, vector and checksum, each written behind its length; None if they are not."""
    fields: list[bytes] = []
    at = 0
    for _ in range(3):
        if at >= len(plain):
            return None
        length = plain[at]
        fields.append(plain[at + 1 : at + 1 + length])
        at += 1 + length
    iv, key, checksum = fields
    if (len(iv), len(key), len(checksum)) != (IV_BYTES, KEY_BYTES, KEY_BYTES):
        return None
    return Key(key, iv), checksum


def _is_right(key: Key, checksum: bytes, encryption: Encryption, utf8: bool) -> bool:
    # Java's cast from byte to char carries the sign: 0x80 becomes U+FF80.
    signed = "".join(chr(byte if byte < 0x80 else 0xFF00 + byte) for byte in key.key)
    for way in (utf8, not utf8):
        found = _derived(_characters(signed, way), encryption.checksum_salt, encryption.rounds)
        if hmac.compare_digest(found, checksum):
            return True
    return False


def _characters(text: str, utf8: bool) -> bytes:
    if utf8:
        return text.encode("utf-8", "surrogatepass")
    return bytes(ord(character) & 0xFF for character in text)


def _derived(password: bytes, salt: bytes, rounds: int) -> bytes:
    return hashlib.pbkdf2_hmac("sha1", password, salt, rounds, KEY_BYTES)
