#!/usr/bin/env python3
"""Makes the encrypted files beside the plain ones, by another implementation than ours: pip install cryptography."""
import base64, hashlib, os, pathlib, re
from cryptography.hazmat.primitives import padding
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

HERE = pathlib.Path(__file__).parent
PASSWORD = "pässword 1"


def network_manager(plain):
    salt, iv = os.urandom(32), os.urandom(16)
    key = hashlib.pbkdf2_hmac("sha512", PASSWORD.encode(), salt, 1_000_000, 32)
    pad = padding.PKCS7(128).padder()
    cipher = Cipher(algorithms.AES(key), modes.CBC(iv)).encryptor()
    return salt + iv + cipher.update(pad.update(plain) + pad.finalize()) + cipher.finalize()


def mremoteng(plain, password, rounds):
    salt, nonce = os.urandom(16), os.urandom(16)
    # The low byte of each character, as Bouncy Castle takes them.
    low = bytes(ord(c) & 0xFF for c in password)
    key = hashlib.pbkdf2_hmac("sha1", low, salt, rounds, 32)
    return base64.b64encode(salt + nonce + AESGCM(key).encrypt(nonce, plain, salt)).decode()


def whole_file(password, word, rounds):
    text = (HERE / "mremoteng-2.8.xml").read_text()
    head = re.search(r"<mrng:Connections[^>]*>", text)
    end = text.index("</mrng:Connections>")
    start = head.group(0).replace('FullFileEncryption="false"', 'FullFileEncryption="true"')
    start = re.sub(r'KdfIterations="\d+"', f'KdfIterations="{rounds}"', start)
    start = re.sub(r'Protected="[^"]*"', f'Protected="{mremoteng(word, password, rounds)}"', start)
    return text[: head.start()] + start + mremoteng(text[head.end() : end].encode(), password, rounds) + text[end:]


for name in ["networkmanager-2025.xml", "networkmanager-2026.json"]:
    plain = (HERE / name).read_bytes()
    (HERE / name).with_suffix(".encrypted").write_bytes(network_manager(plain))
(HERE / "mremoteng-whole.xml").write_text(whole_file("mR3m", b"ThisIsNotProtected", 1000))
(HERE / "mremoteng-password.xml").write_text(whole_file(PASSWORD, b"ThisIsProtected", 5000))
