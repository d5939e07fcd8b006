"""Sends frames over a pair of devices and says which rules of nftables they met. For tests; runs in a network namespace of its own.

Reads {"ruleset": text, "frames": [base64]} from standard input. Every frame is sent with its place in the list, from 1, as the mark of
the kernel's packet: both devices are in one namespace, so the mark stays with the packet and the frame is what it was. The ruleset is for
the device that receives and collects marks in sets; the set `seen` must get those of all frames.
Where there are "addresses" as well, they are the receiving device's own, its hardware address is that of the frames, and it takes in what is
sent to them, also from addresses of its own: the rules of a host can be asked. Checksums of IPv4 are made right then.

Writes {"set name": [marks]} to standard output.
"""
import base64
import json
import pathlib
import socket
import subprocess
import sys
import time

SO_MARK = 36
sender, receiver = "replay0", "replay1"


def run(*command, text=None):
    done = subprocess.run(command, input=text, text=True, capture_output=True)
    if done.returncode != 0:
        sys.exit(f"{command[0]}: {done.stderr[:2000]}")
    return done.stdout


def collected():
    objects = json.loads(run("nft", "-j", "list", "ruleset"))["nftables"]
    return {one["set"]["name"]: one["set"].get("elem", []) for one in objects if "set" in one}


def with_checksum(frame):
    if frame[12:14] != b"\x08\x00":
        return frame
    head = frame[14:24] + b"\0\0" + frame[26:34]
    total = sum(int.from_bytes(head[at : at + 2], "big") for at in range(0, 20, 2))
    total = (total >> 16) + (total & 0xFFFF)
    right = ~(total + (total >> 16)) & 0xFFFF
    return frame[:24] + right.to_bytes(2, "big") + frame[26:]


def send(frames, marks):
    with socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0) as device:
        device.bind((sender, 0))
        for mark in marks:
            device.setsockopt(socket.SOL_SOCKET, SO_MARK, mark)
            device.send(frames[mark - 1])


order = json.load(sys.stdin)
frames = [base64.b64decode(frame) for frame in order["frames"]]
run("ip", "link", "add", sender, "type", "veth", "peer", "name", receiver)
run("nft", "-f", "-", text=order["ruleset"])
addresses = order.get("addresses", [])
for device in (sender, receiver):
    # The devices must not speak for themselves: no neighbour discovery.
    switch = pathlib.Path(f"/proc/sys/net/ipv6/conf/{device}/disable_ipv6")
    if switch.exists() and not (addresses and device == receiver):
        switch.write_text("1")
if addresses:
    frames = [with_checksum(frame) for frame in frames]
    settings = pathlib.Path("/proc/sys/net/ipv4/conf")
    for place in ("all", receiver):
        (settings / place / "rp_filter").write_text("0")
        (settings / place / "accept_local").write_text("1")
    run("ip", "link", "set", receiver, "address", frames[0][:6].hex(":"))
    for address in addresses:
        run("ip", "addr", "add", address, "dev", receiver, *(["nodad"] if ":" in address else []))
for device in (sender, receiver):
    run("ip", "link", "set", device, "up")

# A busy machine may drop a frame between the two devices: what was not seen is sent again.
wanted = set(range(1, len(frames) + 1))
found = {}
for attempt in range(20):
    missing = wanted - set(found.get("seen", []))
    if not missing:
        break
    send(frames, sorted(missing))
    time.sleep(0.05 * (attempt + 1))
    found = collected()
json.dump(found, sys.stdout)
