#!/usr/bin/env python3
"""Reads a Biclé vault from docs/vault-format.md alone: a second implementation of the format.

Usage: vault_reader.py FILE SECRET-FILE [--recovery-key] [--keys]

Prints one JSON object: vault_id, generation, created_unix, records (id, revision, summary, body_sha256,
body_bytes), verdict ("intact", or why not). Exit status 0 when the vault is intact, 1 when not, 2 on wrong usage.
A line end at the end of the secret's file is not part of the secret. `--keys` prints instead the keys that the
secret opens, in hexadecimal: what a test looks for in a program's memory.
"""

import hashlib
import hmac
import json
import os
import sqlite3
import struct
import sys

from argon2.low_level import Type, hash_secret_raw
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

SCHEMA = {
    "body": "CREATE TABLE body (id INTEGER PRIMARY KEY, sealed BLOB NOT NULL) STRICT",
    "record": "CREATE TABLE record (id INTEGER PRIMARY KEY, revision INTEGER NOT NULL, "
    "summary BLOB NOT NULL, body_revision INTEGER NOT NULL, body_tag BLOB NOT NULL) STRICT",
    "slot": "CREATE TABLE slot (id INTEGER PRIMARY KEY, memory_kib INTEGER NOT NULL, "
    "passes INTEGER NOT NULL, lanes INTEGER NOT NULL, salt BLOB NOT NULL, nonce BLOB NOT NULL, "
    "wrapped_key BLOB NOT NULL) STRICT",
    "vault": "CREATE TABLE vault (id INTEGER PRIMARY KEY, vault_id BLOB NOT NULL, "
    "state BLOB NOT NULL) STRICT",
}
STATE, WRAPPED_KEY, SUMMARY, BODY = (1, 1), (2, 1), (3, 1), (4, 1)
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


class Refused(Exception):
    """The vault is not what it should be; the message says how."""


# --- XChaCha20-Poly1305, from ChaCha20-Poly1305 and HChaCha20 (draft-irtf-cfrg-xchacha-03) ---


def hchacha20(key, nonce):
    """The subkey of 32 bytes for the first 16 bytes of the nonce (section 2.2)."""
    words = list(struct.unpack("<16I", b"expand 32-byte k" + key + nonce))

    def quarter(a, b, c, d):
        for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
            words[x] = (words[x] + words[y]) & 0xFFFFFFFF
            mixed = words[z] ^ words[x]
            words[z] = ((mixed << turn) | (mixed >> (32 - turn))) & 0xFFFFFFFF

    for _ in range(10):
        quarter(0, 4, 8, 12)
        quarter(1, 5, 9, 13)
        quarter(2, 6, 10, 14)
        quarter(3, 7, 11, 15)
        quarter(0, 5, 10, 15)
        quarter(1, 6, 11, 12)
        quarter(2, 7, 8, 13)
        quarter(3, 4, 9, 14)
    return struct.pack("<8I", *words[0:4], *words[12:16])


def aead_open(key, nonce, data, ciphertext_and_tag, what):
    subkey = hchacha20(key, nonce[:16])
    try:
        return ChaCha20Poly1305(subkey).decrypt(bytes(4) + nonce[16:], ciphertext_and_tag, data)
    except InvalidTag as error:
        raise Refused(f"{what} does not open") from error


def open_sealed(key, data, sealed, what):
    if len(sealed) < 24 + 16:
        raise Refused(f"{what} is too short")
    return aead_open(key, sealed[:24], data, sealed[24:], what)


