"""Access tokens that must not be accepted: expired, forged, unsigned, signed with the public key, for somebody else."""
import base64
import hashlib
import hmac
import json
import pathlib
import subprocess
import tempfile

DAY_S = 86_400


def encode(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def decode(text):
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def der(tag, content):
    length = len(content)
    size = bytes([length]) if length < 128 else bytes([0x80 | (length.bit_length() + 7) // 8]) + length.to_bytes((length.bit_length() + 7) // 8, "big")
    return bytes([tag]) + size + content


def public_pem(jwk):
    """SubjectPublicKeyInfo of an RSA key, as a server that confuses algorithms would use it."""
    def integer(text):
        number = decode(text)
        return der(0x02, (b"\0" if number[0] & 0x80 else b"") + number)
    key = der(0x30, integer(jwk["n"]) + integer(jwk["e"]))
    algorithm = der(0x30, bytes.fromhex("06092a864886f70d0101010500"))
    body = base64.encodebytes(der(0x30, algorithm + der(0x03, b"\0" + key))).decode().replace("\n", "")
    lines = "\n".join(body[i:i + 64] for i in range(0, len(body), 64))
    return f"-----BEGIN PUBLIC KEY-----\n{lines}\n-----END PUBLIC KEY-----\n".encode()


def with_shifted_clock(server, seconds, *arguments):
    """A command of the server's binary whose wall clock is wrong by `seconds`."""
    with tempfile.TemporaryDirectory() as directory:
        library = pathlib.Path(directory) / "clock_shift.so"
        source = pathlib.Path(__file__).with_name("clock_shift.c")
        subprocess.run(["cc", "-shared", "-fPIC", "-o", library, source, "-ldl"], check=True)
        return server.cli(*arguments, environment={"LD_PRELOAD": str(library), "CLOCK_SHIFT_S": str(seconds)})


def bad_tokens(server, email):
    """By what is wrong with them. `email` is a user whose good token would open everything."""
    good = server.cli("admin", "create-token", "--email", email)["access_token"]
    header, payload, signature = good.split(".")
    client = server.client()
    jwk = client.get("/.well-known/jwks.json").json()["keys"][0]
    client.close()
    hs256 = encode(json.dumps({"alg": "HS256", "typ": "JWT", "kid": jwk["kid"]}).encode()) + "." + payload
    claims = json.loads(decode(payload))
    claims["exp"] += DAY_S
    flipped = bytearray(decode(signature))
    flipped[0] ^= 1
    return {
        "expired": with_shifted_clock(server, -3 * DAY_S, "admin", "create-token", "--email", email)["access_token"],
        "forged signature": f"{header}.{payload}.{encode(bytes(flipped))}",
        "changed claims": f"{header}.{encode(json.dumps(claims).encode())}.{signature}",
        "alg none": encode(json.dumps({"alg": "none", "typ": "JWT"}).encode()) + f".{payload}.",
        "HS256 with the public key": hs256 + "." + encode(hmac.new(public_pem(jwk), hs256.encode(), hashlib.sha256).digest()),
        "another audience": server.cli("admin", "create-token", "--email", email, "--set", "public_url.auth=" + server.url,
                                       "--set", "public_url.api=https://api.elsewhere.example")["access_token"],
        "another issuer": server.cli("admin", "create-token", "--email", email, "--set", "public_url.auth=https://auth.elsewhere.example")["access_token"],
    }
