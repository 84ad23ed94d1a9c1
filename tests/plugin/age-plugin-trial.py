#!/usr/bin/env python3
"""An age plugin for tests: it speaks the plugin protocol (C2SP age-plugin) and protects nothing.

A recipient (age1trial1...) and an identity (AGE-PLUGIN-TRIAL-1...) hold the text "MANNER:KEY". The key says whose stanza
is whose, the manner how the plugin behaves. A line of $TRIAL_LOG says each time it was started, and for what.
"""
import base64, hashlib, os, sys

LETTERS = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"


def text_of(bech32):
    "What is in the data part; the client has checked the checksum."
    bits = "".join(format(LETTERS.index(c), "05b") for c in bech32.lower().rsplit("1", 1)[1][:-6])
    return bytes(int(bits[i:i + 8], 2) for i in range(0, len(bits) - 7, 8)).decode()


def receive():
    words = sys.stdin.readline().split()
    if not words:
        sys.exit(1)
    body = ""
    while True:
        line = sys.stdin.readline().rstrip("\n")
        body += line
        if len(line) < 64:
            return words[1:], base64.b64decode(body + "=" * (-len(body) % 4))


def send(words, body=b""):
    text = base64.b64encode(body).decode().rstrip("=")
    lines = [text[i:i + 64] for i in range(0, len(text), 64)]
    if not lines or len(lines[-1]) == 64:
        lines.append("")
    sys.stdout.write("-> " + " ".join(words) + "\n" + "\n".join(lines) + "\n")
    sys.stdout.flush()


def ask(words, body=b""):
    send(words, body)
    return receive()


def give_up(kind, words):
    ask(["error", kind] + (["0"] if kind != "internal" else []), words.encode())
    send(["done"])
    sys.exit(0)


def pad(key):
    return hashlib.sha256(b"pad " + key.encode()).digest()[:16]


def tag(key):
    return hashlib.sha256(key.encode()).hexdigest()[:8]


def xor(a, b):
    return bytes(x ^ y for x, y in zip(a, b))


def behave(manner, kind):
    "Does what the manner says before the work; some manners end here."
    if manner == "touch":
        ask(["msg"], b"touch the trial key")
    elif manner == "refused":
        ask(["msg"], b"touch the trial key")
        give_up(kind, "nobody touched it")
    elif manner == "pin":
        answer, pin = ask(["request-secret"], b"PIN of the trial key")
        if answer[0] != "ok":
            give_up(kind, "no PIN")
        # The long one is for whoever looks for it in memory, where a short one turns up by chance.
        if pin not in (b"123456", b"quokka-4711-in-the-attic"):
            give_up(kind, "wrong PIN")
    elif manner == "confirm":
        b64 = lambda text: base64.b64encode(text).decode().rstrip("=")
        answer, _ = ask(["confirm", b64(b"yes, use it"), b64(b"no")], b"use the trial key?")
        if answer != ["ok", "yes"]:
            give_up(kind, "it was not to be used")
    elif manner == "name":
        answer, name = ask(["request-public"], b"name of the trial key")
        if name != b"the blue one":
            give_up(kind, "no such key")
    elif manner == "rude":
        ask(["msg"], b"\x1b[2J\x1b]0;owned\x07\xe2\x80\xaegnip.exe\nsecond line\r\n" + b"x" * 5000)
    elif manner == "dies":
        sys.exit(1)
    elif manner == "garbage":
        sys.stdout.write("Segmentation fault (core dumped)\n" * 3)
        sys.exit(0)
    elif manner == "waits":
        ask(["msg"], b"touch the trial key")
        # Nobody does. The end of its input is the end of it.
        sys.stdin.read()
        sys.exit(1)
    elif manner == "silent":
        send(["done"])
        sys.exit(0)


def main():
    machine = sys.argv[1].split("=", 1)[1]
    if "TRIAL_LOG" in os.environ:
        with open(os.environ["TRIAL_LOG"], "a") as log:
            log.write(machine + "\n")
    theirs, stanzas, file_key = [], [], b""
    while True:
        words, body = receive()
        if words[0] == "done":
            break
        if words[0] in ("add-recipient", "add-identity"):
            theirs.append(text_of(words[1]).split(":", 1))
        elif words[0] == "recipient-stanza":
            stanzas.append((words[2:], body))
        elif words[0] == "wrap-file-key":
            file_key = body
    if machine == "recipient-v1":
        for manner, key in theirs:
            if manner == "unwrapped":
                give_up("recipient", "this key cannot encrypt now")
            if manner == "labelled":
                ask(["labels", "trial"])
            ask(["recipient-stanza", "0", "trial", tag(key)], xor(file_key, pad(key)))
    else:
        for manner, key in theirs:
            for words, body in stanzas:
                if words[:2] == ["trial", tag(key)]:
                    behave(manner, "identity")
                    opened = xor(body, pad(key if manner != "wrong" else "another"))
                    ask(["file-key", "0"], opened)
    send(["done"])


main()