def unpad(plain, bucket, what):
    if len(plain) < 4:
        raise Refused(f"{what} has no length")
    (length,) = struct.unpack(">I", plain[:4])
    whole = -(-(4 + length) // bucket) * bucket
    if len(plain) != whole or any(plain[4 + length :]):
        raise Refused(f"{what} is padded otherwise")
    return plain[4 : 4 + length]


# --- the container ---


def check_header(path):
    with open(path, "rb") as file:
        head = file.read(108)
    if len(head) < 108 or head[:16] != b"SQLite format 3\0":
        raise Refused("not a vault")

    def u32(offset):
        return struct.unpack(">I", head[offset : offset + 4])[0]

    if u32(68) != 0x4269436C:
        raise Refused("not a vault")
    if u32(60) > 1:
        raise Refused(f"format {u32(60)} is newer than 1")
    sound = (
        u32(60) == 1
        and head[16:18] == (8192).to_bytes(2, "big")
        and head[18:24] == bytes([1, 1, 0, 64, 32, 32])
        and (u32(52), u32(56), u32(64)) == (0, 1, 0)
        and head[100] == 13
        and head[103:105] == (4).to_bytes(2, "big")
    )
    if not sound:
        raise Refused("the SQLite header is not a vault's")
    journal = path + "-journal"
    if os.path.exists(journal) and os.path.getsize(journal) > 0:
        raise Refused("a crash left a journal: open the vault with Biclé first")
    if os.path.getsize(path) != u32(28) * 8192:
        raise Refused("the file has another length than it says")


def connect(path):
    from urllib.parse import quote

    connection = sqlite3.connect(f"file:{quote(os.path.abspath(path))}?mode=ro", uri=True)
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    if sorted(found) != sorted(("table", name, name, sql) for name, sql in SCHEMA.items()):
        raise Refused("the schema is not a vault's")
    return connection


# --- the vault ---


def associated_data(vault_id, place, row, revision):
    table, column = place
    return b"bicle-vault" + struct.pack(">I16sBBqQ", 1, vault_id, table, column, row, revision)


def recovery_key_bytes(text):
    """Section 8."""
    characters = []
    for character in text.upper():
        if character.isspace() or character in "-\u2010\u2011\u2012\u2013\u2014\u2015":
            continue
        characters.append({"O": "0", "I": "1", "L": "1"}.get(character, character))
    if len(characters) != 36 or any(character not in ALPHABET for character in characters):
        raise Refused("not a recovery key")
    values = [ALPHABET.index(character) for character in characters]

    def number(part):
        bits = 0
        for value in part:
            bits = bits << 5 | value
        return bits

    key = number(values[:32]).to_bytes(20, "big")
    digest = hashlib.sha256(b"bicle-vault 1 recovery key" + key).digest()
    if number(values[32:]) != int.from_bytes(digest[:3], "big") >> 4:
        raise Refused("the recovery key is mistyped")
    return key


def check_slot(slot):
    identifier, memory_kib, passes, lanes, salt, nonce, wrapped_key = slot
    bounded = (
        65536 <= memory_kib <= 2097152
        and 3 <= passes <= 64
        and 1 <= lanes <= 16
        and memory_kib * passes <= 16777216
    )
    if not bounded:
        raise Refused(f"slot {identifier} asks for a key derivation out of bounds")
    if (len(salt), len(nonce), len(wrapped_key)) != (16, 24, 48):
        raise Refused(f"slot {identifier} has fields of other sizes")


def unwrap(vault_id, slot, secret):
    identifier, memory_kib, passes, lanes, salt, nonce, wrapped_key = slot
    wrapping = hash_secret_raw(secret, salt, passes, memory_kib, lanes, 32, Type.ID, 0x13)
    data = associated_data(vault_id, WRAPPED_KEY, identifier, 0)
    data += struct.pack(">III", memory_kib, passes, lanes) + salt
    return wrapping, aead_open(wrapping, nonce, data, wrapped_key, "the slot (wrong secret?)")


def read_vault(path, secret, recovery, keys=False):
    check_header(path)
    connection = connect(path)
    rows = connection.execute("SELECT id, vault_id, state FROM vault").fetchall()
    if len(rows) != 1 or rows[0][0] != 1 or len(rows[0][1]) != 16:
        raise Refused("the vault table is not a vault's")
    _, vault_id, sealed_state = rows[0]
    result = {"vault_id": vault_id.hex()}

    slots = connection.execute(
        "SELECT id, memory_kib, passes, lanes, salt, nonce, wrapped_key FROM slot ORDER BY id"
    ).fetchall()
    if [slot[0] for slot in slots] not in ([1], [1, 2]):
        raise Refused("the slots are not a vault's")
    for slot in slots:
        check_slot(slot)
    if recovery:
        if len(slots) < 2:
            raise Refused("the vault has no recovery key")
        wrapping, vault_key = unwrap(vault_id, slots[1], recovery_key_bytes(secret.decode("utf-8")))
    else:
        wrapping, vault_key = unwrap(vault_id, slots[0], secret)

    def subkey(purpose):
        label = b"bicle-vault 1 " + purpose
        return HKDF(algorithm=SHA256(), length=32, salt=vault_id, info=label).derive(vault_key)

    if keys:
        result = {"wrapping": wrapping.hex(), "vault": vault_key.hex()}
        for purpose in ("summary", "body", "state", "digest"):
            result[purpose] = subkey(purpose.encode()).hex()
        return result

    state_data = associated_data(vault_id, STATE, 1, 0)
    state = open_sealed(subkey(b"state"), state_data, sealed_state, "the state")
    if len(state) != 128 or any(state[96:]):
        raise Refused("the state is laid out otherwise")
    generation, highest, count, created = struct.unpack(">QQQq", state[:32])
    result["generation"] = generation
    result["created_unix"] = created

    digest_key = subkey(b"digest")
    records = connection.execute(
        "SELECT id, revision, summary, body_revision, body_tag FROM record ORDER BY id"
    ).fetchall()
    message = b"bicle-vault 1 records" + struct.pack(">Q", len(records))
    for identifier, revision, summary, body_revision, body_tag in records:
        if len(body_tag) != 16 or len(summary) < 40 or revision < 0 or body_revision < 0:
            raise Refused(f"record {identifier} has fields of other sizes")
        message += struct.pack(">qQ16sQ16s", identifier, revision, summary[-16:], body_revision, body_tag)
    whole = (
        len(records) == count
        and all(1 <= record[0] <= highest for record in records)
        and hmac.compare_digest(hmac.digest(digest_key, message, "sha256"), state[32:64])
    )
    if not whole:
        raise Refused("the set of records is altered")
    message = b"bicle-vault 1 slots" + struct.pack(">Q", len(slots))
    for slot in slots:
        message += struct.pack(">qIII16s24s48s", *slot)
    if not hmac.compare_digest(hmac.digest(digest_key, message, "sha256"), state[64:96]):
        raise Refused("the slots are altered")

    bodies = {row[0] for row in connection.execute("SELECT id FROM body")}
    if bodies != {record[0] for record in records}:
        raise Refused("the bodies are not those of the records")
    summary_key, body_key = subkey(b"summary"), subkey(b"body")
    result["records"] = []
    for identifier, revision, summary, body_revision, body_tag in records:
        what = f"the summary of record {identifier}"
        data = associated_data(vault_id, SUMMARY, identifier, revision)
        text = unpad(open_sealed(summary_key, data, summary, what), 64, what).decode("utf-8")
        what = f"the body of record {identifier}"
        (sealed,) = connection.execute("SELECT sealed FROM body WHERE id = ?", (identifier,)).fetchone()
        if sealed[-16:] != body_tag:
            raise Refused(f"{what} is not the one that was sealed")
        data = associated_data(vault_id, BODY, identifier, body_revision)
        body = unpad(open_sealed(body_key, data, sealed, what), 256, what)
        result["records"].append(
            {
                "id": identifier,
                "revision": revision,
                "summary": text,
                "body_sha256": hashlib.sha256(body).hexdigest(),
                "body_bytes": len(body),
            }
        )
    result["verdict"] = "intact"
    return result


def main(arguments):
    recovery = "--recovery-key" in arguments
    keys = "--keys" in arguments
    names = [argument for argument in arguments if argument not in ("--recovery-key", "--keys")]
    if len(names) != 2:
        print(__doc__, file=sys.stderr)
        return 2
    with open(names[1], "rb") as file:
        secret = file.read().rstrip(b"\r\n")
    try:
        result = read_vault(names[0], secret, recovery, keys)
    except (Refused, sqlite3.DatabaseError, UnicodeDecodeError) as error:
        print(json.dumps({"verdict": str(error)}))
        return 1
    print(json.dumps(result, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
