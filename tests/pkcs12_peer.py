"""Python's cryptography as a peer.

usage: pkcs12_peer.py read FILE PASSWORD            prints the key's public half and the certificates, PEM
       pkcs12_peer.py read-key FILE PASSWORD        prints the key's public half, PEM (PKCS#8, PEM)
       pkcs12_peer.py write FORM KEY LEAF CHAIN ALIAS PASSWORD OUT
                                                    FORM: best, 3des (PEM files in, PKCS#12 out)
"""

import sys

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    pkcs12,
)


def read_bytes(path: str) -> bytes:
    with open(path, "rb") as file:
        return file.read()


def public_half(key) -> str:
    public = key.public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def read(path: str, password: str) -> None:
    key, leaf, others = pkcs12.load_key_and_certificates(read_bytes(path), password.encode())
    if key is not None:
        print(public_half(key), end="")
    for certificate in ([leaf] if leaf is not None else []) + others:
        print(certificate.public_bytes(Encoding.PEM).decode(), end="")


def write(form: str, key: str, leaf: str, chain: str, alias: str, password: str, out: str) -> None:
    private = load_pem_private_key(read_bytes(key), None)
    encryption = BestAvailableEncryption(password.encode())
    if form == "3des":
        encryption = (
            PrivateFormat.PKCS12.encryption_builder()
            .kdf_rounds(50000)
            .key_cert_algorithm(pkcs12.PBES.PBESv1SHA1And3KeyTripleDESCBC)
            .hmac_hash(hashes.SHA1())
            .build(password.encode())
        )
    certificate = x509.load_pem_x509_certificate(read_bytes(leaf))
    others = x509.load_pem_x509_certificates(read_bytes(chain))
    bytes_ = pkcs12.serialize_key_and_certificates(
        alias.encode(), private, certificate, others, encryption
    )
    with open(out, "wb") as file:
        file.write(bytes_)


match sys.argv[1]:
    case "read":
        read(*sys.argv[2:])
    case "read-key":
        print(public_half(load_pem_private_key(read_bytes(sys.argv[2]), sys.argv[3].encode())), end="")
    case "write":
        write(*sys.argv[2:])
    case other:
        sys.exit(f"unknown: {other}")
